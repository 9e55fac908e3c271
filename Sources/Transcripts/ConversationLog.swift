package import ByteText
import Sockets

/// What has passed so far, kept to be written later as a transcript of any format.
///
/// Fed by recorders like a transcript, it takes everything at once and never fails: when it holds
/// too much, the oldest records go.
package final class ConversationLog: @unchecked Sendable {
  /// How many bytes of each direction are not there any more.
  package struct Dropped: Sendable, Hashable {
    package var sent: UInt64 = 0
    package var received: UInt64 = 0
  }

  /// What was dropped of all connections.
  package private(set) var dropped = Dropped()

  private let limit: Int
  private var size = 0
  private var records: [LoggedRecord] = []
  /// The oldest record that is still there; those before it are empty.
  private var first = 0

  /// Whether what is sent and must not be shown is kept all the same, so that a script can be written
  /// that says where it was.
  let keepsHidden: Bool

  /// Keeps so many bytes, together with what the records need besides them.
  package init(limit: Int = 16 * 1024 * 1024, keepsHidden: Bool = false) {
    self.limit = limit
    self.keepsHidden = keepsHidden
  }

  /// What happened on one connection, piece by piece.
  package enum Piece: Sendable {
    case event(TranscriptEvent)
    case bytes([UInt8], Hexdump.Direction, isHidden: Bool)
    case datagram([UInt8], Hexdump.Direction, isHidden: Bool)
  }

  /// The conversation so far, each connection by itself, in the order in which they began.
  package var connections: [[Piece]] {
    var order: [ObjectIdentifier: Int] = [:]
    var connections: [[Piece]] = []
    for record in records[first...] {
      guard let piece = record.piece else { continue }
      let key = ObjectIdentifier(record.connection)
      let index = order[key] ?? connections.count
      if order[key] == nil {
        order[key] = index
        connections.append([])
      }
      connections[index].append(piece)
    }
    return connections
  }

  /// The conversation so far, record by record; what happens later is not in it.
  package func replay(as format: TranscriptFormat) -> ConversationReplay {
    ConversationReplay(records[first...], as: format)
  }

  /// Appends the conversation so far as a transcript would have shown it.
  package func write(_ format: TranscriptFormat, into output: inout [UInt8]) {
    var replay = replay(as: format)
    while replay.next(into: &output) {}
  }

  func add(_ record: LoggedRecord) {
    records.append(record)
    size += record.cost
    while size > limit, first < records.count { dropOldest() }
    if first > 1024, first > records.count / 2 {
      records.removeFirst(first)
      first = 0
    }
  }

  private func dropOldest() {
    let record = records[first]
    records[first].empty()
    first += 1
    size -= record.cost
    switch record.record.direction {
    case .sent:
      dropped.sent += UInt64(record.byteCount)
      record.connection.dropped.sent += UInt64(record.byteCount)
    case .received:
      dropped.received += UInt64(record.byteCount)
      record.connection.dropped.received += UInt64(record.byteCount)
    case nil: break
    }
  }
}

/// A connection in a log, for as long as something of it is there.
final class LoggedConnection: @unchecked Sendable {
  let connection: TranscriptConnection
  var dropped = ConversationLog.Dropped()

  init(_ connection: TranscriptConnection) { self.connection = connection }
}

/// One record in a log.
struct LoggedRecord: Sendable {
  let connection: LoggedConnection
  private(set) var record: TranscriptRecord
  private(set) var bytes: [UInt8]
  /// Nanoseconds since 1970.
  let time: Int64

  init(_ connection: LoggedConnection, _ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {
    self.connection = connection
    self.record = record
    self.bytes = bytes.withUnsafeBytes { Array($0) }
    self.time = time
  }

  /// What it is for who looks at the conversation itself; nil if that is nothing.
  var piece: ConversationLog.Piece? {
    switch record {
    case .event(let event): .event(event)
    case .bytes(let direction): .bytes(bytes, direction, isHidden: false)
    case .datagram(let datagram): .datagram(bytes, datagram.direction, isHidden: false)
    case .hidden(isDatagram: false): .bytes(bytes, .sent, isHidden: true)
    case .hidden(isDatagram: true): .datagram(bytes, .sent, isHidden: true)
    case .release, .skipped: nil
    }
  }

  /// How many bytes passed, also those that are not shown.
  var byteCount: Int {
    if case .skipped(_, let count) = record { count } else { bytes.count }
  }

  /// What it holds of the log's limit: an array of one byte is not free.
  var cost: Int { MemoryLayout<Self>.stride + 32 + bytes.count }

  /// Frees what it holds.
  mutating func empty() {
    bytes = []
    record = .release
  }
}

/// Puts the records of one connection into a log.
final class LoggedRecords: RecordTarget {
  private let log: ConversationLog
  private let connection: LoggedConnection

  /// Begins a connection in a log.
  init(_ connection: TranscriptConnection, in log: ConversationLog) {
    self.log = log
    self.connection = LoggedConnection(connection)
  }

  var isFull: Bool { false }
  var failure: StreamError? { nil }
  func waitForRoom(by deadline: Deadline) async throws(StreamError) {}

  func add(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {
    log.add(LoggedRecord(connection, record, bytes, time: time))
  }

  func hide(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {
    guard log.keepsHidden else { return }
    let isDatagram = if case .datagram = record { true } else { false }
    log.add(LoggedRecord(connection, .hidden(isDatagram: isDatagram), bytes, time: time))
  }
}
