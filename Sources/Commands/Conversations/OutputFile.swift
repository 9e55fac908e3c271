import Glibc
import Sockets
import SystemPackage

/// The file of `--output`: whole or not at all, or written in place.
///
/// Whole or not at all means: it is written as `FILE.partial` beside it and takes the name only
/// after a clean end. Mode and owner of a file that is replaced are kept, links are followed; where
/// the owner cannot be kept, the file is written in place.
final class OutputFile: ByteSink, @unchecked Sendable {
  private let target: String
  /// Nil if it is written in place.
  private let partial: String?
  private let number: Int32
  /// What the file's mode shall be at the end; nil if it is not to be changed.
  private let mode: mode_t?
  /// Whether a file that others own had to be written in place.
  let isOfAnother: Bool
  /// What a failure to write or close it is said of.
  var subject: StreamError.Subject { .file(target) }
  /// Whether a person looks at it.
  var isTerminal: Bool { sink.isTerminal }
  /// Whether it is a regular file.
  let isRegular: Bool
  private let sink: DescriptorSink
  /// Whether there is anything in it, known when it has been closed.
  private var hasBytes = false
  private var isOpen = true

  private init(
    target: String, partial: String?, number: Int32, mode: mode_t? = nil,
    isOfAnother: Bool = false, on loop: EventLoop
  ) {
    self.target = target
    self.partial = partial
    self.number = number
    self.mode = mode
    self.isOfAnother = isOfAnother
    var status = stat()
    isRegular = fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
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
      let number = try await openInPlace(path, appends: appends, on: loop)
      return OutputFile(target: target, partial: nil, number: number, on: loop)
    }
    // Who may not write it must not replace it either.
    if exists, faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) != 0 {
      throw StreamError(.open, .file(path), .system(Errno(rawValue: errno)))
    }
    let partial = target + ".partial"
    // Until it is known to be its owner's, nobody else reads it.
    let number = try await openFile(
      partial, flags: O_WRONLY | O_CREAT | O_EXCL, mode: exists ? 0o600 : 0o666,
      subject: .file(partial), on: loop)
    guard exists else {
      return OutputFile(target: target, partial: partial, number: number, on: loop)
    }
    if give(number, to: status) {
      // The bits that lend an owner's rights are set only when it is whole.
      fchmod(number, status.st_mode & 0o777)
      return OutputFile(
        target: target, partial: partial, number: number, mode: status.st_mode & 0o7777, on: loop)
    }
    close(number)
    unlink(partial)
    return OutputFile(
      target: target, partial: nil,
      number: try await openInPlace(path, appends: false, on: loop), isOfAnother: true, on: loop)
  }

  private static func openInPlace(
    _ path: String, appends: Bool, on loop: EventLoop
  ) async throws(StreamError) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_NOCTTY | (appends ? O_APPEND : O_TRUNC)
    return try await openFile(path, flags: flags, subject: .file(path), on: loop)
  }

  /// Gives a new file the owner and the group of another one, unless it has them.
  private static func give(_ number: Int32, to file: stat) -> Bool {
    var status = stat()
    guard fstat(number, &status) == 0 else { return false }
    if status.st_uid == file.st_uid && status.st_gid == file.st_gid { return true }
    return fchown(number, file.st_uid, file.st_gid) == 0
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

  var writePort: Port? { sink.writePort }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt { try sink.tryWrite(bytes) }

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
    hasBytes = lseek(number, 0, SEEK_CUR) > 0
    if isClean, let mode { fchmod(number, mode) }
    if close(number) != 0 {
      throw StreamError(.close, subject, .system(Errno(rawValue: errno)))
    }
    guard let partial else { return }
    if isClean {
      if rename(partial, target) != 0 {
        throw StreamError(.write, subject, .system(Errno(rawValue: errno)))
      }
    } else if !hasBytes {
      unlink(partial)
    }
  }

  /// Where the bytes of a conversation that failed are; nil if there are none to keep.
  var keptPartial: String? { hasBytes ? partial : nil }
}

/// Opens a file off the loop's thread, because a named pipe waits for its other end.
func openFile(
  _ path: String, flags: Int32, mode: UInt32 = 0o666, subject: StreamError.Subject,
  on loop: EventLoop
) async throws(StreamError) -> Int32 {
  let number: Int32?
  do throws(Errno) {
    number = try await loop.offload { () throws(Errno) in
      try Descriptor(opening: path, flags: flags, mode: mode).detach()
    }
  } catch {
    throw StreamError(.open, subject, .system(error))
  }
  guard let number else { throw StreamError(.open, subject, .cancelled) }
  return number
}
