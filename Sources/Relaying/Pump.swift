package import Sockets

/// One direction: moves bytes from a source to a sink until the source ends.
///
/// Bytes stay in the loop's buffer from the read to the write; only what the sink would not take
/// is copied, and nothing more is read until it is gone: a slow reader slows its writer.
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
    case ended, empty
    /// How much of what was read the sink took at once; the rest of it.
    case moved(rest: [UInt8])
  }

  /// How many reads may follow each other before everybody else gets a turn.
  private static let fairShare = 16

  /// Moves everything; returns at the source's end.
  ///
  /// - Throws: the error of either side, whose subject tells which, or `.cancelled`.
  package func run() async throws(StreamError) {
    var readsInARow = 0
    while true {
      switch try step() {
      case .ended:
        flow.hasEnded = true
        return
      case .empty:
        readsInARow = 0
        try await source.waitReadable(by: .never)
      case .moved(let rest):
        if !rest.isEmpty {
          readsInARow = 0
          try await finish(rest)
        }
        readsInARow += 1
        if readsInARow == Self.fairShare {
          readsInARow = 0
          await loop.yield()
          if Task.isCancelled { throw StreamError(.read, .standardInput, .cancelled) }
        }
      }
    }
  }

  private func step() throws(StreamError) -> Step {
    try loop.scratch.withSpace { (space) throws(StreamError) in
      switch try source.tryRead(into: &space) {
      case .endOfFile: return .ended
      case .wouldBlock: return .empty
      case .moved(let count): flow.bytesRead += count
      }
      var bytes = space.bytes
      while !bytes.isEmpty {
        guard case .moved(let count) = try sink.tryWrite(bytes) else {
          return .moved(rest: bytes.withUnsafeBytes { Array($0) })
        }
        flow.moved(count)
        bytes = bytes.extracting(droppingFirst: count)
      }
      return .moved(rest: [])
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
}
