import Glibc
import Sockets
import SystemPackage

/// A named pipe that is opened without waiting for somebody at its other end.
enum NamedPipe {
  /// What a path names.
  enum Kind {
    case pipe
    /// It is there at once, or will be made.
    case regular
    /// A device, or what cannot be opened.
    case other
  }

  /// What a path names; what is not there is said to be regular, as it can be made so.
  static func kind(of path: String) -> Kind {
    switch TextFile.kind(of: path) {
    case S_IFIFO: .pipe
    case S_IFREG, nil: .regular
    default: .other
    }
  }

  /// Suspends until somebody reads it; whoever opens it to write then does not have to wait, as long
  /// as the answer is kept.
  static func reader(
    of path: String, on loop: EventLoop
  ) async throws(StreamError) -> sending Descriptor {
    while true {
      do throws(Errno) {
        return try Descriptor(opening: path, flags: O_WRONLY | O_NONBLOCK)
      } catch {
        guard error == .noSuchAddressOrDevice else {
          throw StreamError(.open, .file(path), .system(error))
        }
      }
      // Nothing tells when a reader comes.
      guard await loop.sleep(until: .after(.milliseconds(50))) else {
        throw StreamError(.open, .file(path), .cancelled)
      }
    }
  }
}

/// What is written into a named pipe, from the first writer's coming to the last one's end.
final class NamedPipeSource: ByteSource, @unchecked Sendable {
  private let base: PipeSource
  /// Before a writer has come, the kernel would say that the pipe has ended.
  private var hasWriter = false

  init(_ path: String, on loop: EventLoop) throws(StreamError) {
    do throws(Errno) {
      let pipe = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
      base = PipeSource(pipe, subject: .file(path), on: loop)
    } catch {
      throw StreamError(.open, .file(path), .system(error))
    }
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    hasWriter ? try base.tryRead(into: &buffer) : .wouldBlock
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
    hasWriter = true
  }

  func close() { base.close() }
}
