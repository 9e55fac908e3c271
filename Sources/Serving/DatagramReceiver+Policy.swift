package import Sockets

extension DatagramReceiver {
  /// What is sent back for a datagram.
  package enum Answer: Sendable {
    case nothing
    /// The same bytes.
    case echo
    /// What is made of the message.
    case template(ResponseTemplate)
    /// What a program makes of it; nil is no answer. The next datagram does not wait for it.
    case program(@Sendable (Received) async throws(StreamError) -> [UInt8]?)
  }

  /// What a user decided.
  package struct Policy: Sendable {
    package var answer = Answer.nothing
    /// Ends after so many datagrams.
    package var countLimit: Int?
    /// Takes the rest from the first sender alone.
    package var locksToFirstSender = false
    /// Whether somebody may be heard at an address of ours; whom it refuses is counted.
    package var accepts: @Sendable (SocketAddress?, _ local: SocketAddress) -> Bool = { _, _ in true
    }
    /// How long no datagram may come.
    package var idleTimeout: Duration?
    /// Whether the senders are remembered, to be sent to at any time.
    package var remembersSenders = false
    /// Whether each datagram's time is looked at; if not, the kernel may hand over several as one.
    package var needsTimes = true

    /// Every sender, for ever, without answers.
    package init() {}

    /// Whether anything is sent back.
    package var answers: Bool {
      if case .nothing = answer { false } else { true }
    }
  }

  /// One datagram that was received, to be written out before the next is taken.
  package struct Received: Sendable {
    package let bytes: [UInt8]
    package let datagram: Datagram
    /// The address of ours that it was sent to.
    package let local: SocketAddress
  }
}
