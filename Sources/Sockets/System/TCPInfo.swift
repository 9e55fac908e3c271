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

  /// Segments that count as lost now.
  public let lostSegments: UInt32
  /// How fast it goes; nil if the kernel does not say.
  public let throughput: Throughput?
  /// How many bytes the peer is ready to take; nil if the kernel does not say.
  public let peerWindow: UInt32?

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
    lostSegments = value.lost_segments
    throughput = value.has_rates != 0 ? Throughput(value) : nil
    peerWindow = value.has_window != 0 ? value.peer_window : nil
  }

  /// What has passed of a connection, and how fast.
  public struct Throughput: Hashable, Sendable {
    /// Bytes that the peer has acknowledged, the SYN among them.
    public let bytesAcknowledged: UInt64
    /// Bytes that came, in order, from the peer.
    public let bytesReceived: UInt64
    /// The rate at which the kernel sends at most, in bytes a second; nil if it sends at will.
    public let pacingRate: UInt64?
    /// The rate at which bytes reached the peer lately, in bytes a second.
    public let deliveryRate: UInt64
    /// How long there was something to send, in microseconds.
    public let busyMicroseconds: UInt64

    init(_ value: linux_tcp_info) {
      bytesAcknowledged = value.bytes_acknowledged
      bytesReceived = value.bytes_received
      pacingRate = value.pacing_rate == .max ? nil : value.pacing_rate
      deliveryRate = value.delivery_rate
      busyMicroseconds = value.busy_microseconds
    }
  }
}
