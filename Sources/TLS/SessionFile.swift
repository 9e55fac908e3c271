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

  /// Writes one beside it, and puts it in its place.
  func write(_ session: OpaquePointer, warn: (String) -> Void) {
    guard let memory = BIO_new(BIO_s_mem()) else { return }
    defer { BIO_free(memory) }
    var bytes: UnsafeMutablePointer<CChar>?
    guard PEM_write_bio_SSL_SESSION(memory, session) == 1 else { return }
    let count = openssl_memory(memory, &bytes)
    guard let bytes else { return }
    let text = UnsafeRawBufferPointer(start: bytes, count: count)
    let draft = path + ".partial"
    do {
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite])
      try file.closeAfter { _ = try file.writeAll(text) }
      guard rename(draft, path) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      let cause = (error as? Errno).map { String(cString: strerror($0.rawValue)) } ?? "unknown"
      warn("write " + path + ": " + cause + "; the session is not kept")
    }
  }
}
