package import Relaying
package import Sockets

/// What serves one client, to its end.
///
/// It leaves the stream open; whoever took the client closes it.
package protocol Responder: Sendable {
  /// Serves until the conversation is over.
  ///
  /// - Throws: what the stream says, or `.cancelled`.
  func serve(_ client: ClientStream) async throws(StreamError)
}

/// The stream of one client with what counts its bytes.
package struct ClientStream: Sendable {
  package let stream: any ByteStream
  package let flows: Flows
  package let loop: EventLoop

  /// Puts them together.
  package init(_ stream: any ByteStream, flows: Flows, on loop: EventLoop) {
    self.stream = stream
    self.flows = flows
    self.loop = loop
  }

  /// How many attempts may follow each other before everybody else gets a turn.
  static let fairShare = 16

  /// What became of one read.
  private enum Step {
    case ended, empty
    /// What is still to be written.
    case read(answer: [UInt8])
  }

  /// Reads to the end, at most so many bytes at a time, and writes what each read is answered with.
  ///
  /// The body may write by ``tryWrite(_:)`` itself; what it returns is written before anything more
  /// is read.
  func readToEnd(
    limit: Int, _ answer: (RawSpan) throws(StreamError) -> [UInt8]
  ) async throws(StreamError) {
    var readsInARow = 0
    while true {
      switch try step(limit, answer) {
      case .ended: return
      case .empty:
        readsInARow = 0
        try await stream.waitReadable(by: .never)
      case .read(let rest):
        if !rest.isEmpty { try await write(rest) }
        readsInARow += 1
        if readsInARow == Self.fairShare {
          readsInARow = 0
          try await giveTurn()
        }
      }
    }
  }

  private func step(
    _ limit: Int, _ answer: (RawSpan) throws(StreamError) -> [UInt8]
  ) throws(StreamError) -> Step {
    try loop.scratch.withSpace(limit: limit) { (space) throws(StreamError) in
      switch try stream.tryRead(into: &space) {
      case .endOfFile: return .ended
      case .wouldBlock: return .empty
      case .moved(let count):
        flows.received.bytesRead += count
        flows.received.moved(count)
        return .read(answer: try answer(space.bytes))
      }
    }
  }

  /// Writes what is taken at once and returns how much that was.
  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Int {
    var done = 0
    while done < bytes.byteCount,
      case .moved(let count) = try stream.tryWrite(bytes.extracting(droppingFirst: done))
    {
      done += count
    }
    if done > 0 {
      flows.sent.bytesRead += done
      flows.sent.moved(done)
    }
    return done
  }

  /// Writes everything, waiting where it must.
  func write(_ bytes: [UInt8]) async throws(StreamError) {
    var done = 0
    while true {
      done += try tryWrite(bytes.span.bytes.extracting(droppingFirst: done))
      if done == bytes.count { return }
      try await stream.waitWritable(by: .never)
    }
  }

  /// Says that no more comes from us.
  func closeWrite() async throws(StreamError) { try await stream.closeWrite(by: .never) }

  /// Lets everybody else run.
  func giveTurn() async throws(StreamError) {
    await loop.yield()
    if Task.isCancelled { throw StreamError(.read, .endpoint(""), .cancelled) }
  }
}

/// The largest share of the loop's buffer that one client's bytes take, as what it does not take
/// back is kept for it.
let readLimit = 64 * 1024
