/// What one attempt to move bytes came to.
public enum Attempt: Sendable, Hashable {
  /// So many bytes moved, at least one unless there was nothing to move.
  case moved(Int)
  /// Nothing can move now: wait, then try again.
  case wouldBlock
  /// There is nothing more to read, for good.
  case endOfFile
}

/// Where bytes come from.
///
/// Attempts never suspend, so that a buffer can be shared by all who attempt; waits move no bytes.
/// Attempt first and wait only when told to: a wait may wake early, and wakes every waiter.
public protocol ByteSource: AnyObject, Sendable {
  /// Appends what has arrived to the buffer.
  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt
  /// Suspends until reading may be tried again.
  func waitReadable(by deadline: Deadline) async throws(StreamError)
  /// Not nil while reading it is nothing but reading a descriptor, which the kernel then can do for
  /// us; whatever looks at the bytes, or changes them, has none.
  var readPort: Port? { get }
  /// Whether an attempt that brought less than there was room for has brought everything, so that
  /// there is no need to ask before waiting for more.
  var isEmptyAfterLess: Bool { get }
  /// Waits without suspending the task, which is ``EventLoop/takingTurns(_:)``; false if that cannot
  /// be, or was in vain.
  func hasBecomeReadable(by deadline: Deadline) -> Bool
}

/// Where bytes go.
public protocol ByteSink: AnyObject, Sendable {
  /// Hands bytes on and says how many were accepted.
  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt
  /// Suspends until writing may be tried again.
  func waitWritable(by deadline: Deadline) async throws(StreamError)
  /// Suspends until nobody can read any more what is written, also while nothing is written.
  func waitReaderGone() async throws(StreamError)
  /// Passes on what still waits inside, then says that no more bytes will come.
  func closeWrite(by deadline: Deadline) async throws(StreamError)
  /// Not nil while writing to it is nothing but writing to a descriptor.
  var writePort: Port? { get }
}

/// Bytes in two directions: what everything above sockets is written against.
public protocol ByteStream: ByteSource, ByteSink {
  /// Suspends until what was written, its end included, has reached the peer as far as the
  /// transport can tell: TCP's acknowledgement; elsewhere nothing.
  func drain(by deadline: Deadline) async throws(StreamError)
  /// Ends both directions and frees what is held; harmless when repeated. Wakes all waits.
  func close() throws(StreamError)
  /// Ends both directions with a reset where the transport has one.
  func abort()
}

extension ByteStream {
  /// Suspends until it may be read, or may take bytes: whichever comes first.
  public func waitForEither(by deadline: Deadline) async throws(StreamError) {
    let outcome = await withTaskGroup(of: Result<Void, StreamError>.self) { group in
      group.addTask {
        await result { () throws(StreamError) in try await self.waitReadable(by: deadline) }
      }
      group.addTask {
        await result { () throws(StreamError) in try await self.waitWritable(by: deadline) }
      }
      let first = await group.next() ?? .success(())
      group.cancelAll()
      return first
    }
    try outcome.get()
  }
}

extension ByteSink {
  /// None: the bytes are looked at.
  public var writePort: Port? { nil }

  /// Writes everything, waiting where it must.
  public func write(_ bytes: [UInt8], by deadline: Deadline = .never) async throws(StreamError) {
    var done = 0
    while done < bytes.count {
      switch try tryWrite(bytes.span.bytes.extracting(droppingFirst: done)) {
      case .moved(let count): done += count
      case .wouldBlock: try await waitWritable(by: deadline)
      case .endOfFile: return
      }
    }
  }
}

extension ByteSource {
  /// None: the bytes are looked at.
  public var readPort: Port? { nil }

  /// No: only asking tells.
  public var isEmptyAfterLess: Bool { false }

  /// No: what it waits for is perhaps no event of the loop.
  public func hasBecomeReadable(by deadline: Deadline) -> Bool { false }

  /// Reads what comes next, up to a limit in bytes; nil at the end of file.
  public func read(limit: Int, by deadline: Deadline = .never) async throws(StreamError)
    -> [UInt8]?
  {
    while true {
      var attempt = Attempt.wouldBlock
      let bytes: [UInt8]
      do {
        bytes = try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
          var span = OutputRawSpan(
            buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
          attempt = try tryRead(into: &span)
          count = span.byteCount
        }
      } catch let error as StreamError {
        throw error
      } catch {
        preconditionFailure("tryRead throws nothing else")
      }
      switch attempt {
      case .moved: return bytes
      case .endOfFile: return nil
      case .wouldBlock: try await waitReadable(by: deadline)
      }
    }
  }
}

extension OutputRawSpan {
  /// Copies bytes behind those that are there; they must fit.
  public mutating func append(copying bytes: Slice<UnsafeRawBufferPointer>) {
    precondition(bytes.count <= freeCapacity, "more bytes than there is room for")
    withUnsafeMutableBytes { whole, initializedCount in
      let free = UnsafeMutableRawBufferPointer(rebasing: whole[initializedCount...])
      free.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
      initializedCount += bytes.count
    }
  }
}
