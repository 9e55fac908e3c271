import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package final class SHA256: @unchecked Sendable {
  private var context = SHA256_CTX()
  /// How many bytes it has seen.
  package private(set) var byteCount = 0

  /// Begins with nothing.
  ///
  /// The corresponding C function is `SHA256_Init`.
  package init() { SHA256_Init(&context) }

  /// Adds bytes.
  ///
  /// The corresponding C function is `SHA256_Update`.
  package func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { _ = SHA256_Update(&context, $0.baseAddress, $0.count) }
    byteCount += bytes.byteCount
  }

  /// The 32 bytes of the digest; nothing may be added after it.
  ///
  /// The corresponding C function is `SHA256_Final`.
  package func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256_Final(&digest, &context)
    return digest
  }
}
