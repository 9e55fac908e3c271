import Glibc
import Sockets
import SystemPackage

/// A history file that is open, ours, and locked until this goes.
///
/// Whoever holds the lock holds it on the file that the path names, not on one that was replaced.
struct LockedHistory: ~Copyable {
  enum Use {
    /// Others may read too; a file that is not there is not made.
    case reading
    case appending
  }

  private let file: Descriptor
  /// Free of links, so that a file is replaced and not the link to it.
  let path: String
  let inode: UInt

  /// Opens and locks it; nil if it is no regular file.
  static func open(_ path: String, for use: Use) throws(Errno) -> LockedHistory? {
    for _ in 0..<openLimit {
      let file = try descriptor(path, use)
      let status = try HistoryStatus(of: file.number)
      guard status.isRegular else { return nil }
      guard status.owner == geteuid() else { throw .permissionDenied }
      if status.permissions != 0o600 {
        try systemCall { fchmod(file.number, 0o600) }
      }
      switch use {
      case .appending: try lock(file.number, LOCK_EX, attempts: lockAttempts)
      // Nobody waits for what others do with it: at worst the last line is not whole.
      case .reading: try? lock(file.number, LOCK_SH, attempts: 10)
      }
      // Whoever held the lock before may have put another file there.
      if let named = try? HistoryStatus(of: path), named.isSameFile(as: status) {
        return LockedHistory(file: file, path: resolved(path), inode: status.inode)
      }
    }
    throw .resourceTemporarilyUnavailable
  }

  /// A file that is replaced again and again is given up, in the end.
  private static let openLimit = 1000

  private static func descriptor(_ path: String, _ use: Use) throws(Errno) -> Descriptor {
    // A pipe without a reader must not be waited for.
    let flags = O_NONBLOCK | O_NOCTTY
    if use == .reading { return try Descriptor(opening: path, flags: O_RDONLY | flags) }
    let creating = O_RDWR | O_APPEND | O_CREAT | flags
    do throws(Errno) {
      return try Descriptor(opening: path, flags: creating, mode: 0o600)
    } catch {
      guard error == .noSuchFileOrDirectory else { throw error }
      try makeFolders(above: path)
      return try Descriptor(opening: path, flags: creating, mode: 0o600)
    }
  }

  private static func makeFolders(above path: String) throws(Errno) {
    for index in path.indices.dropFirst() where path[index] == "/" {
      do throws(Errno) {
        try systemCall { mkdir(String(path[..<index]), 0o700) }
      } catch {
        guard error == .fileExists else { throw error }
      }
    }
  }

  /// Waits for the lock, but not for ever: whoever holds it may have been stopped.
  ///
  /// The corresponding C function is `flock`.
  private static func lock(
    _ number: Int32, _ operation: Int32, attempts: Int
  ) throws(Errno) {
    for attempt in 1...attempts {
      do throws(Errno) {
        try systemCall { flock(number, operation | LOCK_NB) }
        return
      } catch {
        guard error == .wouldBlock, attempt < attempts else { throw error }
        usleep(lockPause)
      }
    }
  }

  /// Five seconds in all.
  private static let lockAttempts = 5000
  private static let lockPause: useconds_t = 1000

  /// The corresponding C function is `realpath`.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension LockedHistory {
  func size() throws(Errno) -> Int { try HistoryStatus(of: file.number).size }

  /// Its last bytes, from the beginning of a line on.
  func tail(of limit: Int) throws(Errno) -> [UInt8] {
    let size = try size()
    guard size > limit else { return try bytes(0..<size) }
    // With the byte before them, which tells whether they begin a line.
    let tail = try bytes(size - limit - 1..<size)
    guard let end = tail.firstIndex(of: UInt8(ascii: "\n")) else { return [] }
    return Array(tail[(end + 1)...])
  }

  /// The corresponding C function is `pread`.
  func bytes(_ range: Range<Int>) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var filled = 0
    while filled < range.count {
      let count = try systemCall {
        bytes.withUnsafeMutableBytes {
          pread(
            file.number, $0.baseAddress?.advanced(by: filled), range.count - filled,
            range.lowerBound + filled)
        }
      }
      if count == 0 { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }

  /// Adds a line in one write; one that was cut off before it is ended first.
  func append(_ line: [UInt8]) throws(Errno) {
    let size = try size()
    let last = try bytes(max(0, size - 1)..<size)
    let isTorn = size > 0 && last != [UInt8(ascii: "\n")]
    let text = (isTorn ? [UInt8(ascii: "\n")] : []) + line + [UInt8(ascii: "\n")]
    let count = try systemCall { write(file.number, text, text.count) }
    guard count < text.count else { return }
    try systemCall { ftruncate(file.number, size) }
    throw .noSpace
  }

  /// Puts a new file in its place, whole or not at all.
  ///
  /// The name beside it belongs to whoever holds the lock, so what is there was left by one that was
  /// killed.
  func replace(with text: [UInt8]) throws(Errno) {
    let temporary = path + ".new"
    unlink(temporary)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
    let file = try Descriptor(opening: temporary, flags: flags, mode: 0o600)
    do throws(Errno) {
      var rest = text[...]
      while !rest.isEmpty {
        let count = try systemCall {
          rest.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
        }
        rest = rest.dropFirst(count)
      }
      try systemCall { fsync(file.number) }
      try systemCall { rename(temporary, path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}

/// What the kernel knows of a file.
struct HistoryStatus {
  private let status: stat

  /// The corresponding C function is `fstat`.
  init(of number: Int32) throws(Errno) {
    var status = stat()
    try systemCall { fstat(number, &status) }
    self.status = status
  }

  /// The corresponding C function is `stat`.
  init(of path: String) throws(Errno) {
    var status = stat()
    try systemCall { stat(path, &status) }
    self.status = status
  }

  var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  var owner: uid_t { status.st_uid }
  var permissions: mode_t { status.st_mode & 0o7777 }
  var inode: UInt { status.st_ino }
  var size: Int { status.st_size }

  func isSameFile(as other: HistoryStatus) -> Bool {
    status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino
  }
}
