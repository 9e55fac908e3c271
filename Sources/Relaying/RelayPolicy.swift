/// What a user decided about the ends of a relay.
package struct RelayPolicy: Sendable {
  /// What happens when the local input ends.
  package enum LocalEnd: Sendable {
    /// The peer is told, and read to its end.
    case halfClose
    /// The peer is told, and left as soon as it has acknowledged everything.
    case close
    /// The peer is not told before it has ended itself.
    case stay
  }

  /// What happens when the peer ends while there may be more local input.
  package enum PeerEnd: Sendable {
    /// What can still come from a person or from an input that never gave a byte is not waited for.
    case judge
    /// The input is sent to its end.
    case send
    /// The input is left where it is.
    case close
  }

  /// What happens when nobody reads the local output any more.
  package enum LocalReaderEnd: Sendable {
    /// We stop, as a filter does: the output is all that a relay is for.
    case stop
    /// Its input is still sent to its end, and what the peer sends is thrown away: a program that
    /// closes its standard input early may have more to say.
    case keepSending
  }

  /// When the local input ends.
  package var whenLocalEnds = LocalEnd.halfClose
  /// When the peer ends.
  package var whenPeerEnds = PeerEnd.judge
  /// When nobody reads the local output any more.
  package var whenLocalReaderGone = LocalReaderEnd.stop
  /// Whether local input is read at all.
  package var sends = true
  /// Whether the local output is written at all; if not, what comes is thrown away.
  package var receives = true
  /// Whether an input that ends before its first byte counts as none: a listener's.
  package var ignoresEmptyInput = false
  /// Whether a person types the input.
  package var inputIsTerminal = false
  /// Whether the end of the input means a half-close, whatever else is usual: a person has asked for it.
  package var endIsWanted = false
  /// Whether that person has given something that was not sent yet.
  package var hasUnsentInput: @Sendable () -> Bool = { false }
  /// Whether whoever ended the input wants to leave as soon as everything is acknowledged.
  package var leavesAtLocalEnd: @Sendable () -> Bool = { false }
  /// Whether the peer's full close can be told from its half-close: Unix sockets.
  package var knowsFullClose = false
  /// How long we wait for the acknowledgement of what was sent.
  package var acknowledgementTimeout: Duration = .seconds(10)
  /// How long nothing may move.
  package var idleTimeout: Duration?

  /// The defaults of a client.
  package init() {}
}

/// What a relay tells while it runs.
package enum RelayEvent: Sendable, Hashable {
  /// The peer ended and the local input is still being sent.
  case stillSending
  /// The peer ended without a byte after our half-close.
  case noAnswer
}
