import COpenSSL

/// What two sides have agreed on.
package struct TLSFacts: Sendable {
  /// As `TLSv1.3`, by OpenSSL's names; the key exchange as `x25519`.
  package let version: String
  package let cipher: String
  package let group: String?
  /// The protocol (ALPN) and the name (SNI) that were agreed on.
  package let applicationProtocol: String?
  package let serverName: String?
  /// Whether an earlier session goes on.
  package let isResumed: Bool
  /// Whether the kernel encrypts, in each direction.
  package let sendsByKernel: Bool
  package let receivesByKernel: Bool
  /// What the peer has sent of certificates, its own first; of a resumed session what it sent then.
  package let chain: [CertificateFacts]
  /// Whether chain and name, or a pin, were right.
  package let isVerified: Bool
  /// Whether the peer is the server.
  package let isOfServer: Bool

  init(_ ssl: OpaquePointer, _ verification: Verification) {
    version = String(cString: SSL_get_version(ssl))
    cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) } ?? "none"
    group = openssl_group_name(ssl).map { String(cString: $0) }
    var (bytes, count): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
    SSL_get0_alpn_selected(ssl, &bytes, &count)
    applicationProtocol = bytes.map {
      String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self)
    }
    serverName = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    isResumed = SSL_session_reused(ssl) == 1
    sendsByKernel = openssl_sends_by_kernel(ssl) == 1
    receivesByKernel = openssl_receives_by_kernel(ssl) == 1
    chain = Self.chain(ssl, verification)
    isVerified = !verification.trust.isBlind && !chain.isEmpty && verification.failure == nil
    isOfServer = verification.isOfServer
  }

  private static func chain(
    _ ssl: OpaquePointer, _ verification: Verification
  ) -> [CertificateFacts] {
    if !verification.chain.isEmpty { return verification.chain }
    guard let own = SSL_get0_peer_certificate(ssl) else { return [] }
    return [CertificateFacts(own)]
  }
}

extension TLSStream {
  /// What was agreed on; only after the handshake.
  package var facts: TLSFacts { TLSFacts(ssl, verification) }
}
