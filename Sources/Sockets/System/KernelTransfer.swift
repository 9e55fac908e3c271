import CLinux
import SystemPackage

/// Moves bytes from one descriptor to another inside the kernel: `sendfile(2)`, `splice(2)`.
package struct KernelTransfer {
  /// What one attempt came to.
  package enum Outcome {
    case moved(Int)
    case sourceIsEmpty, sinkIsFull
    /// An ordinary attempt will tell: the source has ended, or something is wrong with it.
    case undecided
    /// The kernel does not do it, or not any more: what it moved, and what it took and could not
    /// pass on.
    case refused(moved: Int, held: [UInt8])
  }

  private enum Way { case sendFile, splice, spliceThroughPassage, discard }

  /// The most that one attempt moves, in bytes: what an enlarged pipe holds.
  package static let limit = 1 << 20
  /// The most that is thrown away at once, or offered to a socket, which takes what it has room for.
  private static let largeLimit = 16 << 20

  private let source: Port
  private let sink: Port
  private let way: Way

  /// Nil where nothing in the kernel leads from the one to the other.
  package init?(from source: Port, to sink: Port) {
    (self.source, self.sink) = (source, sink)
    switch (source.kind, sink.kind) {
    case (.tcp, .null): way = .discard
    case (_, .null) where sink.number < 0: return nil
    case (.file, .socket), (.file, .tcp): way = .sendFile
    case (.pipe, _), (.file, .pipe), (.socket, .pipe), (.tcp, .pipe): way = .splice
    case (.socket, .file), (.tcp, .file), (.socket, .null): way = .spliceThroughPassage
    default: return nil
    }
  }

  /// Moves what can be moved now.
  ///
  /// - Throws: the error of either side, which its owner remembers.
  package func attempt(through passage: Passage) throws(StreamError) -> Outcome {
    try attempt(through: passage, isFirst: true)
  }

  private func attempt(
    through passage: Passage, isFirst: Bool
  ) throws(StreamError) -> Outcome {
    let count: Int
    do throws(Errno) {
      count = try move(passage)
    } catch {
      let outcome = try judge(error)
      // Who was not ready has become so meanwhile.
      guard case .undecided = outcome, isFirst else { return outcome }
      return try attempt(through: passage, isFirst: false)
    }
    if count == 0 { return .undecided }
    guard way == .spliceThroughPassage else { return .moved(count) }
    let left = passage.leave(to: sink.number, count)
    // The ordinary way meets the error again, with what is left in its hands.
    return left == count
      ? .moved(count) : .refused(moved: left, held: passage.takeRest(count - left))
  }

  private func move(_ passage: Passage) throws(Errno) -> Int {
    switch way {
    case .sendFile:
      try systemCall { linux_sendfile(sink.number, source.number, Self.largeLimit) }
    case .discard:
      try systemCall { linux_discard(source.number, Self.largeLimit) }
    case .splice:
      try systemCall { linux_splice(source.number, sink.number, Self.limit, 0) }
    case .spliceThroughPassage:
      try passage.enter(from: source.number)
    }
  }

  private func judge(_ errno: Errno) throws(StreamError) -> Outcome {
    switch errno {
    case .resourceTemporarilyUnavailable: return whoIsToWaitFor
    // Not these two, or not now: the ordinary way knows, or says it.
    case .invalidArgument, .notSupported, .noFunction, .badFileDescriptor, .tooManyOpenFiles,
      .tooManyOpenFilesInSystem, .noMemory:
      return .refused(moved: 0, held: [])
    default: break
    }
    guard isSinksFault(errno) else { throw source.failure(.read, errno) }
    // What is wrong with a file is met again, by who reads it.
    if source.kind == .file, !sink.isBroken(by: errno) { return .refused(moved: 0, held: []) }
    throw sink.failure(.write, errno)
  }

  private var whoIsToWaitFor: Outcome {
    switch way {
    case .sendFile: return .sinkIsFull
    case .discard: return .sourceIsEmpty
    case .splice, .spliceThroughPassage:
      // Also at an urgent byte, which splice(2) stops at for ever and recv(2) steps over.
      let ready = linux_poll_pair(source.number, sink.number)
      if ready & Int32(LINUX_SOURCE_READY) == 0 { return .sourceIsEmpty }
      return ready & Int32(LINUX_SINK_READY) == 0 ? .sinkIsFull : .undecided
    }
  }

  private func isSinksFault(_ errno: Errno) -> Bool {
    switch (way, source.kind) {
    case (.sendFile, _): true
    case (.splice, .socket), (.splice, .tcp):
      // A reset connection can say the same as a pipe that nobody reads.
      errno == .brokenPipe
        && linux_poll_pair(source.number, sink.number) & Int32(LINUX_SINK_BROKEN) != 0
    case (.splice, _): true
    case (.discard, _), (.spliceThroughPassage, _): false
    }
  }
}
