package import Sockets

/// The one owner of an output that carries a transcript: whole records, one bounded queue.
///
/// What the sink does not take at once waits here and is written as soon as there is room. While the
/// queue is full, the streams that feed it stand still; when the sink fails, they fail, and the
/// error's subject says that it was our side.
package final class TranscriptWriter: @unchecked Sendable {
  /// How many bytes may wait before the streams stand still.
  private static let queueLimit = 256 * 1024

  let format: TranscriptFormat
  let loop: EventLoop
  private let sink: any ByteSink
  private var queue: [UInt8] = []
  private var position = 0
  private var isFlushing = false
  private var hasFinished = false
  /// What the sink threw; nothing is written after it.
  package private(set) var failure: StreamError?

  /// Puts a transcript on a sink.
  package init(_ format: TranscriptFormat, to sink: any ByteSink, on loop: EventLoop) {
    self.format = format
    self.sink = sink
    self.loop = loop
  }

  /// Whether streams have to stand still.
  var isFull: Bool { queue.count - position >= Self.queueLimit && failure == nil }

  /// Adds whole records and writes what the sink takes now.
  func write(_ records: (inout [UInt8]) -> Void) {
    guard failure == nil, !hasFinished else { return }
    records(&queue)
    flush()
    if position < queue.count { flushInBackground() }
  }

  private func flush() {
    do throws(StreamError) {
      while position < queue.count {
        let bytes = queue
        let attempt = try sink.tryWrite(bytes.span.bytes.extracting(droppingFirst: position))
        guard case .moved(let count) = attempt else { return }
        position += count
      }
    } catch {
      failure = error
    }
    queue.removeAll(keepingCapacity: queue.capacity <= 2 * Self.queueLimit)
    position = 0
  }

  private func flushInBackground() {
    guard !isFlushing else { return }
    isFlushing = true
    Task(executorPreference: loop) { [self] in
      defer { isFlushing = false }
      while position < queue.count, failure == nil {
        do throws(StreamError) {
          try await sink.waitWritable(by: .never)
        } catch {
          failure = failure ?? error
        }
        flush()
      }
    }
  }

  /// Suspends until the streams may go on.
  func waitForRoom(by deadline: Deadline) async throws(StreamError) {
    while isFull {
      try await sink.waitWritable(by: deadline)
      flush()
    }
    if let failure { throw failure }
  }

  /// Suspends until nobody reads the output any more.
  package func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Writes everything that waits and ends the output.
  package func finish(by deadline: Deadline) async throws(StreamError) {
    while position < queue.count, failure == nil {
      try await sink.waitWritable(by: deadline)
      flush()
    }
    hasFinished = true
    if let failure { throw failure }
    try await sink.closeWrite(by: deadline)
  }
}

/// The local output of a conversation whose transcript is the output: takes the received bytes,
/// which are in the transcript already, and knows whether the transcript is still read.
package final class TranscriptSink: ByteSink, Sendable {
  private let writer: TranscriptWriter

  /// Stands for a writer's output.
  package init(_ writer: TranscriptWriter) { self.writer = writer }

  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt { .moved(bytes.byteCount) }
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {}
  package func waitReaderGone() async throws(StreamError) { try await writer.waitReaderGone() }
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}
