import ByteText
import Sockets

/// Puts the records of one connection into a writer's transcript.
final class WrittenRecords: RecordTarget, @unchecked Sendable {
  private let writer: TranscriptWriter
  private var transcript: ConnectionTranscript
  private var cover: SecretCover
  private var holdCount = 0

  /// Begins a connection in a transcript.
  init(_ connection: TranscriptConnection, in writer: TranscriptWriter, cover: SecretCover) {
    self.writer = writer
    self.cover = cover
    transcript = ConnectionTranscript(connection, writer.format)
  }

  var isFull: Bool { writer.isFull }
  var failure: StreamError? { writer.failure }

  func waitForRoom(by deadline: Deadline) async throws(StreamError) {
    try await writer.waitForRoom(by: deadline)
  }

  func add(_ record: TranscriptRecord, _ bytes: RawSpan, time: Int64) {
    if case .release = record, !transcript.isHolding { return }
    let covered = cover.covered(record, bytes)
    // A span cannot be captured.
    bytes.withUnsafeBytes { bytes in
      writer.write {
        transcript.append(record, bytes.bytes, covered: covered, time: time, to: &$0)
      }
    }
    if case .bytes = record, transcript.isHolding { releaseLater() }
  }

  private func releaseLater() {
    holdCount += 1
    let mine = holdCount
    Task(executorPreference: writer.loop) { [self] in
      await writer.loop.sleep(until: .after(ConnectionTranscript.holdTime))
      if mine == holdCount { add(.release, RawSpan(), time: WallClock.now) }
    }
  }
}
