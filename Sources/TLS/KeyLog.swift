import Glibc
import Sockets
import SystemPackage

/// A file of connections' secrets, as tools that look into recorded traffic read it.
///
/// One line a secret, added in one write, so that several programs can share it; for the owner only.
final class KeyLog {
  private let file: FileDescriptor
  private let path: String
  /// Whether others than its owner, or its owner instead of us, can read what is in it.
  let isOpenToOthers: Bool

  /// Opens or makes it; a pipe has to have its reader by then, and never holds us up.
  init(_ path: String) throws(StreamError) {
    self.path = path
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
        permissions: [.ownerReadWrite])
    } catch {
      throw StreamError(.open, .file(path), .system(error as? Errno ?? .ioError))
    }
    var facts = stat()
    // Of what is no file nothing is kept there.
    isOpenToOthers =
      fstat(file.rawValue, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
      && (facts.st_mode & (S_IRGRP | S_IROTH) != 0 || facts.st_uid != geteuid())
  }

  deinit { try? file.close() }  // every line was written whole

  func append(_ line: String, warn: (String) -> Void) {
    let bytes = Array((line + "\n").utf8)
    let count = try? bytes.withUnsafeBytes { try file.write($0) }
    if count != bytes.count { warn("write " + path + ": the secrets are not whole") }
  }
}
