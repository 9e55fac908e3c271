import CBenchmark
import Glibc
import Sockets
import Synchronization
import SystemPackage

/// A nameless file on `/dev/shm`, which is memory: no disk is measured.
final class MemoryFile: Sendable {
  private static let directory = "/dev/shm"
  private static let sources = Mutex<[Int: MemoryFile]>([:])
  private let file: Descriptor

  /// The number of the one description that all who get it share.
  var number: Int32 { file.number }

  /// Makes an empty file that has the pages for so many bytes already.
  ///
  /// A virtual machine gives free memory back to its host, and waits for each page of it that is
  /// wanted again: who takes one that was in use a moment ago is up to eight times as fast.
  init(roomFor byteCount: Int) throws(BenchmarkError) {
    try Self.checkRoom(for: byteCount)
    file = try Self.namelessFile()
    guard benchmark_keep_room(file.number, byteCount) == 0 else {
      throw .refused("find room in \(Self.directory)", Errno(rawValue: errno))
    }
  }

  /// A file there that goes with its last descriptor.
  static func namelessFile() throws(BenchmarkError) -> Descriptor {
    let number = benchmark_nameless_file(directory)
    if number < 0 { throw .refused("make a file in \(directory)", Errno(rawValue: errno)) }
    return Descriptor(owning: number)
  }

  /// Makes a file that holds a text.
  init(text: String) throws(BenchmarkError) {
    file = try Self.namelessFile()
    let bytes = Array(text.utf8)
    guard write(file.number, bytes, bytes.count) == bytes.count else {
      throw .refused("fill a file in \(Self.directory)", Errno(rawValue: errno))
    }
  }

  /// A file of so many random bytes, which is made once and stays until it is forgotten.
  static func source(of byteCount: Int) throws(BenchmarkError) -> MemoryFile {
    if let made = sources.withLock({ $0[byteCount] }) { return made }
    let made = try MemoryFile(roomFor: byteCount)
    guard HelperPages().write(byteCount, to: made.number) else {
      throw .refused("fill a file in \(directory)", Errno(rawValue: errno))
    }
    sources.withLock { $0[byteCount] = made }
    return made
  }

  /// A file of so many lines of 63 characters and a line feed, made once as well.
  static func lines(_ count: Int) throws(BenchmarkError) -> MemoryFile {
    if let made = sources.withLock({ $0[-count] }) { return made }
    let made = try MemoryFile(roomFor: count * 64)
    let text = [UInt8]((String(repeating: "x", count: 63) + "\n").utf8)
    let block = [UInt8]((0..<1024).map { _ in text }.joined())
    for _ in 0..<count / 1024 where write(made.number, block, block.count) != block.count {
      throw .refused("fill a file in \(directory)", Errno(rawValue: errno))
    }
    sources.withLock { $0[-count] = made }
    return made
  }

  /// Gives the memory of all sources back.
  static func forgetSources() { sources.withLock { $0 = [:] } }

  /// Where a child opens it anew, while we have it.
  var path: String { "/proc/\(getpid())/fd/\(number)" }

  /// Opens it anew, from its beginning.
  func openAnew() throws(BenchmarkError) -> Descriptor {
    do throws(Errno) {
      return try Descriptor(opening: path, flags: O_RDONLY)
    } catch {
      throw .refused("open a file in \(Self.directory)", error)
    }
  }

  /// How many bytes it has.
  var size: Int {
    var status = stat()
    return fstat(number, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func checkRoom(for byteCount: Int) throws(BenchmarkError) {
    var figures = statvfs()
    guard statvfs(directory, &figures) == 0 else {
      throw .refused(directory, Errno(rawValue: errno))
    }
    let free = Int(figures.f_bavail) * Int(figures.f_frsize)
    // What else lives in memory keeps 256 MiB.
    if free < byteCount + 1 << 28 { throw .noRoom(directory, needed: byteCount, free: free) }
  }
}
