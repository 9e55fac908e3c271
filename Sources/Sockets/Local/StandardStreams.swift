import CLinux
import SystemPackage

/// The local side of a conversation: any source and any sink as one stream.
public final class StandardStreams: ByteStream, Sendable {
  private let source: any ByteSource
  private let sink: any ByteSink

  /// Joins the two.
  public init(source: any ByteSource, sink: any ByteSink) {
    self.source = source
    self.sink = sink
  }

  /// Reads from the source.
  public func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try source.tryRead(into: &buffer)
  }

  /// Suspends until the source may be tried again.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await source.waitReadable(by: deadline)
  }

  /// The source's.
  public var readPort: Port? { source.readPort }

  /// The source's.
  public var isEmptyAfterLess: Bool { source.isEmptyAfterLess }

  /// The sink's.
  public var writePort: Port? { sink.writePort }

  /// Writes to the sink.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try sink.tryWrite(bytes)
  }

  /// Suspends until the sink may be tried again.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await sink.waitWritable(by: deadline)
  }

  /// Suspends until nobody reads the sink any more.
  public func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Ends the sink.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await sink.closeWrite(by: deadline)
  }

  /// Nothing: what the kernel took of a local stream has arrived.
  public func drain(by deadline: Deadline) async throws(StreamError) {}

  /// Nothing: the source and the sink belong to whoever made them.
  public func close() throws(StreamError) {}

  /// Nothing, as ``close()``.
  public func abort() {}

  /// Which of the numbers 0, 1 and 2 were closed when the program started.
  ///
  /// They are occupied with something that can be neither read nor written, so that no file of ours
  /// lands there. Call it before anything is opened.
  public static func occupyClosed() -> Set<Int32> {
    let closed = (0...2).filter { linux_is_open($0) == 0 }
    for number in closed { linux_occupy(number) }
    return Set(closed)
  }
}

/// Bytes that are there already; then the end.
public final class BytesSource: ByteSource, @unchecked Sendable {
  private let bytes: [UInt8]
  private var position = 0

  /// Gives the bytes once; none at all is the end at once.
  public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  /// Appends as many of them as fit.
  public func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    let count = min(buffer.freeCapacity, bytes.count - position)
    if count == 0 { return position == bytes.count ? .endOfFile : .moved(0) }
    bytes.withUnsafeBytes { buffer.append(copying: $0[position..<position + count]) }
    position += count
    return .moved(count)
  }

  /// Nothing: they are there.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {}
}

/// Takes everything and keeps nothing.
public final class DiscardSink: ByteSink, PortOwner, Sendable {
  private let loop: EventLoop

  /// Makes one; its reader is never gone.
  public init(on loop: EventLoop) { self.loop = loop }

  /// What the kernel can throw away.
  public var writePort: Port? { Port(.null, -1, of: self) }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    StreamError(operation, .standardOutput, .system(errno))
  }

  /// Takes all bytes.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt { .moved(bytes.byteCount) }

  /// Nothing: there is always room.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {}

  /// Suspends until the task is cancelled.
  public func waitReaderGone() async throws(StreamError) {
    await loop.sleep(until: .never)
    throw StreamError(.write, .standardOutput, .cancelled)
  }

  /// Nothing: there is no end.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}

/// A closed descriptor: fails at the first byte.
public final class ClosedSink: ByteSink, Sendable {
  private let loop: EventLoop
  private let subject: StreamError.Subject

  /// Makes one that fails in the name of a subject.
  public init(subject: StreamError.Subject, on loop: EventLoop) {
    self.subject = subject
    self.loop = loop
  }

  /// Fails unless there is nothing to write.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if bytes.isEmpty { return .moved(0) }
    throw StreamError(.write, subject, .system(.badFileDescriptor))
  }

  /// Nothing: a write fails at once.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {}

  /// Suspends until the task is cancelled.
  public func waitReaderGone() async throws(StreamError) {
    await loop.sleep(until: .never)
    throw StreamError(.write, subject, .cancelled)
  }

  /// Nothing: it is closed.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}
