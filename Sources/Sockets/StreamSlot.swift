/// A stream whose base can be replaced while others wait on it: by a new connection, or by the same
/// one with TLS around it.
///
/// Every attempt goes to the base that is there now, and holds no bytes back. A wait on a base that
/// is replaced wakes, as a wait may wake early, and goes on with the new one; what the old base did
/// after that, its being closed or reset included, is nobody's error.
///
/// The slot has no end of its own: closing and aborting mean the base that is there now, and a
/// later replacement opens the slot again. Whoever replaces a base closes the old one, unless the
/// new one stands on it.
public final class StreamSlot: ByteStream, @unchecked Sendable {
  /// Where attempts go now.
  public private(set) var base: any ByteStream
  /// Tells the waits of a base that it was replaced, by ending.
  private var waits: [Int: AsyncStream<Never>.Continuation] = [:]
  private var waitCount = 0

  /// Begins with a stream.
  public init(_ base: any ByteStream) { self.base = base }

  /// Puts a stream in the place of the base, wakes those who wait on it, and returns it as it is.
  @discardableResult
  public func replace(with replacement: any ByteStream) -> any ByteStream {
    let old = base
    base = replacement
    for wait in waits.values { wait.finish() }
    waits.removeAll()
    return old
  }

  /// Reads from the base.
  public func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try base.tryRead(into: &buffer)
  }

  /// Writes to the base.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try base.tryWrite(bytes)
  }

  /// Suspends until reading may be tried again, also because there is another base.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await wait { base throws(StreamError) in try await base.waitReadable(by: deadline) }
  }

  /// Suspends until writing may be tried again, also because there is another base.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await wait { base throws(StreamError) in try await base.waitWritable(by: deadline) }
  }

  /// Suspends until nobody can read what is written to the base that is there then.
  public func waitReaderGone() async throws(StreamError) {
    while try await wait({ base throws(StreamError) in try await base.waitReaderGone() })
      == .replaced
    {}
  }

  /// Half-closes the base on which it begins: another one that comes meanwhile stays open.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await wait { base throws(StreamError) in try await base.closeWrite(by: deadline) }
  }

  /// Suspends until what was written is acknowledged, or nobody asks any more as the base was
  /// replaced.
  public func drain(by deadline: Deadline) async throws(StreamError) {
    try await wait { base throws(StreamError) in try await base.drain(by: deadline) }
  }

  /// Closes the base.
  public func close() throws(StreamError) { try base.close() }

  /// Resets the base.
  public func abort() { base.abort() }

  private enum WaitEnd: Sendable { case done, replaced }

  /// Runs a wait of the base, and cancels it when the base is replaced.
  @discardableResult
  private func wait(
    _ body: @escaping @Sendable (any ByteStream) async throws(StreamError) -> Void
  ) async throws(StreamError) -> WaitEnd {
    let before = base
    let (replacement, continuation) = AsyncStream.makeStream(of: Never.self)
    waitCount += 1
    let number = waitCount
    waits[number] = continuation
    defer { waits[number] = nil }
    let outcome = await firstToEnd {
      do throws(StreamError) { return .success(try await body(before)) } catch {
        return .failure(error)
      }
    } or: {
      for await _ in replacement {}
    }
    if base !== before { return .replaced }
    try outcome.get()
    return .done
  }
}

/// Runs a wait until it ends, cancelled when the other function has returned.
private func firstToEnd(
  _ wait: @escaping @Sendable () async -> Result<Void, StreamError>,
  or other: @escaping @Sendable () async -> Void
) async -> Result<Void, StreamError> {
  await withTaskGroup(of: Result<Void, StreamError>?.self) { group in
    group.addTask { await wait() }
    group.addTask {
      await other()
      return nil
    }
    var outcome = Result<Void, StreamError>.success(())
    while let ended = await group.next() {
      group.cancelAll()
      if let ended { outcome = ended }
    }
    return outcome
  }
}
