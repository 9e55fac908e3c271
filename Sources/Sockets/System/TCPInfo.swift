import CLinux

/// What the kernel knows about a TCP connection: `TCP_INFO` of `tcp(7)`.
public struct TCPInfo: Hashable, Sendable {
  /// A state of RFC 9293, with the kernel's numbers.
  public enum State: Int32, Sendable {
    case established = 1
    case synSent, synReceived, finWait1, finWait2, timeWait, closed, closeWait, lastAck, listen
    case closing
  }

  /// Where the connection stands; nil for a state that this program does not know.
  public let state: State?
  /// Smoothed round-trip time, in microseconds.
  public let roundTripMicroseconds: UInt32
  /// Its variance, in microseconds.
  public let roundTripVarianceMicroseconds: UInt32
  /// Segments sent again since the beginning.
  public let retransmissions: UInt32
  /// Segments that were sent and not yet acknowledged.
  public let unacknowledgedSegments: UInt32
  /// Congestion window, in segments.
  public let congestionWindow: UInt32
  /// Maximum segment size for sending, in bytes.
  public let maximumSegmentSize: UInt32

  /// Whether bytes left with the SYN and were taken: TCP Fast Open (RFC 7413).
  public let sentDataWithSYN: Bool

  init(_ value: linux_tcp_info) {
    sentDataWithSYN = value.syn_carried_data != 0
    state = State(rawValue: value.state)
    roundTripMicroseconds = value.round_trip_microseconds
    roundTripVarianceMicroseconds = value.round_trip_variance_microseconds
    retransmissions = value.retransmissions
    unacknowledgedSegments = value.unacknowledged_segments
    congestionWindow = value.congestion_window
    maximumSegmentSize = value.maximum_segment_size
  }
}
