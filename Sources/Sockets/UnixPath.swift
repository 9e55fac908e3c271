import Glibc
import SystemPackage

/// The path of a Unix socket that we bound, known by its device and inode.
final class UnixPath: Sendable {
  private let path: [CChar]
  private let device: UInt
  private let inode: UInt

  /// Binds a socket, and remembers the path if the address has one.
  ///
  /// A path is taken only if nothing is there, or a dead socket is: one that refuses connections.
  /// Never a live one's, never a file that is no socket.
  ///
  /// With a mode, nobody else than it allows can connect at any moment.
  static func bind(
    _ socket: borrowing SocketDescriptor, to address: SocketAddress, mode: UInt32? = nil
  ) throws(Errno) -> UnixPath? {
    guard case .unix(let bytes) = address else {
      try socket.bind(to: address)
      return nil
    }
    try clear(bytes)
    // Linux gives the path the socket's own mode without the umask's bits; what those took is given
    // back when the path is there.
    if let mode { try systemCall { fchmod(socket.number, mode) } }
    try socket.bind(to: address)
    let path = UnixPath(bytes)
    if let mode { try systemCall { chmod(text(bytes), mode) } }
    return path
  }

  private init?(_ bytes: [UInt8]) {
    path = Self.text(bytes)
    guard let status = Self.status(path) else { return nil }
    device = status.st_dev
    inode = status.st_ino
  }

  /// Removes the path if it is still the one that we made.
  func remove() {
    guard let status = Self.status(path), status.st_dev == device, status.st_ino == inode else {
      return
    }
    unlink(path)
  }

  /// Removes a dead socket from the path.
  ///
  /// It is asked by a datagram socket: that makes a live listener say that it is of another type,
  /// while a connection of its own type would be the one client that it waits for.
  private static func clear(_ bytes: [UInt8]) throws(Errno) {
    let path = text(bytes)
    guard let status = status(path) else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .fileExists }
    let probe = try SocketDescriptor(family: .unix, type: .datagram)
    do throws(Errno) {
      try probe.connect(to: .unix(path: bytes))
    } catch {
      guard error == .connectionRefused else {
        throw error == .permissionDenied ? error : .addressInUse
      }
      try systemCall { unlink(path) }
      return
    }
    throw .addressInUse
  }

  private static func text(_ bytes: [UInt8]) -> [CChar] {
    bytes.map { CChar(bitPattern: $0) } + [0]
  }

  private static func status(_ path: [CChar]) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }
}
