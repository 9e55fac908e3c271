import Glibc
import Sockets
import SystemPackage

/// The file of `--output`: whole or not at all, or written in place.
///
/// Whole or not at all means: it is written as `FILE.partial` beside it and takes the name only
/// after a clean end. Mode and owner of a file that is replaced are kept, links are followed.
final class OutputFile: ByteSink, @unchecked Sendable {
  private let target: String
  /// Nil if it is written in place.
  private let partial: String?
  private let number: Int32
  private let sink: DescriptorSink
  private var bytesWritten = 0
  private var isOpen = true

  private init(target: String, partial: String?, number: Int32, on loop: EventLoop) {
    self.target = target
    self.partial = partial
    self.number = number
    sink = DescriptorSink(number, subject: .file(target), on: loop)
  }

  /// Opens or creates the file.
  static func open(
    _ path: String, isAtomic: Bool, appends: Bool, on loop: EventLoop
  ) async throws(StreamError) -> OutputFile {
    let target = resolved(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
    guard isAtomic, !appends, isRegular else {
      let flags = O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC)
      let number = try await openFile(target, flags: flags, subject: .file(path), on: loop)
      return OutputFile(target: target, partial: nil, number: number, on: loop)
    }
    let partial = target + ".partial"
    let number = try await openFile(
      partial, flags: O_WRONLY | O_CREAT | O_EXCL, subject: .file(partial), on: loop)
    if exists {
      fchmod(number, status.st_mode & 0o7777)
      fchown(number, status.st_uid, status.st_gid)  // only root may; the mode is what matters
    }
    return OutputFile(target: target, partial: partial, number: number, on: loop)
  }

  /// Where the links of a path lead; the path itself if nothing is there yet.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    let attempt = try sink.tryWrite(bytes)
    if case .moved(let count) = attempt { bytesWritten += count }
    return attempt
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await sink.waitWritable(by: deadline)
  }

  func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Nothing: the file ends when the whole conversation has.
  func closeWrite(by deadline: Deadline) async throws(StreamError) {}

  /// Closes the file, whose error counts, and gives it its name after a clean end.
  func finish(isClean: Bool) throws(StreamError) {
    guard isOpen else { return }
    isOpen = false
    sink.release()
    if close(number) != 0 {
      throw StreamError(.close, .file(target), .system(Errno(rawValue: errno)))
    }
    guard let partial else { return }
    if isClean {
      if rename(partial, target) != 0 {
        throw StreamError(.write, .file(target), .system(Errno(rawValue: errno)))
      }
    } else if bytesWritten == 0 {
      unlink(partial)
    }
  }

  /// Where the bytes of a conversation that failed are; nil if there are none to keep.
  var keptPartial: String? { bytesWritten > 0 ? partial : nil }
}

/// Opens a file off the loop's thread, because a named pipe waits for its other end.
func openFile(
  _ path: String, flags: Int32, subject: StreamError.Subject, on loop: EventLoop
) async throws(StreamError) -> Int32 {
  let outcome = await loop.offload { () -> Result<Int32, Errno> in
    do throws(Errno) {
      return .success(try Descriptor(opening: path, flags: flags).detach())
    } catch {
      return .failure(error)
    }
  }
  switch outcome {
  case .success(let number): return number
  case .failure(let errno): throw StreamError(.open, subject, .system(errno))
  case nil: throw StreamError(.open, subject, .cancelled)
  }
}
