extension ProtocolWords {
  /// NNTP's commands (RFC 3977), and those of its extensions (RFC 4642, 4643, 4644, 6048, 8054).
  static let nntp = """
    ARTICLE
    ARTICLE~
    ARTICLE <
    AUTHINFO GENERIC~
    AUTHINFO PASS~
    AUTHINFO SASL~
    AUTHINFO SASL PLAIN
    AUTHINFO USER~
    BODY
    BODY~
    BODY <
    CAPABILITIES
    CHECK <
    COMPRESS DEFLATE
    DATE
    GROUP~
    HDR~
    HDR Subject~
    HEAD
    HEAD~
    HEAD <
    HELP
    IHAVE <
    LAST
    LIST
    LIST ACTIVE
    LIST ACTIVE~
    LIST ACTIVE.TIMES
    LIST COUNTS
    LIST DISTRIB.PATS
    LIST DISTRIBUTIONS
    LIST HEADERS
    LIST HEADERS MSGID
    LIST HEADERS RANGE
    LIST MODERATORS
    LIST MOTD
    LIST NEWSGROUPS
    LIST NEWSGROUPS~
    LIST OVERVIEW.FMT
    LIST SUBSCRIPTIONS
    LISTGROUP
    LISTGROUP~
    MODE READER
    MODE STREAM
    NEWGROUPS~
    NEWNEWS~
    NEXT
    OVER
    OVER~
    OVER <
    POST
    QUIT
    SLAVE
    STARTTLS
    STAT
    STAT~
    STAT <
    TAKETHIS <
    XGTITLE~
    XHDR~
    XOVER
    XOVER~
    XPAT~
    Control:~
    Distribution:~
    Followup-To:~
    From:~
    Message-ID: <
    Newsgroups:~
    References: <
    Subject:~
    """
}
