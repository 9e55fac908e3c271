package import Sockets

/// What passed in one direction of a conversation.
///
/// The counters live here and in no wrapper around a stream, so that counting costs nothing.
package final class Flow: @unchecked Sendable {
  /// Bytes taken from the source.
  package var bytesRead = 0
  /// Bytes that the sink accepted.
  package var bytesWritten = 0
  /// Whether the source has ended and everything of it was accepted.
  package internal(set) var hasEnded = false
  /// When a byte last moved, or when the conversation began.
  package var lastMoved: Deadline
  /// Until when the direction stands still because we want it to: pacing.
  package var pausedUntil: Deadline?

  /// Told that bytes were accepted and counted.
  package var hasMoved: (@Sendable () -> Void)?

  /// Begins to count now.
  package init() { lastMoved = .now }

  /// Bytes that were taken and not yet accepted.
  package var bytesInFlight: Int { bytesRead - bytesWritten }

  fileprivate func restart() {
    (bytesRead, bytesWritten, hasEnded, pausedUntil) = (0, 0, false, nil)
    lastMoved = .now
  }

  /// Notes bytes that the sink accepted.
  package func moved(_ count: Int) {
    bytesWritten += count
    lastMoved = .now
    hasMoved?()
  }
}

/// Both directions of a conversation.
package struct Flows: Sendable {
  /// From the local side to the peer.
  package let sent = Flow()
  /// From the peer to the local side.
  package let received = Flow()

  /// Begins to count now.
  package init() {}

  /// Begins to count anew, for another connection.
  package func restart() {
    for flow in [sent, received] { flow.restart() }
  }

  /// Begins the time in which something should move, as late as there is a peer.
  package func begin() {
    for flow in [sent, received] { flow.lastMoved = .now }
  }

  /// The last time that anything moved, or will after a pause of ours.
  package var lastMoved: Deadline {
    [sent, received].map { max($0.lastMoved, $0.pausedUntil ?? $0.lastMoved) }.max() ?? .now
  }
}
