package import Sockets

/// Who talks with whom, as far as it is known.
package struct TranscriptConnection: Sendable {
  /// Counts from 1; nil before there is one.
  package var number: Int?
  /// The other end.
  package var peer: SocketAddress?
  /// Our end.
  package var local: SocketAddress?
  /// What protects it; nil if nothing does.
  package var security: Security?

  /// What TLS says of a connection.
  package struct Security: Sendable {
    let version: String
    let cipher: String
    let applicationProtocol: String?
    /// Whose certificate was verified; nil if none was.
    let peer: String?

    /// Puts it together.
    package init(version: String, cipher: String, protocol name: String?, peer: String?) {
      (self.version, self.cipher, applicationProtocol, self.peer) = (version, cipher, name, peer)
    }
  }

  /// Names a connection, or what is known before it.
  package init(number: Int? = nil, peer: SocketAddress? = nil, local: SocketAddress? = nil) {
    self.number = number
    self.peer = peer
    self.local = local
  }
}

/// What happens in a conversation besides bytes.
package enum TranscriptEvent: Sendable, Hashable {
  case listening
  /// To whom, as it was written.
  case connecting(to: String)
  case connected
  /// No more bytes will come from one side.
  case halfClosed(by: Side)
  case closed, reset
  /// Which timeout it was, in words.
  case timeout(String)
  /// What went wrong, in words.
  case error(String)
  /// A program that talked to the peer, or answered a message of it, has ended; of datagrams the
  /// peer is named here.
  case programEnded(ExitReason, peer: SocketAddress? = nil)

  /// One end of a connection.
  package enum Side: String, Sendable {
    case local, peer
  }

  /// The word for it in JSON.
  package var name: String {
    switch self {
    case .listening: "listening"
    case .connecting: "connecting"
    case .connected: "connected"
    case .halfClosed: "half-closed"
    case .closed: "closed"
    case .reset: "reset"
    case .timeout: "timeout"
    case .error: "error"
    case .programEnded: "program-ended"
    }
  }
}

/// The forms in which a conversation is recorded.
package enum TranscriptFormat: Sendable {
  /// The hex dump, with the time and the connection's number before each row if wished.
  case dump(withTime: Bool, withNumber: Bool = false)
  /// One JSON object a line.
  case json(JSONPayload)
}

/// How JSON carries bytes.
package enum JSONPayload: Sendable {
  /// As text if they are UTF-8, else in base64.
  case automatic
  /// Always as text; what is no UTF-8 becomes U+FFFD.
  case text
  /// Always in base64.
  case base64
}
