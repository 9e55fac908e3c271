/// What happened in a conversation, as a script could say it.
package enum RecordedEvent: Sendable, Hashable {
  /// A connection stands, and what follows belongs to it.
  case connected
  /// We sent bytes; what is hidden must not stand in a script.
  case sent([UInt8], isHidden: Bool = false)
  /// The peer sent bytes.
  case received([UInt8])
  /// One datagram, of ours or of the peer's.
  case datagram([UInt8], isOurs: Bool, isHidden: Bool = false)
  /// We said that no more bytes will come from us.
  case halfClosed
  /// The peer said so.
  case peerEnded
  /// The peer reset the connection.
  case peerReset
  /// We closed it.
  case closed
}

/// Which side of a recorded conversation a script takes.
package enum ScriptRole: Sendable, Hashable {
  /// Ours: it sends what we sent, and expects what the peer sent.
  case ours
  /// The peer's: it stands in for the peer.
  case peer
}
