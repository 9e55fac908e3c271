function __sockcat_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sockcat_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __sockcat_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sockcat_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __sockcat_parse_tokens -S
    set -l unparsed_tokens (__sockcat_tokens -pc)
    switch $unparsed_tokens[1]
    case 'sockcat'
        __sockcat_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'connect'
            __sockcat_parse_subcommand -r 3 '4' '6' 'source=' 'type=' 'probe' 'retry=' 'retry-interval=' 'wait=' 'connect-timeout=' 'tls' 'tls-cert=+' 'tls-key=+' 'tls-key-pass-file=' 'tls-crl=+' 'tls-min=' 'tls-max=' 'tls-ciphers=' 'alpn=' 'tls-ca=+' 'tls-name=' 'tls-pin=+' 'insecure' 'tls-session=' 'starttls=' 'shell=' 'exec-stderr=' 'exec-status' 'data=' 'input=' 'input-format=' 'hex-direction=' 'encoding=' 'encoding-errors=' 'crlf' 'delay=' 'rate=' 'output=' 'append' 'output-format=' 'x/hex' 'json' 'payload=' 'dump=' 'record-script=' 'record-mock=' 'raw-terminal' 'script=' 'e/execute=+' 'set=+' 'set-file=+' 'expect-limit=' 'report=' 'report-file=' 'on-eof=' 'on-peer-eof=' 'send-only' 'recv-only' 'idle-timeout=' 'timeout=' 'ack-timeout=' 'v/verbose' 'stats=' 'progress' 'no-progress' 'checksum=' 'expect-checksum=' 'color=' 'timestamps' 'no-timestamps' 'prompt=' 'no-prompt' 'stay' 'protocol=' 'no-history' 'sndbuf=' 'rcvbuf=' 'ttl=' 'dscp=' 'interface=' 'mark=' 'nodelay' 'no-nodelay' 'keepalive=' 'linger=' 'congestion=' 'mptcp' 'fastopen' 'version' 'h/help'
        case 'listen'
            __sockcat_parse_subcommand -r 3 '4' '6' 'type=' 'accept-timeout=' 'backlog=' 'port-file=' 'ready-fd=' 'tls' 'tls-cert=+' 'tls-key=+' 'tls-key-pass-file=' 'tls-crl=+' 'tls-min=' 'tls-max=' 'tls-ciphers=' 'alpn=' 'tls-client-ca=+' 'connect-timeout=' 'k/keep-open' 'max-clients=' 'exit-after=' 'slow-client=' 'grace=' 'broker' 'chat' 'tag' 'output-dir=' 'echo' 'discard' 'chargen' 'respond=' 'message=' 'shell-from-peer' 'shell=' 'each' 'shell-each=' 'exec-stderr=' 'exec-status' 'allow=+' 'deny=+' 'allow-file=+' 'deny-file=+' 'allow-user=+' 'allow-group=+' 'unix-mode=' 'data=' 'input=' 'input-format=' 'hex-direction=' 'encoding=' 'encoding-errors=' 'crlf' 'delay=' 'rate=' 'output=' 'append' 'output-format=' 'x/hex' 'json' 'payload=' 'dump=' 'record-script=' 'record-mock=' 'raw-terminal' 'script=' 'e/execute=+' 'set=+' 'set-file=+' 'expect-limit=' 'report=' 'report-file=' 'on-eof=' 'on-peer-eof=' 'send-only' 'recv-only' 'idle-timeout=' 'timeout=' 'ack-timeout=' 'v/verbose' 'stats=' 'progress' 'no-progress' 'checksum=' 'expect-checksum=' 'color=' 'timestamps' 'no-timestamps' 'prompt=' 'no-prompt' 'stay' 'protocol=' 'no-history' 'sndbuf=' 'rcvbuf=' 'ttl=' 'dscp=' 'interface=' 'mark=' 'nodelay' 'no-nodelay' 'keepalive=' 'linger=' 'congestion=' 'mptcp' 'fastopen' 'version' 'h/help'
        case 'udp-send'
            __sockcat_parse_subcommand 2 '4' '6' 'source=' 'datagram=' 'interval=' 'datagram-rate=' 'replies=' 'reply-timeout=' 'send-only' 'count=' 'broadcast' 'multicast-ttl=' 'multicast-interface=' 'multicast-loop' 'no-multicast-loop' 'tls' 'tls-cert=+' 'tls-key=+' 'tls-key-pass-file=' 'tls-crl=+' 'tls-min=' 'tls-max=' 'tls-ciphers=' 'alpn=' 'tls-ca=+' 'tls-name=' 'tls-pin=+' 'insecure' 'tls-session=' 'connect-timeout=' 'data=' 'input=' 'input-format=' 'hex-direction=' 'output=' 'append' 'output-format=' 'x/hex' 'json' 'payload=' 'dump=' 'record-script=' 'record-mock=' 'raw-terminal' 'encoding=' 'encoding-errors=' 'separator=' 'show-sender' 'script=' 'e/execute=+' 'set=+' 'set-file=+' 'expect-limit=' 'report=' 'report-file=' 'idle-timeout=' 'timeout=' 'v/verbose' 'stats=' 'color=' 'timestamps' 'no-timestamps' 'prompt=' 'no-prompt' 'stay' 'protocol=' 'no-history' 'sndbuf=' 'rcvbuf=' 'ttl=' 'dscp=' 'interface=' 'mark=' 'version' 'h/help'
        case 'udp-recv'
            __sockcat_parse_subcommand -r 3 '4' '6' 'first-sender' 'join=+' 'join-source=' 'respond=' 'echo' 'count=' 'port-file=' 'ready-fd=' 'tls' 'tls-cert=+' 'tls-key=+' 'tls-key-pass-file=' 'tls-crl=+' 'tls-min=' 'tls-max=' 'tls-ciphers=' 'alpn=' 'tls-client-ca=+' 'connect-timeout=' 'each' 'shell-each=' 'exec-stderr=' 'allow=+' 'deny=+' 'allow-file=+' 'deny-file=+' 'unix-mode=' 'output=' 'append' 'output-format=' 'x/hex' 'json' 'payload=' 'dump=' 'record-script=' 'record-mock=' 'raw-terminal' 'encoding=' 'encoding-errors=' 'separator=' 'show-sender' 'script=' 'e/execute=+' 'set=+' 'set-file=+' 'expect-limit=' 'report=' 'report-file=' 'idle-timeout=' 'timeout=' 'v/verbose' 'stats=' 'color=' 'timestamps' 'no-timestamps' 'prompt=' 'no-prompt' 'stay' 'protocol=' 'no-history' 'sndbuf=' 'rcvbuf=' 'ttl=' 'dscp=' 'interface=' 'mark=' 'version' 'h/help'
        case 'run'
            __sockcat_parse_subcommand -r 1 'check' 'jobs=' 'filter=' 'repeat=' 'set=+' 'set-file=+' 'expect-limit=' 'report=' 'report-file=' 'timeout=' 'v/verbose' 'version' 'h/help'
        case 'help'
            __sockcat_parse_subcommand -r 1 'version'
        end
    end
