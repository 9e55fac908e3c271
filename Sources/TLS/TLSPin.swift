import ByteText

/// The SHA-256 digest of a public key (RFC 7469: of its `SubjectPublicKeyInfo`) or a certificate.
package struct TLSPin: Sendable, Hashable {
  let digest: [UInt8]

  init(digest: [UInt8]) { self.digest = digest }

  /// Reads `sha256:` and 64 hex digits, also with colons as `openssl` prints them, or base64; nil if
  /// it is neither.
  ///
  /// `sha256//` and base64 is how `curl` has it.
  package init?(_ text: String) {
    let words = ["sha256:", "sha256//"]
    guard let word = words.first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
    let value = Array(text.utf8.dropFirst(word.utf8.count))
    guard let digest = Self.hex(value) ?? base64Bytes(of: value), digest.count == 32 else {
      return nil
    }
    self.digest = digest
  }

  private static func hex(_ text: [UInt8]) -> [UInt8]? {
    let digits = text.filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 64 else { return nil }
    var decoder = HexDecoder()
    var bytes: [UInt8] = []
    do throws(TextFormatError) {
      try decoder.decode(digits.span.bytes, into: &bytes)
      try decoder.finish(into: &bytes)
      return bytes
    } catch {
      return nil
    }
  }
}

extension TLSPin: CustomStringConvertible {
  /// As it is written, with hex digits.
  package var description: String { "sha256:" + hexString(of: digest) }
}
