import ByteText
package import Sockets

/// What one connection adds to a transcript: its own offsets, its own half characters.
package final class Recorder: @unchecked Sendable {
  private let writer: TranscriptWriter
  private let connection: TranscriptConnection
  private var hexdump = Hexdump()
  private var json: JSONTranscript
  private let isJSON: Bool
  private let dumpsTime: Bool
  private var holdCount = 0

  /// How long the beginning of a character waits for its rest.
  private static let holdTime = Duration.milliseconds(20)

  /// Begins a connection in a writer's transcript.
  package init(_ connection: TranscriptConnection, in writer: TranscriptWriter) {
    self.writer = writer
    self.connection = connection
    switch writer.format {
    case .json(let payload):
      json = JSONTranscript(connection, payload: payload)
      (isJSON, dumpsTime) = (true, false)
    case .dump(let withTime):
      json = JSONTranscript(connection, payload: .automatic)
      (isJSON, dumpsTime) = (false, withTime)
    }
  }

  var isFull: Bool { writer.isFull }

  func waitForRoom(by deadline: Deadline) async throws(StreamError) {
    try await writer.waitForRoom(by: deadline)
  }

  /// Suspends until the transcript can take more.
  package func waitForRoom() async throws(StreamError) {
    try throwFailure()
    if writer.isFull { try await writer.waitForRoom(by: .never) }
  }

  func throwFailure() throws(StreamError) {
    if let failure = writer.failure { throw failure }
  }

  /// Records an event; a dump shows bytes alone.
  package func record(_ event: TranscriptEvent) {
    guard isJSON else { return }
    writer.write { json.append(event, time: WallClock.now, to: &$0) }
  }

  /// Records bytes of a stream.
  package func record(_ bytes: RawSpan, _ direction: Hexdump.Direction) {
    let time = WallClock.now
    guard isJSON else {
      return appendDump(bytes, direction, Hexdump.Labels(time: timeLabel(time)))
    }
    // A span cannot be captured.
    bytes.withUnsafeBytes { bytes in
      writer.write { json.append(bytes.bytes, direction, time: time, to: &$0) }
    }
    if json.isHolding { releaseLater() }
  }

  /// Records one datagram, with both ends of it: where they are nil, those of the connection.
  package func record(
    datagram bytes: RawSpan, _ direction: Hexdump.Direction, peer: SocketAddress?,
    local: SocketAddress? = nil, isTruncated: Bool = false, time: Int64? = nil
  ) {
    let time = time ?? WallClock.now
    guard isJSON else {
      var note = peer.map { Array(safeLine($0.description).utf8) }
      if isTruncated { note = (note ?? []) + Array(" truncated".utf8) }
      return appendDump(
        bytes, direction, Hexdump.Labels(time: timeLabel(time), note: note))
    }
    bytes.withUnsafeBytes { bytes in
      writer.write {
        json.append(
          datagram: bytes.bytes, direction, peer: peer, local: local, isTruncated: isTruncated,
          time: time, to: &$0)
      }
    }
  }

  private func appendDump(
    _ bytes: RawSpan, _ direction: Hexdump.Direction, _ labels: Hexdump.Labels
  ) {
    bytes.withUnsafeBytes { bytes in
      writer.write { hexdump.append(bytes.bytes, direction, labels: labels, to: &$0) }
    }
  }

  private func timeLabel(_ time: Int64) -> [UInt8]? {
    dumpsTime ? Array(WallClock.text(time).utf8) : nil
  }

  private func releaseLater() {
    holdCount += 1
    let mine = holdCount
    Task(executorPreference: writer.loop) { [self] in
      await writer.loop.sleep(until: .after(Self.holdTime))
      if mine == holdCount { release() }
    }
  }

  /// Writes the beginning of a character that still waits for its rest.
  package func release() {
    guard json.isHolding else { return }
    writer.write { json.release(time: WallClock.now, to: &$0) }
  }
}
