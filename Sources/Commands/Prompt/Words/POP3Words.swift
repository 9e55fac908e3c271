extension ProtocolWords {
  /// POP3's commands (RFC 1939), and those of its extensions (RFC 2449, 2595, 5034, 6856).
  static let pop3 = """
    APOP~
    AUTH
    AUTH~
    AUTH CRAM-MD5
    AUTH EXTERNAL
    AUTH GSSAPI
    AUTH PLAIN
    AUTH SCRAM-SHA-1
    AUTH SCRAM-SHA-256
    AUTH XOAUTH2~
    CAPA
    DELE~
    LANG
    LANG~
    LAST
    LIST
    LIST~
    NOOP
    PASS~
    QUIT
    RETR~
    RSET
    STAT
    STLS
    TOP~
    UIDL
    UIDL~
    USER~
    UTF8
    """
}
