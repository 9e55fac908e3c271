import ByteText
import Glibc
import Sockets
package import SystemPackage

/// A file of lines that were typed, the oldest first; several processes may add to it at once.
///
/// Only its owner may read it, from its creation on. A file that somebody else owns is refused, be
/// it behind a symbolic link or not, as he could read what is typed and choose what is recalled;
/// a link to a file of one's own is followed. What is no regular file, such as a link to
/// `/dev/null`, keeps nothing, and that is no error.
/// Any thread may use it, but only one at a time.
package final class HistoryFile: @unchecked Sendable {
  private let path: String
  private let limit: Int
  /// No more is ever read, and a file that has grown beyond it is trimmed.
  private let sizeLimit: Int
  private var lastLine: [UInt8]?
  private var counted: LineCount?
  /// Holds the file that was counted, so that no other one gets its inode number while another
  /// process replaces it.
  private var held: HeldFile?

  /// Longer lines are not kept.
  package static let lineLimit = 4096

  /// Names a file of which the newest lines are kept, twice as many for a while.
  ///
  /// Nothing is opened yet. With a limit of 0 nothing is kept.
  package convenience init(path: String, limit: Int) {
    self.init(path: path, limit: limit, sizeLimit: 8 * 1024 * 1024)
  }

  init(path: String, limit: Int, sizeLimit: Int) {
    self.path = path
    self.limit = limit
    self.sizeLimit = sizeLimit
  }

  /// The newest lines, the oldest of them first; none if the file cannot be read.
  ///
  /// Lines that ``append(_:)`` would not have written are left out: they would act on the terminal.
  package func load() -> [[UInt8]] {
    guard limit > 0 else { return [] }
    // No history is a history to begin with; what is wrong is told when a line is added.
    guard let file = try? LockedHistory.open(path, for: .reading),
      let bytes = try? file.tail(of: sizeLimit)
    else { return [] }
    return Self.newest(limit, in: bytes)
  }

  /// Adds a line, unless it is the same as this one's last, or could not be shown as it is.
  ///
  /// - Throws: ``Errno`` if it could not be kept; then the file is as it was.
  package func append(_ line: [UInt8]) throws(Errno) {
    guard limit > 0, Self.isKept(line[...]), line != lastLine,
      let file = try LockedHistory.open(path, for: .appending)
    else { return }
    try file.append(line)
    lastLine = line
    let count = try count(file)
    // The old lines are the price of a full disk, not the new one, which is in the file already.
    if count.lines > 2 * limit || count.size > sizeLimit { try? trim(file) }
  }

  /// The number of lines, for which only what has come since the last time is read.
  private func count(_ file: borrowing LockedHistory) throws(Errno) -> LineCount {
    let size = try file.size()
    var count = LineCount(inode: file.inode, size: 0, lines: 0)
    if let counted, counted.inode == count.inode, counted.size <= size {
      count = counted
    } else {
      held = HeldFile(file.path)
    }
    // One that is too large is trimmed, however many lines it has.
    if size <= sizeLimit {
      let bytes = try file.bytes(count.size..<size)
      count.lines += bytes.count { $0 == UInt8(ascii: "\n") }
    }
    count.size = size
    counted = held?.inode == count.inode ? count : nil
    return count
  }

  private func trim(_ file: borrowing LockedHistory) throws(Errno) {
    // Half of what may be there, so that it is not trimmed again at once.
    let kept = Self.newest(limit, in: try file.tail(of: sizeLimit / 2))
    counted = nil
    try file.replace(with: Array(kept.map { $0 + [UInt8(ascii: "\n")] }.joined()))
  }

  private static func newest(_ limit: Int, in bytes: [UInt8]) -> [[UInt8]] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.reversed().lazy.filter(isKept).prefix(limit).map(Array.init).reversed()
  }

  /// Whether it is text that the terminal shows as it is.
  private static func isKept(_ line: ArraySlice<UInt8>) -> Bool {
    guard !line.isEmpty, line.count <= lineLimit else { return false }
    return safeLine(Array(line)).utf8.elementsEqual(line)
  }
}

/// How many lines a file had when it was so large.
private struct LineCount {
  let inode: UInt
  var size: Int
  var lines: Int
}

/// A file that stays what its inode number names, though others put another one in its place.
private final class HeldFile {
  let inode: UInt
  private let file: Descriptor

  /// Nil if the file is not there.
  init?(_ path: String) {
    guard let file = try? Descriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW),
      let status = try? HistoryStatus(of: file.number)
    else { return nil }
    inode = status.inode
    self.file = file
  }
}
