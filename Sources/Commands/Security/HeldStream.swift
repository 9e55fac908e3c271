import Sockets

/// Stands in a slot while TLS begins on the stream that was there: nobody else reads or writes that
/// meanwhile, and waits end when the slot has another base.
final class HeldStream: ByteStream, @unchecked Sendable {
  private let base: any ByteStream
  private let change: Wakeup
  /// Why there will be no other base.
  private var failure: StreamError?

  init(_ base: any ByteStream, on loop: EventLoop) {
    self.base = base
    change = Wakeup(on: loop)
  }

  /// Has whoever reads or writes fail.
  func fail(_ error: StreamError) {
    failure = error
    change.wakeAll()
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if let failure { throw failure }
    return .wouldBlock
  }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if let failure { throw failure }
    return .wouldBlock
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await wait(by: deadline)
  }
  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await wait(by: deadline)
  }
  func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }
  func closeWrite(by deadline: Deadline) async throws(StreamError) { try await wait(by: deadline) }
  func drain(by deadline: Deadline) async throws(StreamError) { try await base.drain(by: deadline) }
  func close() throws(StreamError) { try base.close() }
  func abort() { base.abort() }

  private func wait(by deadline: Deadline) async throws(StreamError) {
    if failure == nil { await change.wait(by: deadline) }
    if Task.isCancelled { throw StreamError(.read, .endpoint(""), .cancelled) }
    if let failure { throw failure }
    if deadline.hasPassed { throw StreamError(.read, .endpoint(""), .timedOut(.total)) }
  }
}
