package import Sockets
package enum StartTLSProtocol: String, Sendable, CaseIterable {
  case smtp, imap, pop3, ftp, ldap, postgres, mysql, xmpp, sieve, nntp, irc
  package func open(
    on stream: any ByteStream, name: String, subject: StreamError.Subject, by deadline: Deadline,
    observe: @escaping @Sendable (Bool, String) -> Void
  ) async throws(StreamError) {}
}
