package import Sockets

/// A protocol that begins in clear and goes on with TLS when asked to.
package enum StartTLSProtocol: String, Sendable, CaseIterable {
  case smtp, lmtp, imap, pop3, ftp, ldap, postgres, mysql, xmpp, sieve, nntp, irc

  /// What its own documents call it.
  package var title: String {
    switch self {
    case .smtp, .lmtp, .imap, .pop3, .ftp, .ldap, .xmpp, .nntp, .irc: rawValue.uppercased()
    case .postgres: "PostgreSQL"
    case .mysql: "MySQL"
    case .sieve: "ManageSieve"
    }
  }

  /// The port in common use.
  package var port: UInt16 {
    switch self {
    case .smtp: 25
    case .lmtp: 24
    case .imap: 143
    case .pop3: 110
    case .ftp: 21
    case .ldap: 389
    case .postgres: 5432
    case .mysql: 3306
    case .xmpp: 5222
    case .sieve: 4190
    case .nntp: 119
    case .irc: 6667
    }
  }

  /// The port at which TLS begins at once, if one is in common use.
  package var tlsPort: UInt16? {
    switch self {
    case .smtp: 465
    case .imap: 993
    case .pop3: 995
    case .ftp: 990
    case .ldap: 636
    case .xmpp: 5223
    case .nntp: 563
    case .irc: 6697
    case .lmtp, .postgres, .mysql, .sieve: nil
    }
  }

  /// Speaks the opening up to where the handshake begins.
  ///
  /// `name` is the host's, for those protocols in which it is said; `observe` is told each line that
  /// is sent (true) or has come (false), escaped.
  ///
  /// - Throws: ``TLSFailure`` with what the peer said if it refuses, offers no TLS, or says more
  ///   than its go-ahead; `.timedOut(.connect)` at the deadline; what the stream throws.
  package func open(
    on stream: any ByteStream, name: String, subject: StreamError.Subject, by deadline: Deadline,
    observe: @escaping @Sendable (_ isSent: Bool, _ line: String) -> Void = { _, _ in }
  ) async throws(StreamError) {
    let opening = Opening(of: self, on: stream, subject, by: deadline, observe: observe)
    switch self {
    case .smtp: try await opening.openMail(greeting: "EHLO")
    case .lmtp: try await opening.openMail(greeting: "LHLO")
    case .imap: try await opening.openIMAP()
    case .pop3: try await opening.openPOP3()
    case .ftp: try await opening.openFTP()
    case .ldap: try await opening.openLDAP()
    case .postgres: try await opening.openPostgreSQL()
    case .mysql: try await opening.openMySQL()
    case .xmpp: try await opening.openXMPP(name: name)
    case .sieve: try await opening.openManageSieve()
    case .nntp: try await opening.openNNTP()
    case .irc: try await opening.openIRC()
    }
    try opening.finish()
  }
}
