import Glibc
import Sockets
import SystemPackage

/// A pipe between two children, whose ends we let go of as soon as each has its own.
final class WidePipe {
  private(set) var reading: Int32 = -1
  private(set) var writing: Int32 = -1

  /// Makes a pipe; a wide one holds a mebibyte, else it has the size that a shell's has.
  init(isWide: Bool) throws(BenchmarkError) {
    do throws(Errno) {
      (reading, writing) = try PipePair().take { ($0.detach(), $1.detach()) }
      if isWide { try systemCall { fcntl(writing, setPipeSize, 1 << 20) } }
    } catch {
      throw .refused("make a pipe", error)
    }
  }

  deinit {
    closeReading()
    closeWriting()
  }

  /// Lets go of the end where it is read.
  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }

  /// Lets go of the end where it is written, so that its reader can see the end.
  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }
}

/// `F_SETPIPE_SZ`.
private let setPipeSize: Int32 = 1031
