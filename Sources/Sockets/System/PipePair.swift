import CLinux
import Glibc
package import SystemPackage

/// A new pipe's two ends, both blocking and closed on exec, each its own open file description.
package struct PipePair: ~Copyable {
  private let reading: Descriptor
  private let writing: Descriptor

  /// Makes a pipe.
  ///
  /// The corresponding C function is `pipe2`.
  package init() throws(Errno) {
    var ends: [Int32] = [-1, -1]
    try systemCall { linux_pipe(&ends) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// Takes the pair apart: where it is read, and where it is written.
  package consuming func take<Result>(
    _ body: (consuming Descriptor, consuming Descriptor) -> Result
  ) -> Result {
    body(reading, writing)
  }
}

extension Descriptor {
  /// Lets calls wait, or fail with `EAGAIN` where they would.
  ///
  /// The flag belongs to the open file description: to everybody who has a copy of the descriptor.
  /// A socket of ours that becomes a child's standard stream must wait, which programs expect.
  package static func setNonBlocking(_ isOn: Bool, of number: Int32) throws(Errno) {
    try systemCall { linux_set_nonblocking(number, isOn ? 1 : 0) }
  }

  /// Whether calls fail with `EAGAIN` where they would wait.
  static func isNonBlocking(_ number: Int32) -> Bool {
    let flags = fcntl(number, F_GETFL)
    return flags >= 0 && flags & O_NONBLOCK != 0
  }
}
