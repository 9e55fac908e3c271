#!/bin/bash

__sockcat_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__sockcat_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__sockcat_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__sockcat_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_sockcat() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __sockcat_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    connect|listen|udp-send|udp-recv|run|help)
        # Offer subcommand argument completions
        "_sockcat_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'connect listen udp-send udp-recv run help' -- "${cur}"))
        ;;
    esac
}

_sockcat_connect() {
    repeating_flags=()
    non_repeating_flags=(-4 -6 --probe --tls --insecure --exec-status --crlf --append -x --hex --json --raw-terminal --send-only --recv-only --verbose -v --progress --no-progress --timestamps --no-timestamps --no-prompt --stay --no-history --nodelay --no-nodelay --mptcp --fastopen --version -h --help)
    repeating_options=(--tls-cert --tls-key --tls-crl --tls-ca --tls-pin -e --execute --set --set-file)
    non_repeating_options=(--source --type --retry --retry-interval --wait --connect-timeout --tls-key-pass-file --tls-min --tls-max --tls-ciphers --alpn --tls-name --tls-session --starttls --shell --exec-stderr --data --input --input-format --hex-direction --encoding --encoding-errors --delay --rate --output --output-format --payload --dump --record-script --record-mock --script --expect-limit --report --report-file --on-eof --on-peer-eof --idle-timeout --timeout --ack-timeout --stats --checksum --expect-checksum --color --prompt --protocol --sndbuf --rcvbuf --ttl --dscp --interface --mark --keepalive --linger --congestion)
    __sockcat_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--source')
        return
        ;;
    '--type')
        __sockcat_add_completions -W 'stream'$'\n''seqpacket'$'\n''datagram'
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-interval')
        return
        ;;
    '--wait')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--tls-cert')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key-pass-file')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-crl')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-min')
        return
        ;;
    '--tls-max')
        return
        ;;
    '--tls-ciphers')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --tls-ciphers "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--alpn')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --alpn "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--tls-ca')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-name')
        return
        ;;
    '--tls-pin')
        return
        ;;
    '--tls-session')
        __sockcat_add_completions -f
        return
        ;;
    '--starttls')
        return
        ;;
    '--shell')
        return
        ;;
    '--exec-stderr')
        __sockcat_add_completions -f
        return
        ;;
    '--data')
        return
        ;;
    '--input')
        __sockcat_add_completions -f
        return
        ;;
    '--input-format')
        __sockcat_add_completions -W 'raw'$'\n''escaped'$'\n''hex'
        return
        ;;
    '--hex-direction')
        __sockcat_add_completions -W 'sent'$'\n''received'$'\n''both'
        return
        ;;
    '--encoding')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --encoding "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--encoding-errors')
        __sockcat_add_completions -W 'fail'$'\n''replace'
        return
        ;;
    '--delay')
        return
        ;;
    '--rate')
        return
        ;;
    '--output')
        __sockcat_add_completions -f
        return
        ;;
    '--output-format')
        __sockcat_add_completions -W 'raw'$'\n''dump'$'\n''escaped'$'\n''json'
        return
        ;;
    '--payload')
        __sockcat_add_completions -W 'text'$'\n''base64'
        return
        ;;
    '--dump')
        __sockcat_add_completions -f
        return
        ;;
    '--record-script')
        __sockcat_add_completions -f
        return
        ;;
    '--record-mock')
        __sockcat_add_completions -f
        return
        ;;
    '--script')
        __sockcat_add_completions -o plusdirs -fX '!*.@(sct)'
        return
        ;;
    '-e'|'--execute')
        return
        ;;
    '--set')
        return
        ;;
    '--set-file')
        return
        ;;
    '--expect-limit')
        return
        ;;
    '--report')
        __sockcat_add_completions -W 'text'$'\n''tap'$'\n''junit'$'\n''json'
        return
        ;;
    '--report-file')
        __sockcat_add_completions -f
        return
        ;;
    '--on-eof')
        __sockcat_add_completions -W 'half-close'$'\n''close'$'\n''stay'
        return
        ;;
    '--on-peer-eof')
        __sockcat_add_completions -W 'send'$'\n''close'
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '--ack-timeout')
        return
        ;;
    '--stats')
        __sockcat_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--checksum')
        __sockcat_add_completions -W 'sha256'
        return
        ;;
    '--expect-checksum')
        return
        ;;
    '--color')
        __sockcat_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--prompt')
        return
        ;;
    '--protocol')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --protocol "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--sndbuf')
        return
        ;;
    '--rcvbuf')
        return
        ;;
    '--ttl')
        return
        ;;
    '--dscp')
        return
        ;;
    '--interface')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --interface "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--mark')
        return
        ;;
    '--keepalive')
        return
        ;;
    '--linger')
        return
        ;;
    '--congestion')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- --congestion "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- positional@0 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- positional@1 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion connect -- positional@2 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_sockcat_listen() {
    repeating_flags=()
    non_repeating_flags=(-4 -6 --tls --keep-open -k --broker --chat --tag --echo --discard --chargen --shell-from-peer --each --exec-status --crlf --append -x --hex --json --raw-terminal --send-only --recv-only --verbose -v --progress --no-progress --timestamps --no-timestamps --no-prompt --stay --no-history --nodelay --no-nodelay --mptcp --fastopen --version -h --help)
    repeating_options=(--tls-cert --tls-key --tls-crl --tls-client-ca --allow --deny --allow-file --deny-file --allow-user --allow-group -e --execute --set --set-file)
    non_repeating_options=(--type --accept-timeout --backlog --port-file --ready-fd --tls-key-pass-file --tls-min --tls-max --tls-ciphers --alpn --connect-timeout --max-clients --exit-after --slow-client --grace --output-dir --respond --message --shell --shell-each --exec-stderr --unix-mode --data --input --input-format --hex-direction --encoding --encoding-errors --delay --rate --output --output-format --payload --dump --record-script --record-mock --script --expect-limit --report --report-file --on-eof --on-peer-eof --idle-timeout --timeout --ack-timeout --stats --checksum --expect-checksum --color --prompt --protocol --sndbuf --rcvbuf --ttl --dscp --interface --mark --keepalive --linger --congestion)
    __sockcat_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--type')
        __sockcat_add_completions -W 'stream'$'\n''seqpacket'$'\n''datagram'
        return
        ;;
    '--accept-timeout')
        return
        ;;
    '--backlog')
        return
        ;;
    '--port-file')
        __sockcat_add_completions -f
        return
        ;;
    '--ready-fd')
        return
        ;;
    '--tls-cert')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key-pass-file')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-crl')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-min')
        return
        ;;
    '--tls-max')
        return
        ;;
    '--tls-ciphers')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --tls-ciphers "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--alpn')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --alpn "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--tls-client-ca')
        __sockcat_add_completions -f
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--max-clients')
        return
        ;;
    '--exit-after')
        return
        ;;
    '--slow-client')
        __sockcat_add_completions -W 'disconnect'$'\n''wait'
        return
        ;;
    '--grace')
        return
        ;;
    '--output-dir')
        __sockcat_add_completions -d
        return
        ;;
    '--respond')
        return
        ;;
    '--message')
        __sockcat_add_completions -W 'line'$'\n''chunk'
        return
        ;;
    '--shell')
        return
        ;;
    '--shell-each')
        return
        ;;
    '--exec-stderr')
        __sockcat_add_completions -f
        return
        ;;
    '--allow')
        return
        ;;
    '--deny')
        return
        ;;
    '--allow-file')
        __sockcat_add_completions -f
        return
        ;;
    '--deny-file')
        __sockcat_add_completions -f
        return
        ;;
    '--allow-user')
        return
        ;;
    '--allow-group')
        return
        ;;
    '--unix-mode')
        return
        ;;
    '--data')
        return
        ;;
    '--input')
        __sockcat_add_completions -f
        return
        ;;
    '--input-format')
        __sockcat_add_completions -W 'raw'$'\n''escaped'$'\n''hex'
        return
        ;;
    '--hex-direction')
        __sockcat_add_completions -W 'sent'$'\n''received'$'\n''both'
        return
        ;;
    '--encoding')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --encoding "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--encoding-errors')
        __sockcat_add_completions -W 'fail'$'\n''replace'
        return
        ;;
    '--delay')
        return
        ;;
    '--rate')
        return
        ;;
    '--output')
        __sockcat_add_completions -f
        return
        ;;
    '--output-format')
        __sockcat_add_completions -W 'raw'$'\n''dump'$'\n''escaped'$'\n''json'
        return
        ;;
    '--payload')
        __sockcat_add_completions -W 'text'$'\n''base64'
        return
        ;;
    '--dump')
        __sockcat_add_completions -f
        return
        ;;
    '--record-script')
        __sockcat_add_completions -f
        return
        ;;
    '--record-mock')
        __sockcat_add_completions -f
        return
        ;;
    '--script')
        __sockcat_add_completions -o plusdirs -fX '!*.@(sct)'
        return
        ;;
    '-e'|'--execute')
        return
        ;;
    '--set')
        return
        ;;
    '--set-file')
        return
        ;;
    '--expect-limit')
        return
        ;;
    '--report')
        __sockcat_add_completions -W 'text'$'\n''tap'$'\n''junit'$'\n''json'
        return
        ;;
    '--report-file')
        __sockcat_add_completions -f
        return
        ;;
    '--on-eof')
        __sockcat_add_completions -W 'half-close'$'\n''close'$'\n''stay'
        return
        ;;
    '--on-peer-eof')
        __sockcat_add_completions -W 'send'$'\n''close'
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '--ack-timeout')
        return
        ;;
    '--stats')
        __sockcat_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--checksum')
        __sockcat_add_completions -W 'sha256'
        return
        ;;
    '--expect-checksum')
        return
        ;;
    '--color')
        __sockcat_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--prompt')
        return
        ;;
    '--protocol')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --protocol "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--sndbuf')
        return
        ;;
    '--rcvbuf')
        return
        ;;
    '--ttl')
        return
        ;;
    '--dscp')
        return
        ;;
    '--interface')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --interface "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--mark')
        return
        ;;
    '--keepalive')
        return
        ;;
    '--linger')
        return
        ;;
    '--congestion')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- --congestion "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- positional@0 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- positional@1 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion listen -- positional@2 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_sockcat_udp-send() {
    repeating_flags=()
    non_repeating_flags=(-4 -6 --send-only --broadcast --multicast-loop --no-multicast-loop --tls --insecure --append -x --hex --json --raw-terminal --show-sender --verbose -v --timestamps --no-timestamps --no-prompt --stay --no-history --version -h --help)
    repeating_options=(--tls-cert --tls-key --tls-crl --tls-ca --tls-pin -e --execute --set --set-file)
    non_repeating_options=(--source --datagram --interval --datagram-rate --replies --reply-timeout --count --multicast-ttl --multicast-interface --tls-key-pass-file --tls-min --tls-max --tls-ciphers --alpn --tls-name --tls-session --connect-timeout --data --input --input-format --hex-direction --output --output-format --payload --dump --record-script --record-mock --encoding --encoding-errors --separator --script --expect-limit --report --report-file --idle-timeout --timeout --stats --color --prompt --protocol --sndbuf --rcvbuf --ttl --dscp --interface --mark)
    __sockcat_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--source')
        return
        ;;
    '--datagram')
        __sockcat_add_completions -W 'line'$'\n''whole'$'\n''null'
        return
        ;;
    '--interval')
        return
        ;;
    '--datagram-rate')
        return
        ;;
    '--replies')
        return
        ;;
    '--reply-timeout')
        return
        ;;
    '--count')
        return
        ;;
    '--multicast-ttl')
        return
        ;;
    '--multicast-interface')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --multicast-interface "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--tls-cert')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key-pass-file')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-crl')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-min')
        return
        ;;
    '--tls-max')
        return
        ;;
    '--tls-ciphers')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --tls-ciphers "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--alpn')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --alpn "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--tls-ca')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-name')
        return
        ;;
    '--tls-pin')
        return
        ;;
    '--tls-session')
        __sockcat_add_completions -f
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--data')
        return
        ;;
    '--input')
        __sockcat_add_completions -f
        return
        ;;
    '--input-format')
        __sockcat_add_completions -W 'raw'$'\n''escaped'$'\n''hex'
        return
        ;;
    '--hex-direction')
        __sockcat_add_completions -W 'sent'$'\n''received'$'\n''both'
        return
        ;;
    '--output')
        __sockcat_add_completions -f
        return
        ;;
    '--output-format')
        __sockcat_add_completions -W 'raw'$'\n''dump'$'\n''escaped'$'\n''json'
        return
        ;;
    '--payload')
        __sockcat_add_completions -W 'text'$'\n''base64'
        return
        ;;
    '--dump')
        __sockcat_add_completions -f
        return
        ;;
    '--record-script')
        __sockcat_add_completions -f
        return
        ;;
    '--record-mock')
        __sockcat_add_completions -f
        return
        ;;
    '--encoding')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --encoding "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--encoding-errors')
        __sockcat_add_completions -W 'fail'$'\n''replace'
        return
        ;;
    '--separator')
        return
        ;;
    '--script')
        __sockcat_add_completions -o plusdirs -fX '!*.@(sct)'
        return
        ;;
    '-e'|'--execute')
        return
        ;;
    '--set')
        return
        ;;
    '--set-file')
        return
        ;;
    '--expect-limit')
        return
        ;;
    '--report')
        __sockcat_add_completions -W 'text'$'\n''tap'$'\n''junit'$'\n''json'
        return
        ;;
    '--report-file')
        __sockcat_add_completions -f
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '--stats')
        __sockcat_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __sockcat_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--prompt')
        return
        ;;
    '--protocol')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --protocol "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--sndbuf')
        return
        ;;
    '--rcvbuf')
        return
        ;;
    '--ttl')
        return
        ;;
    '--dscp')
        return
        ;;
    '--interface')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- --interface "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--mark')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- positional@0 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-send -- positional@1 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_sockcat_udp-recv() {
    repeating_flags=()
    non_repeating_flags=(-4 -6 --first-sender --echo --tls --each --append -x --hex --json --raw-terminal --show-sender --verbose -v --timestamps --no-timestamps --no-prompt --stay --no-history --version -h --help)
    repeating_options=(--join --tls-cert --tls-key --tls-crl --tls-client-ca --allow --deny --allow-file --deny-file -e --execute --set --set-file)
    non_repeating_options=(--join-source --respond --count --port-file --ready-fd --tls-key-pass-file --tls-min --tls-max --tls-ciphers --alpn --connect-timeout --shell-each --exec-stderr --unix-mode --output --output-format --payload --dump --record-script --record-mock --encoding --encoding-errors --separator --script --expect-limit --report --report-file --idle-timeout --timeout --stats --color --prompt --protocol --sndbuf --rcvbuf --ttl --dscp --interface --mark)
    __sockcat_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--join')
        return
        ;;
    '--join-source')
        return
        ;;
    '--respond')
        return
        ;;
    '--count')
        return
        ;;
    '--port-file')
        __sockcat_add_completions -f
        return
        ;;
    '--ready-fd')
        return
        ;;
    '--tls-cert')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-key-pass-file')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-crl')
        __sockcat_add_completions -f
        return
        ;;
    '--tls-min')
        return
        ;;
    '--tls-max')
        return
        ;;
    '--tls-ciphers')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- --tls-ciphers "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--alpn')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- --alpn "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--tls-client-ca')
        __sockcat_add_completions -f
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--shell-each')
        return
        ;;
    '--exec-stderr')
        __sockcat_add_completions -f
        return
        ;;
    '--allow')
        return
        ;;
    '--deny')
        return
        ;;
    '--allow-file')
        __sockcat_add_completions -f
        return
        ;;
    '--deny-file')
        __sockcat_add_completions -f
        return
        ;;
    '--unix-mode')
        return
        ;;
    '--output')
        __sockcat_add_completions -f
        return
        ;;
    '--output-format')
        __sockcat_add_completions -W 'raw'$'\n''dump'$'\n''escaped'$'\n''json'
        return
        ;;
    '--payload')
        __sockcat_add_completions -W 'text'$'\n''base64'
        return
        ;;
    '--dump')
        __sockcat_add_completions -f
        return
        ;;
    '--record-script')
        __sockcat_add_completions -f
        return
        ;;
    '--record-mock')
        __sockcat_add_completions -f
        return
        ;;
    '--encoding')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- --encoding "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--encoding-errors')
        __sockcat_add_completions -W 'fail'$'\n''replace'
        return
        ;;
    '--separator')
        return
        ;;
    '--script')
        __sockcat_add_completions -o plusdirs -fX '!*.@(sct)'
        return
        ;;
    '-e'|'--execute')
        return
        ;;
    '--set')
        return
        ;;
    '--set-file')
        return
        ;;
    '--expect-limit')
        return
        ;;
    '--report')
        __sockcat_add_completions -W 'text'$'\n''tap'$'\n''junit'$'\n''json'
        return
        ;;
    '--report-file')
        __sockcat_add_completions -f
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '--stats')
        __sockcat_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __sockcat_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--prompt')
        return
        ;;
    '--protocol')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- --protocol "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--sndbuf')
        return
        ;;
    '--rcvbuf')
        return
        ;;
    '--ttl')
        return
        ;;
    '--dscp')
        return
        ;;
    '--interface')
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- --interface "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    '--mark')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- positional@0 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- positional@1 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __sockcat_add_completions -W "$(__sockcat_custom_complete ---completion udp-recv -- positional@2 "${COMP_CWORD}" "$(__sockcat_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_sockcat_run() {
    repeating_flags=()
    non_repeating_flags=(--check --verbose -v --version -h --help)
    repeating_options=(--set --set-file)
    non_repeating_options=(--jobs --filter --repeat --expect-limit --report --report-file --timeout)
    __sockcat_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--jobs')
        return
        ;;
    '--filter')
        return
        ;;
    '--repeat')
        return
        ;;
    '--set')
        return
        ;;
    '--set-file')
        return
        ;;
    '--expect-limit')
        return
        ;;
    '--report')
        __sockcat_add_completions -W 'text'$'\n''tap'$'\n''junit'$'\n''json'
        return
        ;;
    '--report-file')
        __sockcat_add_completions -f
        return
        ;;
    '--timeout')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __sockcat_add_completions -o plusdirs -fX '!*.@(sct)'
        return
        ;;
    esac
}

