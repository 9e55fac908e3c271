import TestSupport
import Testing

@testable import Sockets

@Suite struct OutputQueueTests {
  private static let failure = StreamError.readerGone(.standardOutput)

  /// Takes what a test allows, a few bytes at once, or fails.
  private final class SlowSink: ByteSink, @unchecked Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var attemptCount = 0
    private var failure: StreamError?
    private var room: Int
    private let step: Int
    private let change: Wakeup

    init(room: Int, step: Int = .max, on loop: EventLoop) {
      self.room = room
      self.step = step
      change = Wakeup(on: loop)
    }

    func allow(_ count: Int) {
      room += count
      change.wakeAll()
    }

    func fail(with error: StreamError) {
      failure = error
      change.wakeAll()
    }

    func tryWrite(_ span: RawSpan) throws(StreamError) -> Attempt {
      attemptCount += 1
      if let failure { throw failure }
      let count = min(room, step, span.byteCount)
      if count == 0 { return .wouldBlock }
      bytes += span.withUnsafeBytes { Array($0[..<count]) }
      room -= count
      return .moved(count)
    }

    func waitWritable(by deadline: Deadline) async throws(StreamError) {
      while room == 0 {
        if let failure { throw failure }
        if await change.wait(by: deadline) { continue }
        throw StreamError(
          .write, .standardOutput, Task.isCancelled ? .cancelled : .timedOut(.total))
      }
    }

    func waitReaderGone() async throws(StreamError) {}
    func closeWrite(by deadline: Deadline) async throws(StreamError) {}
  }

  @Test func `what the sink takes is written at once`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 100, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2])
      queue.append([])
      queue.append([3])
      #expect(sink.bytes == [1, 2, 3])
      #expect(queue.count == 0)
    }
  }

  @Test(arguments: [1, 7, 65_536, 100_000])
  func `the order is kept, however little is taken at once`(step: Int) async throws {
    try await onLoop { loop in
      let count = step == 1 ? 1000 : 300_000
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let sink = SlowSink(room: 10, step: step, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      for start in stride(from: 0, to: count, by: count / 10) {
        queue.append(Array(bytes[start..<start + count / 10]))
      }
      #expect(queue.count == count - 10)
      while queue.count > 0 {
        sink.allow(count / 20)
        await loop.yield()
      }
      let isSame = sink.bytes == bytes
      #expect(isSame)
      #expect(queue.failure == nil)
    }
  }

  @Test func `what is added while others wait comes behind them`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 0, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2])
      await loop.yield()
      queue.append([3])
      sink.allow(1)
      // Now there is room, and the task in the background has not run yet.
      queue.append([4])
      sink.allow(9)
      await queue.drain(to: 0, by: .never)
      #expect(sink.bytes == [1, 2, 3, 4])
    }
  }

  @Test func `a queue that was emptied once is written in the background again`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 0, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      for number in 1...3 as ClosedRange<UInt8> {
        queue.append([number])
        await loop.yield()
        sink.allow(1)
        while queue.count > 0 { await loop.yield() }
        #expect(sink.bytes.last == number)
      }
    }
  }

  @Test func `what the sink throws at once is kept`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 9, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      sink.fail(with: Self.failure)
      queue.append([1])
      #expect(queue.failure?.isReaderGone == true)
      #expect(queue.count == 0)
      queue.append([2])
      await queue.drain(to: 0, by: .never)
      #expect(sink.attemptCount == 1)
    }
  }

  @Test func `what the sink throws later is kept, and nothing waits any more`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 1, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2, 3])
      async let drained: Void = queue.drain(to: 0, by: .never)
      await loop.yield()
      sink.fail(with: Self.failure)
      await drained
      #expect(queue.failure?.isReaderGone == true)
      #expect(queue.count == 0)
      #expect(sink.bytes == [1])
      let before = sink.attemptCount
      queue.append([4])
      #expect(sink.attemptCount == before)
    }
  }

  @Test(arguments: [0, 1, 4, 5])
  func `draining ends when little enough waits`(limit: Int) async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 0, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2, 3, 4, 5])
      let task = Task(executorPreference: loop) { await queue.drain(to: limit, by: .never) }
      for _ in 0..<5 - limit {
        #expect(queue.count > limit)
        sink.allow(1)
        await loop.yield()
      }
      await task.value
      #expect(queue.count == limit)
      sink.allow(5)
      await queue.drain(to: 0, by: .never)
      #expect(sink.bytes == [1, 2, 3, 4, 5])
    }
  }

  @Test(arguments: [Deadline(nanoseconds: 0), .after(.milliseconds(5))])
  func `a deadline ends draining and is no failure`(deadline: Deadline) async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 0, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2])
      await queue.drain(to: 0, by: deadline)
      #expect(queue.count == 2)
      #expect(queue.failure == nil)
      sink.allow(2)
      await queue.drain(to: 0, by: .never)
      #expect(sink.bytes == [1, 2])
    }
  }

  @Test func `a cancellation ends draining, and what waits is still written`() async throws {
    try await onLoop { loop in
      let sink = SlowSink(room: 0, on: loop)
      let queue = OutputQueue(to: sink, on: loop)
      queue.append([1, 2])
      let task = Task(executorPreference: loop) { await queue.drain(to: 0, by: .never) }
      await loop.yield()
      task.cancel()
      await task.value
      #expect(queue.count == 2)
      #expect(queue.failure == nil)
      sink.allow(2)
      while queue.count > 0 { await loop.yield() }
      #expect(sink.bytes == [1, 2])
    }
  }

  @Test func `a pipe that is full is written when it is read`() async throws {
    try await onLoop { loop async throws in
      let (near, far) = try unixPair(on: loop)
      let queue = OutputQueue(to: near, on: loop)
      let filled = try near.fill()
      queue.append([1, 2, 3])
      #expect(queue.count == 3)
      _ = try await far.readExactly(filled)
      #expect(try await far.readExactly(3) == [1, 2, 3])
      while queue.count > 0 { await loop.yield() }
      try near.close()
    }
  }
}
