import Glibc
import Sockets
import SystemPackage

/// A file of connections' secrets, as tools that look into recorded traffic read it.
///
/// One line a secret, added in one write, so that several programs can share it; for the owner only.
final class KeyLog {
  private let file: FileDescriptor
  private let path: String

  init(_ path: String) throws(StreamError) {
    self.path = path
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .closeOnExec],
        permissions: [.ownerReadWrite])
    } catch {
      throw StreamError(.open, .file(path), .system(error as? Errno ?? .ioError))
    }
  }

  deinit { try? file.close() }  // every line was written whole

  func append(_ line: String, warn: (String) -> Void) {
    let bytes = Array((line + "\n").utf8)
    let count = try? bytes.withUnsafeBytes { try file.write($0) }
    if count != bytes.count { warn("write " + path + ": the secrets are not whole") }
  }
}
