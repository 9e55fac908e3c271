import Sockets

/// A sink of which a test decides how much it takes, and when it fails.
final class TestSink: ByteSink, @unchecked Sendable {
  /// How many more bytes it takes.
  var room: Int
  /// How many it takes at once.
  var step = Int.max
  /// What it throws from now on.
  var failure: StreamError?
  private(set) var bytes: [UInt8] = []
  private(set) var hasEnded = false
  private let loop: EventLoop

  init(room: Int = .max, on loop: EventLoop) {
    self.room = room
    self.loop = loop
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var lines: [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  func tryWrite(_ span: RawSpan) throws(StreamError) -> Attempt {
    if let failure { throw failure }
    let count = min(room, step, span.byteCount)
    if count == 0 && span.byteCount > 0 { return .wouldBlock }
    span.withUnsafeBytes { bytes += $0.prefix(count) }
    if room != .max { room -= count }
    return .moved(count)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    while room == 0 && failure == nil {
      if Task.isCancelled { throw StreamError(.write, .standardOutput, .cancelled) }
      if deadline.hasPassed { throw StreamError(.write, .standardOutput, .timedOut(.total)) }
      await loop.yield()
    }
  }

  func waitReaderGone() async throws(StreamError) {
    while failure == nil { await loop.yield() }
  }

  func closeWrite(by deadline: Deadline) async throws(StreamError) { hasEnded = true }
}
