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
    let link = try resolved(path)
    var status = stat()
    let exists = stat(path, &status) == 0
    // A link of /proc, as /dev/stdout is one, may lead to what has no name.
    let hasName = !exists || isName(link, of: status)
    let target = hasName ? link : path
    let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
    guard isAtomic, !appends, isRegular, hasName else {
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

  private static func isName(_ path: String, of file: stat) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && FileIdentity(status) == FileIdentity(file)
  }

  /// Where the links of a path lead, also if nothing is there yet.
  private static func resolved(_ path: String) throws(StreamError) -> String {
    var path = path
    for _ in 0..<40 {
      var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = target.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
      }
      guard count >= 0 else { return path }
      guard let text = String(validating: target[..<count], as: UTF8.self) else {
        throw StreamError(.open, .file(path), .system(.illegalByteSequence))
      }
      if text.hasPrefix("/") {
        path = text
      } else {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        path = folder + text
      }
    }
    throw StreamError(.open, .file(path), .system(.tooManySymbolicLinkLevels))
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
