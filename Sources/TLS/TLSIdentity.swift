import COpenSSL
package import Sockets

/// Who we are: a certificate, its key, and what stands between it and an authority.
package final class TLSIdentity: @unchecked Sendable {
  let certificate: OpaquePointer
  private let key: OpaquePointer
  /// A `STACK_OF(X509)`, the certificate's issuer first; nil is none.
  private let chain: OpaquePointer?

  init(_ certificate: OpaquePointer, key: OpaquePointer, chain: OpaquePointer?) {
    (self.certificate, self.key, self.chain) = (certificate, key, chain)
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
    openssl_free_all(chain)
  }

  /// Has a context use it.
  func apply(to context: TLSContext) throws(StreamError) {
    OpenSSLError.clear()
    guard SSL_CTX_use_cert_and_key(context.pointer, certificate, key, chain, 1) == 1 else {
      let name = "certificate \"" + CertificateFacts(certificate).subject + "\" "
      throw TLSContext.mistake(name + "cannot be used: " + OpenSSLError.text)
    }
  }

  /// Whether a file's key is encrypted, so that a pass phrase has to be known.
  package static func isEncrypted(_ files: TLSIdentityFiles) throws(StreamError) -> Bool {
    let bytes = try TrustFiles.bytes(of: files.key ?? files.certificate)
    guard IdentityFile.isPEM(bytes) else { return !IdentityFile.opensWithoutPassPhrase(bytes) }
    return IdentityFile.isEncrypted(bytes)
  }

  /// Reads files of PEM, or one of PKCS #12.
  ///
  /// - Throws: which file is missing what.
  package convenience init(_ files: TLSIdentityFiles) throws(StreamError) {
    let bytes = try TrustFiles.bytes(of: files.certificate)
    if !IdentityFile.isPEM(bytes) {
      let parts = try IdentityFile.parse(bytes, files)
      self.init(parts.certificate, key: parts.key, chain: parts.chain)
      return
    }
    let (certificate, chain) = try IdentityFile.certificates(bytes, files.certificate)
    do throws(StreamError) {
      let path = files.key ?? files.certificate
      let keyBytes = files.key == nil ? bytes : try TrustFiles.bytes(of: path)
      let key = try IdentityFile.key(keyBytes, path, files.passPhrase)
      self.init(certificate, key: key, chain: chain)
    } catch {
      X509_free(certificate)
      openssl_free_all(chain)
      throw error
    }
    guard X509_check_private_key(certificate, key) == 1 else {
      let text = "it is not the key of the certificate in " + files.certificate
      throw StreamError(.open, .file(files.key ?? files.certificate), TLSFailure(text, .local))
    }
  }

  /// Makes one for some names, in memory only, that signs itself.
  package convenience init(madeFor names: [String]) throws(StreamError) {
    OpenSSLError.clear()
    guard let key = openssl_new_key() else { throw TLSContext.mistake(OpenSSLError.text) }
    guard let certificate = MadeCertificate.make(for: names, key: key) else {
      EVP_PKEY_free(key)
      throw TLSContext.mistake("no certificate could be made: " + OpenSSLError.text)
    }
    self.init(certificate, key: key, chain: nil)
  }
}
