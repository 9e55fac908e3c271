import Glibc
import Sockets
import SystemPackage

/// The file that a listener writes its port to, so that scripts need not sleep.
final class PortFile: Sendable {
  private let path: String
  private let identity: FileIdentity

  /// Removes what an earlier run left there, so that nobody takes it for ours.
  ///
  /// - Throws: if what is there is none of ours: a link, a named pipe, a directory.
  static func clearStale(_ path: String) throws(StreamError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let text = "something is there that is no regular file"
      throw StreamError(.write, .file(path), .layer(Verdict(.local, text)))
    }
    unlink(path)  // where that fails, replacing it fails too, and says why
  }

  /// Writes the port and a newline; the file appears whole.
  init(_ path: String, port: UInt32) throws(StreamError) {
    self.path = path
    let (number, temporary) = try Self.create(beside: path)
    let line = Array((String(port) + "\n").utf8)
    let count = line.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    var status = stat()
    fstat(number, &status)
    identity = FileIdentity(status)
    guard close(number) == 0, count == line.count, rename(temporary, path) == 0 else {
      let failure = Self.failure(path)
      unlink(temporary)
      throw failure
    }
  }

  /// A new file beside it, whose name nobody else has.
  private static func create(beside path: String) throws(StreamError) -> (Int32, String) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    for attempt in 0..<100 {
      // In a container the process number is the same each time, and a killed one leaves its file.
      let temporary = path + "." + String(getpid()) + "-" + String(attempt)
      let number = Glibc.open(temporary, flags, 0o644)
      if number >= 0 { return (number, temporary) }
      guard errno == EEXIST else { break }
    }
    throw failure(path)
  }

  private static func failure(_ path: String) -> StreamError {
    StreamError(.write, .file(path), .system(Errno(rawValue: errno)))
  }

  /// Removes the file if it is still ours.
  func remove() {
    var status = stat()
    if lstat(path, &status) == 0, FileIdentity(status) == identity { unlink(path) }
  }
}

extension SocketAddress {
  /// The port in whatever family has one.
  var portNumber: UInt32? {
    if case .vsock(_, let port) = self { return port }
    return port.map { UInt32($0) }
  }
}
