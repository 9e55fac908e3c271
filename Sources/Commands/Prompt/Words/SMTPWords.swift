extension ProtocolWords {
  /// SMTP's commands and parameters (RFC 5321), and those of its common extensions.
  static let smtp = """
    EHLO~
    HELO~
    LHLO~
    MAIL FROM:<
    MAIL FROM:<>
    RCPT TO:<
    RCPT TO:<postmaster>
    DATA
    BDAT~
    BURL~
    RSET
    NOOP
    QUIT
    HELP
    VRFY~
    EXPN~
    TURN
    ETRN~
    ATRN~
    STARTTLS
    AUTH~
    AUTH PLAIN
    AUTH LOGIN
    AUTH CRAM-MD5
    AUTH EXTERNAL
    AUTH GSSAPI
    AUTH NTLM
    AUTH OAUTHBEARER~
    AUTH SCRAM-SHA-1
    AUTH SCRAM-SHA-256
    AUTH XOAUTH2~
    XCLIENT~
    XFORWARD~
    AUTH=
    AUTH=<>
    BODY=7BIT
    BODY=8BITMIME
    BODY=BINARYMIME
    BY=
    DELIVERBY=
    ENVID=
    HOLDFOR=
    HOLDUNTIL=
    LAST
    MT-PRIORITY=
    NOTIFY=DELAY
    NOTIFY=FAILURE
    NOTIFY=NEVER
    NOTIFY=SUCCESS
    ORCPT=rfc822;
    REQUIRETLS
    RET=FULL
    RET=HDRS
    RRVS=
    SIZE=
    SMTPUTF8
    TRANSID=
    Bcc:~
    Cc:~
    Content-Transfer-Encoding:~
    Content-Type:~
    Date:~
    From:~
    In-Reply-To:~
    Message-ID: <
    MIME-Version: 1.0
    References: <
    Reply-To:~
    Sender:~
    Subject:~
    To:~
    """
}
