import COpenSSL
import Glibc
import Sockets
import SystemPackage

/// Where a client keeps its last session, in PEM, for its owner only.
struct SessionFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// The session that is there, to be freed by whoever asks; nil if there is none to go on with.
  func read() -> OpaquePointer? {
    guard let bytes = try? TextFile.bytes(of: path) else { return nil }  // the first time
    return withBIO(of: bytes) { PEM_read_bio_SSL_SESSION($0, nil, nil, nil) }
  }

  private func target() throws -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return path }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw Errno.invalidArgument }
    guard let resolved = realpath(path, nil) else { throw Errno(rawValue: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Writes one beside it, and puts it in its place; links are followed, and what is no regular file,
  /// such as a device, stays what it is.
  func write(_ session: OpaquePointer, warn: (String) -> Void) {
    guard let memory = BIO_new(BIO_s_mem()) else { return }
    defer { BIO_free(memory) }
    var bytes: UnsafeMutablePointer<CChar>?
    guard PEM_write_bio_SSL_SESSION(memory, session) == 1 else { return }
    let count = openssl_memory(memory, &bytes)
    guard let bytes else { return }
    let text = UnsafeRawBufferPointer(start: bytes, count: count)
    do {
      let target = try target()
      let draft = target + ".partial"
      unlink(draft)  // what an earlier run may have left, never followed
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite])
      try file.closeAfter { _ = try file.writeAll(text) }
      guard rename(draft, target) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      let cause = (error as? Errno).map { String(cString: strerror($0.rawValue)) } ?? "unknown"
      warn("write " + path + ": " + cause + "; the session is not kept")
    }
  }
}
