package import Sockets

/// One direction: moves bytes from a source to a sink until the source ends.
///
/// In bulk, and where nothing looks at the bytes, the kernel moves them. Otherwise they stay in the
/// loop's buffer from the read to the write; only what the sink would not take is copied, and
/// nothing more is read until it is gone: a slow reader slows its writer.
package struct Pump: Sendable {
  private let source: any ByteSource
  private let sink: any ByteSink
  private let flow: Flow
  private let loop: EventLoop

  /// Joins a source and a sink.
  package init(from source: any ByteSource, to sink: any ByteSink, flow: Flow, on loop: EventLoop) {
    self.source = source
    self.sink = sink
    self.flow = flow
    self.loop = loop
  }

  private enum Step {
    case ended, sourceIsEmpty, sinkIsFull
    /// How many bytes the sink took at once, what it did not take, and whether the source has no more
    /// now.
    case moved(Int, rest: [UInt8], isAll: Bool = false)
  }

  /// How many moves may follow each other before everybody else gets a turn.
  private static let fairShare = 16

  /// Moves everything; returns at the source's end.
  ///
  /// - Throws: the error of either side, whose subject tells which, or `.cancelled`.
  package func run() async throws(StreamError) {
    try await loop.takingTurns { () throws(StreamError) in try await moveAll() }
  }

  private func moveAll() async throws(StreamError) {
    var pace = BulkPace()
    // Whoever takes over is told of every byte again.
    defer { pace.calm(source.readPort) }
    var movesInARow = 0
    while true {
      switch try step(&pace) {
      case .ended:
        flow.hasEnded = true
        return
      case .sourceIsEmpty:
        movesInARow = 0
        try await waitForMore(&pace)
      case .sinkIsFull:
        movesInARow = 0
        try await sink.waitWritable(by: .never)
      case .moved(let count, let rest, let isAll):
        pace.moved(count, from: source, to: sink)
        movesInARow += 1
        if !rest.isEmpty {
          movesInARow = 0
          try await finish(rest)
        }
        if isAll {
          movesInARow = 0
          try await waitForMore(&pace)
        }
        if movesInARow == Self.fairShare {
          movesInARow = 0
          await loop.yield()
          if Task.isCancelled { throw StreamError(.read, .standardInput, .cancelled) }
        }
      }
    }
  }

  private func step(_ pace: inout BulkPace) throws(StreamError) -> Step {
    guard pace.isForKernel, let from = source.readPort, let to = sink.writePort,
      let transfer = KernelTransfer(from: from, to: to)
    else { return try copy() }
    switch try transfer.attempt(through: loop.passage) {
    case .moved(let count):
      note(read: count, written: count)
      return .moved(count, rest: [])
    case .sourceIsEmpty: return .sourceIsEmpty
    case .sinkIsFull: return .sinkIsFull
    case .undecided: return try copy()
    case .refused(let moved, let held):
      pace.isRefused = true
      note(read: moved + held.count, written: moved)
      return moved + held.count == 0 ? try copy() : .moved(moved, rest: held)
    }
  }

  private func note(read: Int, written: Int) {
    flow.bytesRead += read
    if written > 0 { flow.moved(written) }
  }

  private func copy() throws(StreamError) -> Step {
    try loop.scratch.withSpace { (space) throws(StreamError) in
      switch try source.tryRead(into: &space) {
      case .endOfFile: return .ended
      case .wouldBlock: return .sourceIsEmpty
      case .moved(let count): flow.bytesRead += count
      }
      let isAll = space.freeCapacity > 0 && source.isEmptyAfterLess
      var bytes = space.bytes
      while !bytes.isEmpty {
        guard case .moved(let count) = try sink.tryWrite(bytes) else {
          return .moved(
            space.byteCount - bytes.byteCount, rest: bytes.withUnsafeBytes { Array($0) },
            isAll: isAll)
        }
        flow.moved(count)
        bytes = bytes.extracting(droppingFirst: count)
      }
      return .moved(space.byteCount, rest: [], isAll: isAll)
    }
  }

  private func finish(_ rest: [UInt8]) async throws(StreamError) {
    var done = 0
    while done < rest.count {
      switch try sink.tryWrite(rest.span.bytes.extracting(droppingFirst: done)) {
      case .moved(let count):
        flow.moved(count)
        done += count
      case .wouldBlock, .endOfFile:
        try await sink.waitWritable(by: .never)
      }
    }
  }

  private func waitForMore(_ pace: inout BulkPace) async throws(StreamError) {
    let hurries = pace.hurries(source.readPort)
    let deadline = hurries ? Deadline.after(BulkPace.patience) : .never
    if source.hasBecomeReadable(by: deadline) { return }
    guard hurries else { return try await source.waitReadable(by: .never) }
    do throws(StreamError) {
      try await source.waitReadable(by: deadline)
    } catch {
      guard case .timedOut = error.cause else { throw error }
      pace.losePatience(source.readPort)
    }
  }
}
