package import Sockets

/// Where whole messages come from, each to be a datagram; an empty one is a message too.
///
/// As with ``ByteSource``, attempts never suspend, and a wait may wake early.
package protocol MessageSource: AnyObject, Sendable {
  /// Takes the next message, if one is there.
  func tryTake() throws(StreamError) -> MessageAttempt
  /// Suspends until taking may be tried again.
  func waitReadable(by deadline: Deadline) async throws(StreamError)
  /// Whether the message that was taken last is a secret, which is recorded nowhere.
  var lastIsSecret: Bool { get }
}

extension MessageSource {
  package var lastIsSecret: Bool { false }
}

/// What one attempt to take a message came to.
package enum MessageAttempt: Sendable, Hashable {
  case message([UInt8])
  /// None is there now: wait, then try again.
  case wouldBlock
  /// There are no more messages, for good.
  case endOfFile
}
