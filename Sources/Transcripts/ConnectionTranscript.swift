import ByteText
import Sockets

/// The records of one connection in one of the formats: its own offsets, its own half characters.
struct ConnectionTranscript: Sendable {
  private let format: TranscriptFormat
  private let number: UInt64?
  private var hexdump: Hexdump
  private var json: JSONTranscript

  /// How long the beginning of a character waits for its rest.
  static let holdTime = Duration.milliseconds(20)

  /// Begins a connection; the offsets of its dump begin where the caller says.
  init(
    _ connection: TranscriptConnection, _ format: TranscriptFormat, offsets: Hexdump = Hexdump()
  ) {
    self.format = format
    number = connection.number.map { UInt64($0) }
    hexdump = offsets
    let payload = if case .json(let payload) = format { payload } else { JSONPayload.automatic }
    json = JSONTranscript(connection, payload: payload)
  }

  /// Whether the beginning of a character waits for its rest.
  var isHolding: Bool { json.isHolding }

  /// Appends what a record is in the format; of events a dump shows nothing.
  ///
  /// In the place of covered bytes there are asterisks.
  mutating func append(
    _ record: TranscriptRecord, _ bytes: RawSpan, covered: [Bool] = [], time: Int64,
    to output: inout [UInt8]
  ) {
    switch format {
    case .dump(let withTime, let withNumber):
      var labels = Hexdump.Labels(
        time: withTime ? Array(WallClock.text(time).utf8) : nil,
        connection: withNumber ? number : nil)
      labels.covered = covered
      appendDump(record, bytes, labels, to: &output)
    case .json where covered.isEmpty: appendJSON(record, bytes, time: time, to: &output)
    case .json:
      let shown = bytes.withUnsafeBytes { bytes in
        zip(bytes, covered).map { $1 ? UInt8(ascii: "*") : $0 }
      }
      appendJSON(record, shown.span.bytes, time: time, to: &output)
    }
  }

  private mutating func appendDump(
    _ record: TranscriptRecord, _ bytes: RawSpan, _ labels: Hexdump.Labels,
    to output: inout [UInt8]
  ) {
    var labels = labels
    switch record {
    case .bytes(let direction):
      hexdump.append(bytes, direction, labels: labels, to: &output)
    case .datagram(let datagram):
      labels.note = note(of: datagram)
      hexdump.append(bytes, datagram.direction, labels: labels, to: &output)
    case .skipped(let direction, let count): hexdump.skip(count, direction)
    case .event, .release, .hidden: break
    }
  }

  private func note(of datagram: DatagramRecord) -> [UInt8]? {
    let note = datagram.peer.map { Array(safeLine($0.description).utf8) }
    return datagram.isTruncated ? (note ?? []) + Array(" truncated".utf8) : note
  }

  private mutating func appendJSON(
    _ record: TranscriptRecord, _ bytes: RawSpan, time: Int64, to output: inout [UInt8]
  ) {
    switch record {
    case .event(let event): json.append(event, time: time, to: &output)
    case .bytes(let direction): json.append(bytes, direction, time: time, to: &output)
    case .datagram(let datagram):
      json.append(
        datagram: bytes, datagram.direction, peer: datagram.peer, local: datagram.local,
        isTruncated: datagram.isTruncated, time: time, to: &output)
    case .release: json.release(time: time, to: &output)
    case .skipped, .hidden: break
    }
  }
}

extension Hexdump {
  /// Moves the offset of a direction past bytes that are not shown.
  mutating func skip(_ count: Int, _ direction: Direction) {
    switch direction {
    case .sent: sentOffset &+= UInt64(count)
    case .received: receivedOffset &+= UInt64(count)
    }
  }
}
