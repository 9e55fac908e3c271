package import ByteText
package import Sockets

/// What one connection adds to a transcript, or to the log of a conversation.
package final class Recorder: @unchecked Sendable {
  private let target: any RecordTarget

  /// Whether what is sent leaves no trace: no bytes, no lengths, no offsets that move.
  ///
  /// For secrets. A stream's is ``RecordedStream/hidesSent``.
  package var hidesSent = false

  /// Whether anything is shown; the offsets of a dump go on counting while nothing is.
  package var isEnabled = true {
    willSet { if !newValue { release() } }
  }

  /// Begins a connection in a writer's transcript, in which the peer's bytes show no secrets.
  package init(
    _ connection: TranscriptConnection, in writer: TranscriptWriter,
    cover: SecretCover = SecretCover([])
  ) {
    target = WrittenRecords(connection, in: writer, cover: cover)
  }

  /// Begins a connection in a log.
  package init(_ connection: TranscriptConnection, in log: ConversationLog) {
    target = LoggedRecords(connection, in: log)
  }

  var isFull: Bool { target.isFull }

  func waitForRoom(by deadline: Deadline) async throws(StreamError) {
    try await target.waitForRoom(by: deadline)
  }

  /// Suspends until the transcript can take more.
  package func waitForRoom() async throws(StreamError) {
    try throwFailure()
    if isFull { try await waitForRoom(by: .never) }
  }

  func throwFailure() throws(StreamError) {
    if let failure = target.failure { throw failure }
  }

  /// Records an event; a dump shows bytes alone.
  package func record(_ event: TranscriptEvent) {
    add(.event(event), RawSpan(), time: WallClock.now)
  }

  /// Records bytes of a stream.
  package func record(_ bytes: RawSpan, _ direction: Hexdump.Direction) {
    add(.bytes(direction), bytes, time: WallClock.now)
  }

  /// Records one datagram, with both ends of it: where they are nil, those of the connection.
  package func record(
    datagram bytes: RawSpan, _ direction: Hexdump.Direction, peer: SocketAddress?,
    local: SocketAddress? = nil, isTruncated: Bool = false, time: Int64? = nil
  ) {
    let record = DatagramRecord(
      direction: direction, peer: peer, local: local, isTruncated: isTruncated)
    add(.datagram(record), bytes, time: time ?? WallClock.now)
  }

  /// Writes the beginning of a character that still waits for its rest.
  package func release() { add(.release, RawSpan(), time: WallClock.now) }

  private func add(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {
    let direction = record.direction
    if hidesSent, direction == .sent { return target.hide(record, bytes, time: time) }
    guard !isEnabled else { return target.add(record, bytes, time: time) }
    if let direction {
      target.add(.skipped(direction, count: bytes.byteCount), RawSpan(), time: time)
    }
  }
}
