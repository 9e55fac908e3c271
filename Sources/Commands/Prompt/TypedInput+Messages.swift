package import Relaying
package import Sockets
package import Terminal

/// Each message that is typed is a datagram.
extension TypedInput: MessageSource {
  package func tryTake() throws(StreamError) -> MessageAttempt {
    if let message = takeMessage() { return .message(message) }
    return isEnded ? .endOfFile : .wouldBlock
  }
}
