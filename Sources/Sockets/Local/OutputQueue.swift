/// Bytes on their way to a sink, which wait while it does not take them.
///
/// Adding never waits; whoever adds much asks for room first.
package final class OutputQueue: @unchecked Sendable {
  private let sink: any ByteSink
  private let loop: EventLoop
  private var waiting: [UInt8] = []
  private var position = 0
  private var isFlushing = false
  private let progress: Wakeup
  /// What the sink threw; nothing is written after it.
  package private(set) var failure: StreamError?

  /// Stands before a sink.
  package init(to sink: any ByteSink, on loop: EventLoop) {
    self.sink = sink
    self.loop = loop
    progress = Wakeup(on: loop)
  }

  /// How many bytes wait.
  package var count: Int { waiting.count - position }

  /// Adds bytes and writes what the sink takes now.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    waiting.append(contentsOf: bytes)
    flush()
    if count > 0 { flushInBackground() }
  }

  /// Adds bytes and writes what the sink takes now.
  package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  private func flush() {
    do throws(StreamError) {
      while count > 0 {
        let bytes = waiting
        let attempt = try sink.tryWrite(bytes.span.bytes.extracting(droppingFirst: position))
        guard case .moved(let written) = attempt else { return dropWritten() }
        position += written
        progress.wakeAll()
      }
    } catch {
      return fail(with: error)
    }
    dropAll()
  }

  private func fail(with error: StreamError) {
    failure = error
    dropAll()
    progress.wakeAll()
  }

  private func dropAll() {
    waiting.removeAll(keepingCapacity: waiting.capacity <= 64 * 1024)
    position = 0
  }

  /// Keeps no more than a little of what is gone: a slow sink may never take all that waits.
  private func dropWritten() {
    guard position > 64 * 1024 else { return }
    waiting.removeFirst(position)
    position = 0
  }

  private func flushInBackground() {
    guard !isFlushing else { return }
    isFlushing = true
    Task(executorPreference: loop) { [self] in
      defer { isFlushing = false }
      while count > 0 {
        do throws(StreamError) {
          try await sink.waitWritable(by: .never)
        } catch {
          fail(with: error)
        }
        flush()
      }
    }
  }

  /// Suspends until no more than so many bytes wait, the sink has failed, or the deadline has come.
  package func drain(to limit: Int, by deadline: Deadline) async {
    while count > limit {
      guard await progress.wait(by: deadline) else { return }
    }
  }
}
