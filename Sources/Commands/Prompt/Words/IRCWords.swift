extension ProtocolWords {
  /// The commands of IRC clients (RFC 1459, RFC 2812, and IRCv3).
  static let irc = """
    ACCEPT~
    ADMIN
    AUTHENTICATE~
    AUTHENTICATE EXTERNAL
    AUTHENTICATE PLAIN
    AUTHENTICATE SCRAM-SHA-256
    AUTHENTICATE *
    AUTHENTICATE +
    AWAY
    AWAY :
    BATCH~
    CAP ACK :
    CAP CLEAR
    CAP END
    CAP LIST
    CAP LS
    CAP LS 302
    CAP REQ :
    CAP REQ :sasl
    CHATHISTORY~
    CHATHISTORY AFTER~
    CHATHISTORY AROUND~
    CHATHISTORY BEFORE~
    CHATHISTORY BETWEEN~
    CHATHISTORY LATEST~
    CHATHISTORY TARGETS~
    CONNECT~
    DIE
    ERROR :
    HELP
    HELP~
    INFO
    INVITE~
    ISON~
    JOIN #
    JOIN 0
    KICK #
    KILL~
    KNOCK #
    LINKS
    LIST
    LIST~
    LUSERS
    MARKREAD~
    METADATA~
    MODE~
    MODE #
    MONITOR +~
    MONITOR -~
    MONITOR C
    MONITOR L
    MONITOR S
    MOTD
    NAMES
    NAMES #
    NICK~
    NOTICE~
    NOTICE #
    OPER~
    PART #
    PASS~
    PING~
    PING :
    PONG~
    PONG :
    PRIVMSG~
    PRIVMSG #
    QUIT
    QUIT :
    REDACT~
    REGISTER~
    REHASH
    RENAME #
    RESTART
    SERVICE~
    SERVLIST
    SETNAME :
    SILENCE~
    SQUERY~
    SQUIT~
    STATS~
    SUMMON~
    TAGMSG~
    TIME
    TOPIC #
    TRACE
    USER~
    USER guest 0 * :
    USERHOST~
    USERIP~
    USERS
    VERIFY~
    VERSION
    WALLOPS :
    WATCH~
    WEBIRC~
    WHO~
    WHO #
    WHOIS~
    WHOWAS~
    """
}
