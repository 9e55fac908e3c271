import ByteText
import Sockets

/// What a recorder tells of its connection; the bytes, if it is about some, stand beside it.
enum TranscriptRecord: Sendable {
  case event(TranscriptEvent)
  /// A piece of a stream.
  case bytes(Hexdump.Direction)
  case datagram(DatagramRecord)
  /// The beginning of a character that still waits for its rest is to be shown as it is.
  case release
  /// Something was sent that nothing may show; a log keeps it to know it again.
  case hidden(isDatagram: Bool)
  /// So many bytes passed that are not to be shown.
  case skipped(Hexdump.Direction, count: Int)

  /// Which way bytes went, if some did.
  var direction: Hexdump.Direction? {
    switch self {
    case .bytes(let direction), .skipped(let direction, _): direction
    case .datagram(let datagram): datagram.direction
    case .event, .release, .hidden: nil
    }
  }
}

/// A datagram besides its bytes: where an end is nil, it is that of the connection.
struct DatagramRecord: Sendable {
  let direction: Hexdump.Direction
  let peer: SocketAddress?
  let local: SocketAddress?
  let isTruncated: Bool
}

/// Where the records of one connection go.
protocol RecordTarget: AnyObject, Sendable {
  /// Whether the streams that feed it have to stand still.
  var isFull: Bool { get }
  /// What it failed of; nothing is taken after it.
  var failure: StreamError? { get }
  /// Suspends until it can take more.
  func waitForRoom(by deadline: Deadline) async throws(StreamError)
  /// Takes a record, of a time in nanoseconds since 1970.
  func add(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64)
  /// Is told of what was sent and leaves no trace.
  func hide(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64)
}

extension RecordTarget {
  func hide(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {}
}
