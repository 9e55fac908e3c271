package import Sockets

/// Whom a script talks to: opened by others, spoken to by the script.
///
/// A listener's is there once a client has come; after ``close()`` the next one may.
package protocol ScriptEndpoint: AnyObject, Sendable {
  /// The connection, waited for if need be.
  func channel(by deadline: Deadline) async throws(StreamError) -> ScriptChannel
  /// What is known of it, as the script names it: `port`, `peer-address`.
  func fact(_ name: String) -> String?
  /// Ends the connection in order, so that what was sent arrives.
  func close() async throws(StreamError)
  /// Ends the connection with a reset.
  func abort()
  /// Has nothing record what is sent, or everything again.
  func hideSent(_ hides: Bool)
  /// Goes on with TLS, for a name; nil is the endpoint's own.
  func startTLS(name: String?, by deadline: Deadline) async throws(StreamError)
}

/// What bytes go through.
package enum ScriptChannel: Sendable {
  case stream(any ByteStream)
  case datagrams(any ScriptDatagrams)
}

/// Datagrams to and from whoever the script talks with.
package protocol ScriptDatagrams: AnyObject, Sendable {
  /// Sends one to the peer, or to who sent the last one.
  func send(_ bytes: [UInt8], by deadline: Deadline) async throws(StreamError)
  /// The next one, waited for until the deadline.
  ///
  /// - Throws: `.timedOut(.total)` if none has come by then.
  func receive(by deadline: Deadline) async throws(StreamError) -> [UInt8]
}

/// Opens the peers that a script asks for.
package protocol PeerOpener: Sendable {
  /// Opens one; a listener listens when this returns.
  ///
  /// - Throws: ``PeerOpenerError`` where the request makes no sense, or nothing answers.
  func open(
    _ command: PeerRequest.Command, _ arguments: [String]
  ) async throws(PeerOpenerError) -> any ScriptEndpoint
}

/// Why a peer could not be opened.
package enum PeerOpenerError: Error, Sendable {
  /// The request is wrong.
  case request(String, hint: String?)
  case stream(StreamError)
}
