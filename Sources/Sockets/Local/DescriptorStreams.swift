import CLinux
import Glibc
import SystemPackage

/// Bytes from a descriptor of ours: standard input, or a file.
public final class DescriptorSource: ByteSource, PortOwner, Sendable {
  /// Whether a person types there.
  public var isTerminal: Bool { descriptor.isTerminal }
  private let descriptor: LocalDescriptor
  private let subject: StreamError.Subject

  /// Reads from a number that is open and stays so; its flags are not touched.
  public convenience init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop) {
    self.init(number, subject: subject, on: loop, descriptors: "/proc/self/fd")
  }

  /// Does so with another place for `/proc/self/fd`, which tests say is missing.
  init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop, descriptors: String) {
    descriptor = LocalDescriptor(number, flags: O_RDONLY, on: loop, descriptors: descriptors)
    self.subject = subject
  }

  /// Appends what can be read now.
  ///
  /// The corresponding C function is `read`.
  public func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    // The kernel would answer 0, which is the end of file.
    if buffer.freeCapacity == 0 { return .moved(0) }
    do throws(Errno) {
      let count = try buffer.fill { free throws(Errno) in try descriptor.read(free) }
      return count == 0 ? .endOfFile : .moved(count)
    } catch {
      if error.isWouldBlock { return .wouldBlock }
      // A terminal that has hung up gives EIO once and is at its end then.
      if descriptor.isTerminal && error == .ioError { return .endOfFile }
      throw StreamError(.read, subject, .system(error))
    }
  }

  /// Suspends until reading may be tried again.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await descriptor.registration.wait(for: .readable, by: deadline).check(.read, subject)
  }

  /// A pipe's reads stop short at nothing but its end, unless it keeps messages apart.
  public var isEmptyAfterLess: Bool { descriptor.isEmptyAfterLess }

  /// The descriptor, if it is a file or a pipe.
  public var readPort: Port? { descriptor.port(of: self) }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    StreamError(operation, subject, .system(errno))
  }

  /// Takes the descriptor out of the loop; the number stays open.
  public func release() { descriptor.close() }

  /// Stops reading, so that whoever writes into the pipe learns of it.
  public func close() {
    try? descriptor.closeInherited()  // nothing that was read can be lost by it
  }
}

/// Bytes to a descriptor of ours: standard output, or a file.
public final class DescriptorSink: ByteSink, PortOwner, Sendable {
  /// Whether a person looks at it.
  public var isTerminal: Bool { descriptor.isTerminal }
  private let descriptor: LocalDescriptor
  private let subject: StreamError.Subject

  /// Writes to a number that is open and stays so; its flags are not touched.
  public convenience init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop) {
    self.init(number, subject: subject, on: loop, descriptors: "/proc/self/fd")
  }

  /// Does so with another place for `/proc/self/fd`, which tests say is missing.
  init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop, descriptors: String) {
    descriptor = LocalDescriptor(number, flags: O_WRONLY, on: loop, descriptors: descriptors)
    self.subject = subject
  }

  /// Writes what can be taken now.
  ///
  /// The corresponding C function is `write`.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if bytes.isEmpty { return .moved(0) }
    do throws(Errno) {
      return .moved(
        try bytes.withUnsafeBytes { buffer throws(Errno) in try descriptor.write(buffer) })
    } catch {
      if error.isWouldBlock { return .wouldBlock }
      throw StreamError(.write, subject, .system(error))
    }
  }

  /// Suspends until writing may be tried again.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await descriptor.registration.wait(for: .writable, by: deadline).check(.write, subject)
  }

  /// Suspends until the pipe's last reader, the socket's peer or the terminal is gone; a file's
  /// never is.
  public func waitReaderGone() async throws(StreamError) {
    try await descriptor.registration.wait(for: .readerGone, by: .never).check(.write, subject)
  }

  /// The descriptor, if it is a file, a pipe or `/dev/null`.
  public var writePort: Port? { descriptor.port(of: self) }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    StreamError(operation, subject, .system(errno))
  }

  /// Takes the descriptor out of the loop; the number stays open.
  public func release() { descriptor.close() }

  /// Closes the descriptor, so that whoever reads the pipe sees its end; a terminal stays open.
  ///
  /// The corresponding C function is `close`, whose error counts.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {
    guard !isTerminal else { return }
    try mapped(.close, subject) { () throws(Errno) in try descriptor.closeInherited() }
  }
}

extension WaitOutcome {
  func check(
    _ operation: StreamError.Operation, _ subject: StreamError.Subject
  ) throws(StreamError) {
    switch self {
    case .ready: return
    case .timedOut: throw StreamError(operation, subject, .timedOut(.total))
    case .cancelled: throw StreamError(operation, subject, .cancelled)
    case .closed: throw StreamError(operation, subject, .closed)
    }
  }
}
