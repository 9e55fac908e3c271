extension ProtocolWords {
  /// FTP's commands (RFC 959), and those of its extensions (RFC 2228, 2389, 2428, 3659, 7151).
  static let ftp = """
    ABOR
    ACCT~
    ADAT~
    ALLO~
    APPE~
    AUTH SSL
    AUTH TLS
    AUTH TLS-C
    CCC
    CDUP
    CLNT~
    CONF~
    CSID~
    CWD~
    DELE~
    ENC~
    EPRT~
    EPSV
    EPSV ALL
    FEAT
    HASH~
    HELP
    HELP~
    HOST~
    LANG~
    LIST
    LIST~
    LPRT~
    LPSV
    MDTM~
    MFCT~
    MFF~
    MFMT~
    MIC~
    MKD~
    MLSD
    MLSD~
    MLST
    MLST~
    MODE B
    MODE C
    MODE S
    MODE Z
    NLST
    NLST~
    NOOP
    OPTS~
    OPTS HASH~
    OPTS MLST~
    OPTS UTF8 ON
    PASS~
    PASS anonymous
    PASV
    PBSZ 0
    PORT~
    PROT C
    PROT P
    PWD
    QUIT
    RANG~
    REIN
    REST~
    RETR~
    RMD~
    RNFR~
    RNTO~
    SITE~
    SITE CHMOD~
    SITE HELP
    SIZE~
    SMNT~
    STAT
    STAT~
    STOR~
    STOU
    STRU F
    STRU P
    STRU R
    SYST
    TYPE A
    TYPE A N
    TYPE E
    TYPE I
    TYPE L 8
    USER~
    USER anonymous
    XCUP
    XCWD~
    XMKD~
    XPWD
    XRMD~
    """
}
