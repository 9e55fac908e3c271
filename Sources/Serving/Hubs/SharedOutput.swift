package import Sockets

/// One sink for the bytes of many: what is written at once stays together, and what the sink does
/// not take keeps whoever writes next waiting.
package final class SharedOutput: ByteSink, Sendable {
  private let sink: any ByteSink
  private let queue: OutputQueue

  /// How much may wait before nothing more is accepted.
  private static let limit = 64 * 1024

  /// Stands before a sink, which nobody else writes to.
  package init(to sink: any ByteSink, on loop: EventLoop) {
    self.sink = sink
    queue = OutputQueue(to: sink, on: loop)
  }

  /// Whether nothing more is accepted now.
  var isFull: Bool { queue.count >= Self.limit }

  /// Accepts everything or nothing.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try check()
    if isFull { return .wouldBlock }
    bytes.withUnsafeBytes { queue.append($0) }
    try check()
    return .moved(bytes.byteCount)
  }

  /// Adds bytes whatever waits already; whoever adds much asks ``isFull`` first.
  func append(_ bytes: [UInt8]) { queue.append(bytes) }

  /// Throws what the sink has thrown.
  func check() throws(StreamError) {
    if let failure = queue.failure { throw failure }
  }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    await queue.drain(to: Self.limit - 1, by: deadline)
    try check(by: deadline)
  }

  /// Suspends until nobody reads the sink any more.
  package func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Suspends until the sink has taken everything; it stays open for the others.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    await queue.drain(to: 0, by: deadline)
    try check(by: deadline)
  }

  private func check(by deadline: Deadline) throws(StreamError) {
    try check()
    if Task.isCancelled { throw StreamError(.write, .standardOutput, .cancelled) }
    if deadline.hasPassed { throw StreamError(.write, .standardOutput, .timedOut(.total)) }
  }
}
