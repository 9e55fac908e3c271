package import Sockets

/// A budget of bytes that grows with time.
///
/// It saves at most a tenth of a second's worth, so that a pause is not made up for at once.
package final class Pace: @unchecked Sendable {
  private let bytesPerSecond: Double
  private var budget: Double
  private var lastLook: Deadline

  /// A rate in bytes per second, more than 0.
  package init(bytesPerSecond: Double) {
    self.bytesPerSecond = bytesPerSecond
    budget = max(1, bytesPerSecond / 10)
    lastLook = .now
  }

  /// How many bytes may move now.
  var allowance: Int {
    let now = Deadline.now
    let seconds = Double(now.since(lastLook).wholeNanoseconds) / 1e9
    lastLook = now
    budget = min(max(1, bytesPerSecond / 10), budget + seconds * bytesPerSecond)
    return Int(budget)
  }

  func spend(_ count: Int) { budget -= Double(count) }

  /// When the next piece may move: a twentieth of a second's worth, or one byte.
  var nextMove: Deadline {
    let wanted = max(1, bytesPerSecond / 20)
    return .now + .nanoseconds(Int64(max(0, wanted - budget) / bytesPerSecond * 1e9) + 1)
  }
}

/// A source that gives its bytes no faster than a rate.
package final class PacedSource: ByteSource, @unchecked Sendable {
  private let base: any ByteSource
  private let pace: Pace
  private let flow: Flow
  private let loop: EventLoop
  private var isPausing = false

  /// Puts a rate around a source; pauses are noted in the flow.
  package init(_ base: any ByteSource, _ pace: Pace, flow: Flow, on loop: EventLoop) {
    self.base = base
    self.pace = pace
    self.flow = flow
    self.loop = loop
  }

  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    let allowance = pace.allowance
    isPausing = allowance < 1
    if isPausing { return .wouldBlock }
    let before = buffer.byteCount
    let attempt = try base.tryRead(into: &buffer, limit: allowance)
    pace.spend(buffer.byteCount - before)
    return attempt
  }

  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    guard isPausing else { return try await base.waitReadable(by: deadline) }
    let moment = pace.nextMove
    flow.pausedUntil = moment
    guard await loop.sleep(until: min(moment, deadline)) else {
      throw StreamError(.read, .standardInput, .cancelled)
    }
  }
}

/// A sink that takes bytes no faster than a rate.
package final class PacedSink: ByteSink, @unchecked Sendable {
  private let base: any ByteSink
  private let pace: Pace
  private let flow: Flow
  private let loop: EventLoop
  private var isPausing = false

  /// Puts a rate around a sink; pauses are noted in the flow.
  package init(_ base: any ByteSink, _ pace: Pace, flow: Flow, on loop: EventLoop) {
    self.base = base
    self.pace = pace
    self.flow = flow
    self.loop = loop
  }

  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    let allowance = pace.allowance
    isPausing = allowance < 1 && !bytes.isEmpty
    if isPausing { return .wouldBlock }
    let attempt = try base.tryWrite(bytes.extracting(first: min(allowance, bytes.byteCount)))
    if case .moved(let count) = attempt { pace.spend(count) }
    return attempt
  }

  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    guard isPausing else { return try await base.waitWritable(by: deadline) }
    let moment = pace.nextMove
    flow.pausedUntil = moment
    guard await loop.sleep(until: min(moment, deadline)) else {
      throw StreamError(.write, .standardOutput, .cancelled)
    }
  }

  package func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }

  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await base.closeWrite(by: deadline)
  }
}

/// A source that pauses after each line.
package final class LinePacedSource: ByteSource, @unchecked Sendable {
  private let base: any ByteSource
  private let delay: Duration
  private let flow: Flow
  private let loop: EventLoop
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
  private var waiting: [UInt8] = []
  private var position = 0
  private var nextLine = Deadline(nanoseconds: 0)

  /// Puts a pause between the lines of a source; pauses are noted in the flow.
  package init(_ base: any ByteSource, delay: Duration, flow: Flow, on loop: EventLoop) {
    self.base = base
    self.delay = delay
    self.flow = flow
    self.loop = loop
  }

  deinit { buffer.deallocate() }

  /// Throws away what was read and waits; returns how many bytes that were.
  package func discard() -> Int {
    defer { (waiting, position) = ([], 0) }
    return waiting.count - position
  }

  package func tryRead(into output: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if position == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      position = 0
      var space = OutputRawSpan(buffer: buffer, initializedCount: 0)
      let attempt = try base.tryRead(into: &space)
      guard case .moved = attempt else { return attempt }
      space.bytes.withUnsafeBytes { waiting.append(contentsOf: $0) }
    }
    guard nextLine <= .now else { return .wouldBlock }
    let newline = waiting[position...].firstIndex(of: 10)
    let end = min(newline.map { $0 + 1 } ?? waiting.count, position + output.freeCapacity)
    let count = end - position
    waiting.withUnsafeBytes { output.append(copying: $0[position..<end]) }
    position = end
    if let newline, end == newline + 1 { nextLine = .after(delay) }
    return .moved(count)
  }

  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    guard position < waiting.count else { return try await base.waitReadable(by: deadline) }
    flow.pausedUntil = nextLine
    guard await loop.sleep(until: min(nextLine, deadline)) else {
      throw StreamError(.read, .standardInput, .cancelled)
    }
  }
}

extension ByteSource {
  /// Reads at most a number of bytes.
  fileprivate func tryRead(
    into buffer: inout OutputRawSpan, limit: Int
  ) throws(StreamError) -> Attempt {
    guard limit < buffer.freeCapacity else { return try tryRead(into: &buffer) }
    return try buffer.withUnsafeMutableBytes { (whole, initializedCount) throws(StreamError) in
      let part = UnsafeMutableRawBufferPointer(
        rebasing: whole[initializedCount..<initializedCount + limit])
      var space = OutputRawSpan(buffer: part, initializedCount: 0)
      let attempt = try tryRead(into: &space)
      initializedCount += space.byteCount
      return attempt
    }
  }
}
