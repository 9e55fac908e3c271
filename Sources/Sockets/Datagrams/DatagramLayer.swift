/// What stands between the datagrams of several bound sockets and whoever receives them, such as
/// encryption.
///
/// The sockets are named by their index.
public protocol DatagramLayer: AnyObject, Sendable {
  /// Hands over the next datagram of a socket, if one is there; the bytes are gone after the call.
  func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool
  /// Sends one datagram by a socket, whole or not at all, to a peer that was heard there.
  func trySend(
    _ bytes: RawSpan, on index: Int, to peer: SocketAddress
  ) throws(StreamError) -> Attempt
  /// Suspends until receiving may be tried again on any of the sockets, at least one.
  func waitReadable(by deadline: Deadline) async throws(StreamError)
  /// Tells the peers that it is over; the sockets are closed by whoever opened them.
  func end()
}
