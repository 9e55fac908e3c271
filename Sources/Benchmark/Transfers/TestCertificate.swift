import ByteText
import Sockets
import Synchronization

/// A certificate of this host's loopback, with its key, that signs itself.
enum TestCertificate {
  private static let made = Mutex<MemoryFile?>(nil)

  /// The path of one on the curve P-256, made once by `openssl`.
  static func path() throws(BenchmarkError) -> String {
    if let made = made.withLock({ $0 }) { return made.path }
    let output = try OutputLog()
    let maker = try MeasuredProcess(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "-", "-out", "-", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=IP:127.0.0.1",
      ], output: output.number)
    try maker.wait(by: .after(.seconds(10)))
    let text = output.text(limit: 1 << 16)
    guard text.cut(at: "BEGIN CERTIFICATE") != nil else {
      throw .strangeOutput("openssl", "no certificate")
    }
    let file = try MemoryFile(text: text)
    made.withLock { $0 = file }
    return file.path
  }
}