end

function __sockcat_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __sockcat_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __sockcat_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __sockcat_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__sockcat_tokens -p)
    if test -z "$(__sockcat_tokens -t)"
        set -l index (count (__sockcat_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'sockcat' -f
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'connect' -d 'Open a stream to a peer.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'listen' -d 'Take a stream from a peer.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'udp-send' -d 'Send datagrams and print the replies.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'udp-recv' -d 'Receive datagrams from every sender.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'run' -d 'Run scripts that open their own peers.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat connect" -eq 1' -fka '(__sockcat_custom_completion ---completion connect -- positional@0 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat connect" -eq 2' -fka '(__sockcat_custom_completion ---completion connect -- positional@1 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" 4' -s '4' -d 'Use IPv4 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" 6' -s '6' -d 'Use IPv6 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" source' -l 'source' -d 'Our own address.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" type' -l 'type' -d 'The type of a Unix socket.' -rfka 'stream seqpacket datagram'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" probe' -l 'probe' -d 'Connect, report each address, send nothing, and close.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" retry' -l 'retry' -d 'Try again so many times when a round has failed.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" retry-interval' -l 'retry-interval' -d 'The time between two rounds.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" wait' -l 'wait' -d 'Try again, ever slower, until something listens or the time is over.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" connect-timeout' -l 'connect-timeout' -d 'How long one round may take: resolving, and all addresses.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls' -l 'tls' -d 'Speak TLS.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'tls-cert' -d 'Our certificate, in PEM or PKCS #12.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'tls-key' -d 'Its key, if that is in another file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-key-pass-file' -l 'tls-key-pass-file' -d 'A file whose first line is the pass phrase of the key.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'tls-crl' -d 'Refuse what this list revokes.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-min' -l 'tls-min' -d 'The oldest version of TLS (default: 1.2).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-max' -l 'tls-max' -d 'The newest version.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-ciphers' -l 'tls-ciphers' -d 'These ciphers, by OpenSSL\'s names, with colons between them.' -rfka '(__sockcat_custom_completion ---completion connect -- --tls-ciphers (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" alpn' -l 'alpn' -d 'Protocols to agree on, the best one first, with commas between them.' -rfka '(__sockcat_custom_completion ---completion connect -- --alpn (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'tls-ca' -d 'Trust these authorities and not the system\'s: a file, or a folder.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-name' -l 'tls-name' -d 'The name that the certificate must have.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'tls-pin' -d 'Take this key or certificate, by its SHA-256, and no other.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" insecure' -l 'insecure' -d 'Take whoever answers.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" tls-session' -l 'tls-session' -d 'Keep the session in a file, and go on with it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" starttls' -l 'starttls' -d 'Speak the opening of a protocol in clear, then TLS.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat connect" -ge 3' -fka '(__sockcat_custom_completion ---completion connect -- positional@2 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" shell' -l 'shell' -d 'Let this command of the shell talk to the peer.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" exec-stderr' -l 'exec-stderr' -d 'Where a program\'s standard error goes: inherit, merge (to the peer), or a file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" exec-status' -l 'exec-status' -d 'End with the program\'s own status.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" data' -l 'data' -d 'Send this text, with C escapes, instead of standard input.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" input' -l 'input' -d 'Send a file instead of standard input.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" input-format' -l 'input-format' -d 'How input is read.' -rfka 'raw escaped hex'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" hex-direction' -l 'hex-direction' -d 'Which rows of a hex dump are input.' -rfka 'sent received both'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" encoding' -l 'encoding' -d 'The peer\'s character set; it is converted from and to ours.' -rfka '(__sockcat_custom_completion ---completion connect -- --encoding (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" encoding-errors' -l 'encoding-errors' -d 'What happens with bytes that cannot be converted.' -rfka 'fail replace'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" crlf' -l 'crlf' -d 'Send LF as CRLF.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" delay' -l 'delay' -d 'Pause so long after each line that is sent.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" rate' -l 'rate' -d 'Move at most so many bytes a second, in each direction.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" output' -l 'output' -d 'Write to a file instead of standard output.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" append' -l 'append' -d 'Add to the output file instead of replacing it.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" output-format' -l 'output-format' -d 'How the conversation is shown.' -rfka 'raw dump escaped json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" hex x' -s 'x' -l 'hex' -d 'Short for --output-format dump.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" json' -l 'json' -d 'Short for --output-format json.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" payload' -l 'payload' -d 'How JSON carries bytes, whatever they are.' -rfka 'text base64'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" dump' -l 'dump' -d 'Write a hex dump of both directions to a file as well; - is standard error.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" record-script' -l 'record-script' -d 'Write a script of what is said, which passes when it is run again.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" record-mock' -l 'record-mock' -d 'Write a script that stands in for the peer, as listen --script runs it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" raw-terminal' -l 'raw-terminal' -d 'Let the peer\'s bytes drive the terminal.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" script' -l 'script' -d 'Have a script talk instead of standard input and output; - is standard input.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sct\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -s 'e' -l 'execute' -d 'Do what a statement of a script says; may be repeated.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'set' -d 'Set a variable of the script.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect"' -l 'set-file' -d 'Set a variable to what a file holds, and show it nowhere.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" expect-limit' -l 'expect-limit' -d 'How much may come without a match (default: 1Mi).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" report' -l 'report' -d 'Print a report in this form on standard output.' -rfka 'text tap junit json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" report-file' -l 'report-file' -d 'Write the report to a file instead.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" on-eof' -l 'on-eof' -d 'What happens when local input ends.' -rfka 'half-close close stay'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" on-peer-eof' -l 'on-peer-eof' -d 'What happens to local input when the peer ends, whatever it is.' -rfka 'send close'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" send-only' -l 'send-only' -d 'Throw away what comes, and leave when all is acknowledged.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" recv-only' -l 'recv-only' -d 'Read no local input.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" idle-timeout' -l 'idle-timeout' -d 'How long no byte may move either way.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" timeout' -l 'timeout' -d 'How long all of it may take, from the start.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" ack-timeout' -l 'ack-timeout' -d 'How long the peer may take to acknowledge what was sent (default: 10s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" v verbose' -l 'verbose' -s 'v' -d 'Tell every fact, one a line, on standard error.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" stats' -l 'stats' -d 'Print the figures at the end, on standard error.' -rfka 'text json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" progress' -l 'progress' -d 'Draw rate and amount on standard error while bytes move.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" no-progress' -l 'no-progress' -d 'Draw rate and amount on standard error while bytes move.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" checksum' -l 'checksum' -d 'Print the digest of each direction at the end.' -rfka 'sha256'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" expect-checksum' -l 'expect-checksum' -d 'End with status 1 unless what was received has this digest.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" color' -l 'color' -d 'Tell sent from received by colour.' -rfka 'auto always never'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" timestamps' -l 'timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" no-timestamps' -l 'no-timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" prompt' -l 'prompt' -d 'Text before the line, with {peer} {bytes-in} {bytes-out} {state}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" no-prompt' -l 'no-prompt' -d 'Show no prompt before the line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" stay' -l 'stay' -d 'Stay when the peer has ended, until /reconnect or /quit.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" protocol' -l 'protocol' -d 'Complete the verbs of a protocol.' -rfka '(__sockcat_custom_completion ---completion connect -- --protocol (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" no-history' -l 'no-history' -d 'Keep no history of what is typed.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" sndbuf' -l 'sndbuf' -d 'Send buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" rcvbuf' -l 'rcvbuf' -d 'Receive buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" ttl' -l 'ttl' -d 'Hops that a packet may take.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" dscp' -l 'dscp' -d 'Class of the packets, 0 to 63.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" interface' -l 'interface' -d 'Tie the socket to a network interface.' -rfka '(__sockcat_custom_completion ---completion connect -- --interface (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" mark' -l 'mark' -d 'Mark packets for routing and filters.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" nodelay' -l 'nodelay' -d 'Send small pieces at once.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" no-nodelay' -l 'no-nodelay' -d 'Send small pieces at once.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" keepalive' -l 'keepalive' -d 'Probe a silent connection.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" linger' -l 'linger' -d 'How long a close waits for what is not sent; 0 resets.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" congestion' -l 'congestion' -d 'Congestion control of TCP.' -rfka '(__sockcat_custom_completion ---completion connect -- --congestion (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" mptcp' -l 'mptcp' -d 'Use Multipath TCP.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" fastopen' -l 'fastopen' -d 'Use TCP Fast Open.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat connect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat listen" -eq 1' -fka '(__sockcat_custom_completion ---completion listen -- positional@0 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat listen" -eq 2' -fka '(__sockcat_custom_completion ---completion listen -- positional@1 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" 4' -s '4' -d 'Use IPv4 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" 6' -s '6' -d 'Use IPv6 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" type' -l 'type' -d 'The type of a Unix socket.' -rfka 'stream seqpacket datagram'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" accept-timeout' -l 'accept-timeout' -d 'How long the first client may take to come.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" backlog' -l 'backlog' -d 'Connections that wait to be accepted.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" port-file' -l 'port-file' -d 'Write the port to a file when it is open.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" ready-fd' -l 'ready-fd' -d 'Write the endpoint to a descriptor when it is open, and close that.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tls' -l 'tls' -d 'Speak TLS.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'tls-cert' -d 'Our certificate, in PEM or PKCS #12.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'tls-key' -d 'Its key, if that is in another file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tls-key-pass-file' -l 'tls-key-pass-file' -d 'A file whose first line is the pass phrase of the key.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'tls-crl' -d 'Refuse what this list revokes.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tls-min' -l 'tls-min' -d 'The oldest version of TLS (default: 1.2).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tls-max' -l 'tls-max' -d 'The newest version.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tls-ciphers' -l 'tls-ciphers' -d 'These ciphers, by OpenSSL\'s names, with colons between them.' -rfka '(__sockcat_custom_completion ---completion listen -- --tls-ciphers (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" alpn' -l 'alpn' -d 'Protocols to agree on, the best one first, with commas between them.' -rfka '(__sockcat_custom_completion ---completion listen -- --alpn (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'tls-client-ca' -d 'Serve only clients with a certificate of these authorities.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" connect-timeout' -l 'connect-timeout' -d 'How long a client\'s TLS handshake may take (default: 10s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" k keep-open' -l 'keep-open' -s 'k' -d 'Serve clients until stopped, at the same time.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" max-clients' -l 'max-clients' -d 'Serve so many at a time; others wait.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" exit-after' -l 'exit-after' -d 'End when so many clients were served.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" slow-client' -l 'slow-client' -d 'What a client that does not take our input meets: it is disconnected after 5 s, or all wait.' -rfka 'disconnect wait'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" grace' -l 'grace' -d 'How long clients may take to finish when a signal ends us (default: 0).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" broker' -l 'broker' -d 'Pass what each client sends to all others.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" chat' -l 'chat' -d 'The same by line, each under its client\'s name.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" tag' -l 'tag' -d 'Put [ADDRESS:PORT] before each line of output.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" output-dir' -l 'output-dir' -d 'Write what each client sends into a file of its own.' -rfa '(__sockcat_complete_directories)'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" echo' -l 'echo' -d 'Send back what comes.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" discard' -l 'discard' -d 'Throw away what comes.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" chargen' -l 'chargen' -d 'Send characters without end.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" respond' -l 'respond' -d 'Answer each message with this text, with C escapes and {peer} {local} {time} {bytes} {message} {upper} {n}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" message' -l 'message' -d 'What a message is: a line, or what one read gave.' -rfka 'line chunk'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" shell-from-peer' -l 'shell-from-peer' -d 'Run each message itself as a command.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat listen" -ge 3' -fka '(__sockcat_custom_completion ---completion listen -- positional@2 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" shell' -l 'shell' -d 'Let this command of the shell talk to the peer.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" each' -l 'each' -d 'Start the program behind -- for each message, which it reads.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" shell-each' -l 'shell-each' -d 'Run this command for each message, which it reads.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" exec-stderr' -l 'exec-stderr' -d 'Where a program\'s standard error goes: inherit, merge (to the peer), or a file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" exec-status' -l 'exec-status' -d 'End with the program\'s own status.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'allow' -d 'Serve these alone: addresses, CIDR, ranges, names, or any.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'deny' -d 'Never serve these.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'allow-file' -d 'The same from a file, read again on SIGHUP.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'deny-file' -d 'The same from a file, read again on SIGHUP.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'allow-user' -d 'On a Unix socket: serve these users alone.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'allow-group' -d 'On a Unix socket: serve these groups alone.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" unix-mode' -l 'unix-mode' -d 'The permissions of a Unix path, in octal.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" data' -l 'data' -d 'Send this text, with C escapes, instead of standard input.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" input' -l 'input' -d 'Send a file instead of standard input.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" input-format' -l 'input-format' -d 'How input is read.' -rfka 'raw escaped hex'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" hex-direction' -l 'hex-direction' -d 'Which rows of a hex dump are input.' -rfka 'sent received both'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" encoding' -l 'encoding' -d 'The peer\'s character set; it is converted from and to ours.' -rfka '(__sockcat_custom_completion ---completion listen -- --encoding (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" encoding-errors' -l 'encoding-errors' -d 'What happens with bytes that cannot be converted.' -rfka 'fail replace'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" crlf' -l 'crlf' -d 'Send LF as CRLF.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" delay' -l 'delay' -d 'Pause so long after each line that is sent.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" rate' -l 'rate' -d 'Move at most so many bytes a second, in each direction.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" output' -l 'output' -d 'Write to a file instead of standard output.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" append' -l 'append' -d 'Add to the output file instead of replacing it.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" output-format' -l 'output-format' -d 'How the conversation is shown.' -rfka 'raw dump escaped json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" hex x' -s 'x' -l 'hex' -d 'Short for --output-format dump.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" json' -l 'json' -d 'Short for --output-format json.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" payload' -l 'payload' -d 'How JSON carries bytes, whatever they are.' -rfka 'text base64'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" dump' -l 'dump' -d 'Write a hex dump of both directions to a file as well; - is standard error.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" record-script' -l 'record-script' -d 'Write a script of what is said, which passes when it is run again.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" record-mock' -l 'record-mock' -d 'Write a script that stands in for the peer, as listen --script runs it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" raw-terminal' -l 'raw-terminal' -d 'Let the peer\'s bytes drive the terminal.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" script' -l 'script' -d 'Have a script talk instead of standard input and output; - is standard input.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sct\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -s 'e' -l 'execute' -d 'Do what a statement of a script says; may be repeated.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'set' -d 'Set a variable of the script.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen"' -l 'set-file' -d 'Set a variable to what a file holds, and show it nowhere.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" expect-limit' -l 'expect-limit' -d 'How much may come without a match (default: 1Mi).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" report' -l 'report' -d 'Print a report in this form on standard output.' -rfka 'text tap junit json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" report-file' -l 'report-file' -d 'Write the report to a file instead.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" on-eof' -l 'on-eof' -d 'What happens when local input ends.' -rfka 'half-close close stay'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" on-peer-eof' -l 'on-peer-eof' -d 'What happens to local input when the peer ends, whatever it is.' -rfka 'send close'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" send-only' -l 'send-only' -d 'Throw away what comes, and leave when all is acknowledged.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" recv-only' -l 'recv-only' -d 'Read no local input.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" idle-timeout' -l 'idle-timeout' -d 'How long no byte may move either way.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" timeout' -l 'timeout' -d 'How long all of it may take, from the start.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" ack-timeout' -l 'ack-timeout' -d 'How long the peer may take to acknowledge what was sent (default: 10s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" v verbose' -l 'verbose' -s 'v' -d 'Tell every fact, one a line, on standard error.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" stats' -l 'stats' -d 'Print the figures at the end, on standard error.' -rfka 'text json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" progress' -l 'progress' -d 'Draw rate and amount on standard error while bytes move.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" no-progress' -l 'no-progress' -d 'Draw rate and amount on standard error while bytes move.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" checksum' -l 'checksum' -d 'Print the digest of each direction at the end.' -rfka 'sha256'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" expect-checksum' -l 'expect-checksum' -d 'End with status 1 unless what was received has this digest.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" color' -l 'color' -d 'Tell sent from received by colour.' -rfka 'auto always never'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" timestamps' -l 'timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" no-timestamps' -l 'no-timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" prompt' -l 'prompt' -d 'Text before the line, with {peer} {bytes-in} {bytes-out} {state}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" no-prompt' -l 'no-prompt' -d 'Show no prompt before the line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" stay' -l 'stay' -d 'Stay when the peer has ended, until /reconnect or /quit.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" protocol' -l 'protocol' -d 'Complete the verbs of a protocol.' -rfka '(__sockcat_custom_completion ---completion listen -- --protocol (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" no-history' -l 'no-history' -d 'Keep no history of what is typed.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" sndbuf' -l 'sndbuf' -d 'Send buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" rcvbuf' -l 'rcvbuf' -d 'Receive buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" ttl' -l 'ttl' -d 'Hops that a packet may take.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" dscp' -l 'dscp' -d 'Class of the packets, 0 to 63.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" interface' -l 'interface' -d 'Tie the socket to a network interface.' -rfka '(__sockcat_custom_completion ---completion listen -- --interface (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" mark' -l 'mark' -d 'Mark packets for routing and filters.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" nodelay' -l 'nodelay' -d 'Send small pieces at once.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" no-nodelay' -l 'no-nodelay' -d 'Send small pieces at once.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" keepalive' -l 'keepalive' -d 'Probe a silent connection.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" linger' -l 'linger' -d 'How long a close waits for what is not sent; 0 resets.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" congestion' -l 'congestion' -d 'Congestion control of TCP.' -rfka '(__sockcat_custom_completion ---completion listen -- --congestion (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" mptcp' -l 'mptcp' -d 'Use Multipath TCP.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" fastopen' -l 'fastopen' -d 'Use TCP Fast Open.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat listen" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat udp-send" -eq 1' -fka '(__sockcat_custom_completion ---completion udp-send -- positional@0 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat udp-send" -eq 2' -fka '(__sockcat_custom_completion ---completion udp-send -- positional@1 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" 4' -s '4' -d 'Use IPv4 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" 6' -s '6' -d 'Use IPv6 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" source' -l 'source' -d 'Our own address.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" datagram' -l 'datagram' -d 'How input is cut: line, whole, null (at zero bytes), or a size in bytes.' -rfka 'line whole null'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" interval' -l 'interval' -d 'The time from one datagram to the next.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" datagram-rate' -l 'datagram-rate' -d 'Datagrams a second, instead of an interval.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" replies' -l 'replies' -d 'Demand so many replies; status 1 if they do not come.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" reply-timeout' -l 'reply-timeout' -d 'How long these replies may take in all (default: 2s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" send-only' -l 'send-only' -d 'Leave when all is sent, and wait for no reply.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" count' -l 'count' -d 'End after so many datagrams.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" broadcast' -l 'broadcast' -d 'Allow broadcast addresses.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" multicast-ttl' -l 'multicast-ttl' -d 'Hops that multicast may take.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" multicast-interface' -l 'multicast-interface' -d 'The interface that multicast leaves by.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --multicast-interface (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" multicast-loop' -l 'multicast-loop' -d 'Let our own multicast come back to this host.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" no-multicast-loop' -l 'no-multicast-loop' -d 'Let our own multicast come back to this host.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls' -l 'tls' -d 'Speak TLS.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'tls-cert' -d 'Our certificate, in PEM or PKCS #12.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'tls-key' -d 'Its key, if that is in another file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-key-pass-file' -l 'tls-key-pass-file' -d 'A file whose first line is the pass phrase of the key.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'tls-crl' -d 'Refuse what this list revokes.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-min' -l 'tls-min' -d 'The oldest version of TLS (default: 1.2).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-max' -l 'tls-max' -d 'The newest version.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-ciphers' -l 'tls-ciphers' -d 'These ciphers, by OpenSSL\'s names, with colons between them.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --tls-ciphers (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" alpn' -l 'alpn' -d 'Protocols to agree on, the best one first, with commas between them.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --alpn (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'tls-ca' -d 'Trust these authorities and not the system\'s: a file, or a folder.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-name' -l 'tls-name' -d 'The name that the certificate must have.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'tls-pin' -d 'Take this key or certificate, by its SHA-256, and no other.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" insecure' -l 'insecure' -d 'Take whoever answers.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" tls-session' -l 'tls-session' -d 'Keep the session in a file, and go on with it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" connect-timeout' -l 'connect-timeout' -d 'How long the TLS handshake may take (default: 10s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" data' -l 'data' -d 'Send this text, with C escapes, instead of standard input.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" input' -l 'input' -d 'Send a file instead of standard input.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" input-format' -l 'input-format' -d 'How input is read.' -rfka 'raw escaped hex'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" hex-direction' -l 'hex-direction' -d 'Which rows of a hex dump are input.' -rfka 'sent received both'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" output' -l 'output' -d 'Write to a file instead of standard output.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" append' -l 'append' -d 'Add to the output file instead of replacing it.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" output-format' -l 'output-format' -d 'How the conversation is shown.' -rfka 'raw dump escaped json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" hex x' -s 'x' -l 'hex' -d 'Short for --output-format dump.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" json' -l 'json' -d 'Short for --output-format json.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" payload' -l 'payload' -d 'How JSON carries bytes, whatever they are.' -rfka 'text base64'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" dump' -l 'dump' -d 'Write a hex dump of both directions to a file as well; - is standard error.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" record-script' -l 'record-script' -d 'Write a script of what is said, which passes when it is run again.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" record-mock' -l 'record-mock' -d 'Write a script that stands in for the peer, as listen --script runs it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" raw-terminal' -l 'raw-terminal' -d 'Let the peer\'s bytes drive the terminal.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" encoding' -l 'encoding' -d 'The peer\'s character set; it is converted from and to ours.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --encoding (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" encoding-errors' -l 'encoding-errors' -d 'What happens with bytes that cannot be converted.' -rfka 'fail replace'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" separator' -l 'separator' -d 'Write this text, with C escapes, after each datagram.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" show-sender' -l 'show-sender' -d 'Write [ADDRESS:PORT] before each datagram.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" script' -l 'script' -d 'Have a script talk instead of standard input and output; - is standard input.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sct\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -s 'e' -l 'execute' -d 'Do what a statement of a script says; may be repeated.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'set' -d 'Set a variable of the script.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send"' -l 'set-file' -d 'Set a variable to what a file holds, and show it nowhere.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" expect-limit' -l 'expect-limit' -d 'How much may come without a match (default: 1Mi).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" report' -l 'report' -d 'Print a report in this form on standard output.' -rfka 'text tap junit json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" report-file' -l 'report-file' -d 'Write the report to a file instead.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" idle-timeout' -l 'idle-timeout' -d 'How long no byte may move either way.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" timeout' -l 'timeout' -d 'How long all of it may take, from the start.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" v verbose' -l 'verbose' -s 'v' -d 'Tell every fact, one a line, on standard error.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" stats' -l 'stats' -d 'Print the figures at the end, on standard error.' -rfka 'text json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" color' -l 'color' -d 'Tell sent from received by colour.' -rfka 'auto always never'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" timestamps' -l 'timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" no-timestamps' -l 'no-timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" prompt' -l 'prompt' -d 'Text before the line, with {peer} {bytes-in} {bytes-out} {state}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" no-prompt' -l 'no-prompt' -d 'Show no prompt before the line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" stay' -l 'stay' -d 'Stay when the peer has ended, until /reconnect or /quit.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" protocol' -l 'protocol' -d 'Complete the verbs of a protocol.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --protocol (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" no-history' -l 'no-history' -d 'Keep no history of what is typed.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" sndbuf' -l 'sndbuf' -d 'Send buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" rcvbuf' -l 'rcvbuf' -d 'Receive buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" ttl' -l 'ttl' -d 'Hops that a packet may take.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" dscp' -l 'dscp' -d 'Class of the packets, 0 to 63.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" interface' -l 'interface' -d 'Tie the socket to a network interface.' -rfka '(__sockcat_custom_completion ---completion udp-send -- --interface (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" mark' -l 'mark' -d 'Mark packets for routing and filters.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-send" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat udp-recv" -eq 1' -fka '(__sockcat_custom_completion ---completion udp-recv -- positional@0 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat udp-recv" -eq 2' -fka '(__sockcat_custom_completion ---completion udp-recv -- positional@1 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" 4' -s '4' -d 'Use IPv4 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" 6' -s '6' -d 'Use IPv6 only.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" first-sender' -l 'first-sender' -d 'Take datagrams from the first sender alone.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'join' -d 'Join a multicast group; may be repeated.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" join-source' -l 'join-source' -d 'Take the groups\' datagrams from this address alone.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" respond' -l 'respond' -d 'Answer each datagram with this text, with C escapes and {peer} {local} {time} {bytes} {message} {upper} {n}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" echo' -l 'echo' -d 'Answer each datagram with its own bytes.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" count' -l 'count' -d 'End after so many datagrams.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" port-file' -l 'port-file' -d 'Write the port to a file when it is open.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" ready-fd' -l 'ready-fd' -d 'Write the endpoint to a descriptor when it is open, and close that.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" tls' -l 'tls' -d 'Speak TLS.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'tls-cert' -d 'Our certificate, in PEM or PKCS #12.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'tls-key' -d 'Its key, if that is in another file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" tls-key-pass-file' -l 'tls-key-pass-file' -d 'A file whose first line is the pass phrase of the key.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'tls-crl' -d 'Refuse what this list revokes.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" tls-min' -l 'tls-min' -d 'The oldest version of TLS (default: 1.2).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" tls-max' -l 'tls-max' -d 'The newest version.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" tls-ciphers' -l 'tls-ciphers' -d 'These ciphers, by OpenSSL\'s names, with colons between them.' -rfka '(__sockcat_custom_completion ---completion udp-recv -- --tls-ciphers (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" alpn' -l 'alpn' -d 'Protocols to agree on, the best one first, with commas between them.' -rfka '(__sockcat_custom_completion ---completion udp-recv -- --alpn (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'tls-client-ca' -d 'Serve only clients with a certificate of these authorities.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" connect-timeout' -l 'connect-timeout' -d 'How long a client\'s TLS handshake may take (default: 10s).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat udp-recv" -ge 3' -fka '(__sockcat_custom_completion ---completion udp-recv -- positional@2 (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" each' -l 'each' -d 'Start the program behind -- for each message, which it reads.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" shell-each' -l 'shell-each' -d 'Run this command for each message, which it reads.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" exec-stderr' -l 'exec-stderr' -d 'Where a program\'s standard error goes: inherit, merge (to the peer), or a file.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'allow' -d 'Serve these alone: addresses, CIDR, ranges, names, or any.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'deny' -d 'Never serve these.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'allow-file' -d 'The same from a file, read again on SIGHUP.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'deny-file' -d 'The same from a file, read again on SIGHUP.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" unix-mode' -l 'unix-mode' -d 'The permissions of a Unix path, in octal.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" output' -l 'output' -d 'Write to a file instead of standard output.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" append' -l 'append' -d 'Add to the output file instead of replacing it.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" output-format' -l 'output-format' -d 'How the conversation is shown.' -rfka 'raw dump escaped json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" hex x' -s 'x' -l 'hex' -d 'Short for --output-format dump.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" json' -l 'json' -d 'Short for --output-format json.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" payload' -l 'payload' -d 'How JSON carries bytes, whatever they are.' -rfka 'text base64'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" dump' -l 'dump' -d 'Write a hex dump of both directions to a file as well; - is standard error.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" record-script' -l 'record-script' -d 'Write a script of what is said, which passes when it is run again.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" record-mock' -l 'record-mock' -d 'Write a script that stands in for the peer, as listen --script runs it.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" raw-terminal' -l 'raw-terminal' -d 'Let the peer\'s bytes drive the terminal.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" encoding' -l 'encoding' -d 'The peer\'s character set; it is converted from and to ours.' -rfka '(__sockcat_custom_completion ---completion udp-recv -- --encoding (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" encoding-errors' -l 'encoding-errors' -d 'What happens with bytes that cannot be converted.' -rfka 'fail replace'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" separator' -l 'separator' -d 'Write this text, with C escapes, after each datagram.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" show-sender' -l 'show-sender' -d 'Write [ADDRESS:PORT] before each datagram.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" script' -l 'script' -d 'Have a script talk instead of standard input and output; - is standard input.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sct\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -s 'e' -l 'execute' -d 'Do what a statement of a script says; may be repeated.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'set' -d 'Set a variable of the script.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv"' -l 'set-file' -d 'Set a variable to what a file holds, and show it nowhere.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" expect-limit' -l 'expect-limit' -d 'How much may come without a match (default: 1Mi).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" report' -l 'report' -d 'Print a report in this form on standard output.' -rfka 'text tap junit json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" report-file' -l 'report-file' -d 'Write the report to a file instead.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" idle-timeout' -l 'idle-timeout' -d 'How long no byte may move either way.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" timeout' -l 'timeout' -d 'How long all of it may take, from the start.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" v verbose' -l 'verbose' -s 'v' -d 'Tell every fact, one a line, on standard error.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" stats' -l 'stats' -d 'Print the figures at the end, on standard error.' -rfka 'text json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" color' -l 'color' -d 'Tell sent from received by colour.' -rfka 'auto always never'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" timestamps' -l 'timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" no-timestamps' -l 'no-timestamps' -d 'Show the time of each line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" prompt' -l 'prompt' -d 'Text before the line, with {peer} {bytes-in} {bytes-out} {state}.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" no-prompt' -l 'no-prompt' -d 'Show no prompt before the line.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" stay' -l 'stay' -d 'Stay when the peer has ended, until /reconnect or /quit.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" protocol' -l 'protocol' -d 'Complete the verbs of a protocol.' -rfka '(__sockcat_custom_completion ---completion udp-recv -- --protocol (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" no-history' -l 'no-history' -d 'Keep no history of what is typed.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" sndbuf' -l 'sndbuf' -d 'Send buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" rcvbuf' -l 'rcvbuf' -d 'Receive buffer of the kernel.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" ttl' -l 'ttl' -d 'Hops that a packet may take.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" dscp' -l 'dscp' -d 'Class of the packets, 0 to 63.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" interface' -l 'interface' -d 'Tie the socket to a network interface.' -rfka '(__sockcat_custom_completion ---completion udp-recv -- --interface (count (__sockcat_tokens -pc)) (string length -- "$(commandline -ct)"))'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" mark' -l 'mark' -d 'Mark packets for routing and filters.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat udp-recv" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_positional "sockcat run" -ge 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sct\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" check' -l 'check' -d 'Only read the scripts and tell what is wrong with them.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" jobs' -l 'jobs' -d 'Run so many at the same time (default: 1).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" filter' -l 'filter' -d 'Run only those whose name matches this regular expression.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" repeat' -l 'repeat' -d 'Run each so many times, and tell whether that differs.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run"' -l 'set' -d 'Set a variable of the script.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run"' -l 'set-file' -d 'Set a variable to what a file holds, and show it nowhere.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" expect-limit' -l 'expect-limit' -d 'How much may come without a match (default: 1Mi).' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" report' -l 'report' -d 'Print a report in this form on standard output.' -rfka 'text tap junit json'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" report-file' -l 'report-file' -d 'Write the report to a file instead.' -rF
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" timeout' -l 'timeout' -d 'End all of it after so long, with status 4.' -rfka ''
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" v verbose' -l 'verbose' -s 'v' -d 'Tell every fact, one a line, on standard error.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" version' -l 'version' -d 'Show the version.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sockcat' -n '__sockcat_should_offer_completions_for_flags_or_options "sockcat help" version' -l 'version' -d 'Show the version.'
