import ByteText
import COpenSSL
import Glibc
import Sockets
import SystemPackage

/// Where a client keeps its last session, in PEM, for its owner only.
///
/// In a session that goes on nobody shows a certificate: so it stands under whom it was with and how
/// that was verified, and is used for nothing else.
struct SessionFile {
  private let path: String
  /// The first line.
  private let title: String

  /// Names the file, and what has to be the same.
  init(_ path: String, _ verification: Verification) {
    self.path = path
    let digest = Array(verification.scope.utf8).withUnsafeBytes { sha256(of: $0) }
    title = "sockcat session " + hexString(of: digest) + "\n"
  }

  /// The session that is there, to be freed by whoever asks; nil if there is none to go on with.
  func read() -> OpaquePointer? {
    guard TextFile.kind(of: path) == S_IFREG, let bytes = try? TextFile.bytes(of: path),
      bytes.starts(with: title.utf8)
    else {
      return nil  // the first time, or another peer's
    }
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
    let text = Array(title.utf8) + UnsafeRawBufferPointer(start: bytes, count: count)
    do {
      let target = try target()
      // A name that nobody can have put a link at.
      let draft = target + ".partial-" + String(UInt64.random(in: 0 ... .max), radix: 36)
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite])
      do {
        try file.closeAfter { _ = try file.writeAll(text) }
        guard rename(draft, target) == 0 else { throw Errno(rawValue: errno) }
      } catch {
        unlink(draft)
        throw error
      }
    } catch {
      let cause = (error as? Errno).map { String(cString: strerror($0.rawValue)) } ?? "unknown"
      warn("write " + path + ": " + cause + "; the session is not kept")
    }
  }
}
