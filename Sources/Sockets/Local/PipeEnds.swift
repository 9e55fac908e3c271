import CLinux
import Glibc
import SystemPackage

/// The end of a pipe of our own that is read.
package final class PipeSource: ByteSource, PortOwner, @unchecked Sendable {
  private let registration: Registration
  private let subject: StreamError.Subject
  private var descriptor: Descriptor?

  /// Takes over the end and makes it non-blocking, which the other end does not become.
  package init(
    _ descriptor: consuming Descriptor, subject: StreamError.Subject, on loop: EventLoop
  ) {
    try? Descriptor.setNonBlocking(true, of: descriptor.number)  // never fails on what is open
    registration = Registration(descriptor.number, on: loop)
    self.subject = subject
    self.descriptor = consume descriptor
  }

  deinit { close() }

  /// Appends what can be read now.
  ///
  /// The corresponding C function is `read`.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if registration.isCancelled { throw StreamError(.read, subject, .closed) }
    // The kernel would answer 0, which is the end of file.
    if buffer.freeCapacity == 0 { return .moved(0) }
    do throws(Errno) {
      let count = try buffer.fill { free throws(Errno) in
        try systemCall { Glibc.read(registration.number, free.baseAddress, free.count) }
      }
      return count == 0 ? .endOfFile : .moved(count)
    } catch {
      if error.isWouldBlock { return .wouldBlock }
      throw StreamError(.read, subject, .system(error))
    }
  }

  /// Suspends until reading may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await registration.wait(for: .readable, by: deadline).check(.read, subject)
  }

  /// The end, until it is closed.
  package var readPort: Port? {
    registration.isCancelled ? nil : Port(.pipe, registration.number, of: self)
  }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    StreamError(operation, subject, .system(errno))
  }

  /// Stops reading, so that whoever writes learns of it; harmless when repeated.
  package func close() {
    registration.cancel()
    _ = descriptor.take()
  }
}

/// The end of a pipe of our own that is written.
package final class PipeSink: ByteSink, PortOwner, @unchecked Sendable {
  private let registration: Registration
  private let subject: StreamError.Subject
  private var descriptor: Descriptor?

  /// Takes over the end and makes it non-blocking, which the other end does not become.
  package init(
    _ descriptor: consuming Descriptor, subject: StreamError.Subject, on loop: EventLoop
  ) {
    try? Descriptor.setNonBlocking(true, of: descriptor.number)  // never fails on what is open
    registration = Registration(descriptor.number, on: loop)
    self.subject = subject
    self.descriptor = consume descriptor
  }

  deinit { close() }

  /// Writes what can be taken now.
  ///
  /// The corresponding C function is `write`; SIGPIPE must be ignored or blocked.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if registration.isCancelled { throw StreamError(.write, subject, .closed) }
    if bytes.isEmpty { return .moved(0) }
    do throws(Errno) {
      return .moved(
        try bytes.withUnsafeBytes { buffer throws(Errno) in
          try systemCall { Glibc.write(registration.number, buffer.baseAddress, buffer.count) }
        })
    } catch {
      if error.isWouldBlock { return .wouldBlock }
      throw StreamError(.write, subject, .system(error))
    }
  }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await registration.wait(for: .writable, by: deadline).check(.write, subject)
  }

  /// Suspends until the last reader has closed its end.
  package func waitReaderGone() async throws(StreamError) {
    try await registration.wait(for: .readerGone, by: .never).check(.write, subject)
  }

  /// The end, until it is closed.
  package var writePort: Port? {
    registration.isCancelled ? nil : Port(.pipe, registration.number, of: self)
  }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    StreamError(operation, subject, .system(errno))
  }

  /// Closes the end, so that whoever reads sees the end of file.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) { close() }

  /// Does so at once; harmless when repeated.
  package func close() {
    registration.cancel()
    _ = descriptor.take()
  }
}
