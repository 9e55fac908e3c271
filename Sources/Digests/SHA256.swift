import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package final class SHA256: @unchecked Sendable {
  private let context: OpaquePointer?
  /// How many bytes it has seen.
  package private(set) var byteCount = 0

  /// Begins with nothing.
  ///
  /// The corresponding C function is `EVP_DigestInit_ex`.
  package init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  ///
  /// The corresponding C function is `EVP_DigestUpdate`.
  package func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    byteCount += bytes.byteCount
  }

  /// The 32 bytes of the digest; nothing may be added after it.
  ///
  /// The corresponding C function is `EVP_DigestFinal_ex`.
  package func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest
  }
}