_sockcat_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __sockcat_offer_flags_options -1
}

complete -o filenames -F _sockcat sockcat

# Endpoints have colons, at which bash splits words (COMP_WORDBREAKS): complete whole words.
__sockcat_whole_words() {
    local IFS=$' \t\n'
    local rest="${COMP_LINE:0:COMP_POINT}" piece word
    local -a pieces=("${COMP_WORDS[@]:0:COMP_CWORD+1}") joined=() whole=()
    for piece in "${pieces[@]}"; do
        word="${rest#"${rest%%[![:space:]]*}"}"
        # What follows white space, or is the first, begins a word.
        [[ "${#joined[@]}" -eq 0 || "${word}" != "${rest}" || -z "${rest}" ]] && joined+=('')
        # Of the last piece only what stands before the cursor.
        [[ "${word}" = "${piece}"* ]] || piece="${word}"
        joined[${#joined[@]}-1]+="${piece}"
        rest="${word#"${piece}"}"
    done
    for word in "${joined[@]}"; do
        if [[ "${word}" = --*=* && "${COMP_WORDBREAKS}" = *=* ]]; then
            whole+=("${word%%=*}" "${word#*=}")
        else
            whole+=("${word}")
        fi
    done

    local cur="${whole[${#whole[@]}-1]}" kept i
    cur="${cur#[\"\']}"
    whole[${#whole[@]}-1]="${cur}"
    kept="${cur%"${cur##*["${COMP_WORDBREAKS}"]}"}"
    # readline leaves this one at the beginning of the word.
    kept="${kept%@}"
    local -a COMP_WORDS=("${whole[@]}")
    local COMP_CWORD="$((${#whole[@]} - 1))" COMP_LINE="${whole[*]}"
    local COMP_POINT="${#COMP_LINE}"
    _sockcat "${1}" "${cur}" "${whole[${#whole[@]}-2]}"

    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]="${COMPREPLY[i]#"${kept}"}"
    done
    # These are plain, and a quoted @ would puzzle the reader.
    [[ "${cur}" = unix:* ]] && compopt +o filenames 2>/dev/null
    # The rest of an endpoint is still to come.
    if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" = *[:/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}

complete -o filenames -F __sockcat_whole_words sockcat
