import Glibc
import Sockets
import SystemPackage

/// A nameless file that takes what a program says, so that it never waits for a reader.
struct OutputLog: ~Copyable {
  private let file: Descriptor

  /// Makes the file.
  init() throws(BenchmarkError) {
    file = try MemoryFile.namelessFile()
  }

  /// What the program writes to.
  var number: Int32 { file.number }

  /// Where a program opens it anew, while we have it.
  var path: String { "/proc/\(getpid())/fd/\(file.number)" }

  /// What it has said so far, at most 4 KiB.
  var text: String { text(limit: 4096) }

  /// What it has said so far, up to so many bytes.
  func text(limit: Int) -> String {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = pread(file.number, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// The port that a whole line says it listens on.
  var announcedPort: UInt16? {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    where line.hasPrefix("sockcat: listening on ") {
      if let colon = line.lastIndex(of: ":") { return UInt16(line[line.index(after: colon)...]) }
    }
    return nil
  }
}
