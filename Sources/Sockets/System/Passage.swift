import CLinux
import Glibc
import SystemPackage

/// A pipe of our own that stands between a socket and a file, which splice(2) cannot join directly.
///
/// It is empty between two attempts, and so one of them serves a whole loop.
package final class Passage: @unchecked Sendable {
  /// -1 while there is no pipe yet.
  private var entrance: Int32 = -1
  private var exit: Int32 = -1

  deinit {
    guard entrance >= 0 else { return }
    close(entrance)
    close(exit)
  }

  /// Takes bytes in from a socket, as many as there are and fit.
  ///
  /// - Throws: what keeps the pipe from being made, or the socket's error.
  func enter(from socket: Int32) throws(Errno) -> Int {
    if entrance < 0 { try open() }
    return try systemCall { linux_splice(socket, entrance, KernelTransfer.limit, 0) }
  }

  private func open() throws(Errno) {
    (exit, entrance) = try PipePair().take { ($0.detach(), $1.detach()) }
    _ = linux_enlarge_pipe(entrance, Int32(KernelTransfer.limit))  // what is refused costs speed
  }

  /// Passes bytes on to a file, which never keeps us waiting; fewer if the kernel refuses.
  func leave(to file: Int32, _ count: Int) -> Int {
    move(count) { done throws(Errno) in
      try systemCall { linux_splice(exit, file, count - done, 1) }
    }
  }

  /// Takes the bytes out that could not leave.
  func takeRest(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, taken in
      taken = move(count) { done throws(Errno) in
        try systemCall { read(exit, buffer.baseAddress.map { $0 + done }, count - done) }
      }
    }
  }

  /// Repeats a move until so many bytes have moved, or none do.
  private func move(_ count: Int, _ step: (Int) throws(Errno) -> Int) -> Int {
    var done = 0
    while done < count, let moved = try? step(done), moved > 0 { done += moved }
    return done
  }
}
