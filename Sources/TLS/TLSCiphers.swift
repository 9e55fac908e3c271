import COpenSSL

/// What this build of OpenSSL can encrypt with.
package enum TLSCiphers {
  /// The names that ``TLSSettings/ciphers`` takes, the strongest first.
  package static func names() -> [String] {
    guard let context = SSL_CTX_new(TLS_method()) else { return [] }
    defer { SSL_CTX_free(context) }
    let list = SSL_CTX_get_ciphers(context)
    return (0..<openssl_cipher_count(list)).compactMap { index in
      openssl_cipher_name(list, index).map { String(cString: $0) }
    }
  }
}
