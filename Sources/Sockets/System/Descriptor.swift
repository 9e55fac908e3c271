import CLinux
import Glibc
public import SystemPackage

/// The one owner of a descriptor; it closes what it owns when it goes out of scope.
///
/// It is for files, pipes and terminals; sockets have their calls in ``SocketDescriptor``. The
/// normal path calls ``close()`` and meets its error, the silent close is the last resort.
public struct Descriptor: ~Copyable, Sendable {
  /// The number that the kernel knows it by.
  public let number: Int32

  /// Takes over a descriptor that nobody else will close.
  public init(owning number: Int32) {
    self.number = number
  }

  /// Opens a file, closed on exec.
  ///
  /// The corresponding C function is `open`.
  public init(opening path: String, flags: Int32, mode: UInt32 = 0o666) throws(Errno) {
    number = try systemCall { linux_open(path, flags, mode) }
  }

  deinit { _ = Glibc.close(number) }

  /// Gives the number away; whoever takes it closes it.
  public consuming func detach() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// Closes it and reports what the kernel could not finish, such as a full disk on a network file
  /// system.
  ///
  /// The corresponding C function is `close`.
  public consuming func close() throws(Errno) {
    let number = detach()
    try systemCall(retryOnInterrupt: false) { Glibc.close(number) }
  }
}
