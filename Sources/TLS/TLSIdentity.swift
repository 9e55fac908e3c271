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

  /// Whether a key is encrypted, so that a pass phrase has to be known; the files are read for it.
  package static func isEncrypted(_ files: inout TLSIdentityFiles) throws(StreamError) -> Bool {
    try files.read()
    guard let contents = files.contents else { return false }
    return IdentityFile.isPEM(contents.certificate)
      ? IdentityFile.isEncrypted(contents.key)
      : !IdentityFile.opensWithoutPassPhrase(contents.certificate)
  }

  /// Reads files of PEM, or one of PKCS #12.
  ///
  /// - Throws: which file is missing what.
  package convenience init(_ given: TLSIdentityFiles) throws(StreamError) {
    var files = given
    try files.read()
    let contents = files.contents ?? ([], [])
    if !IdentityFile.isPEM(contents.certificate) {
      if let key = files.key {
        let text = "not looked at, as " + files.certificate + " is no PEM and has its own key"
        throw StreamError(.open, .file(key), TLSFailure(text, .usage))
      }
      let parts = try IdentityFile.parse(contents.certificate, files)
      self.init(parts.certificate, key: parts.key, chain: parts.chain)
      return
    }
    let (certificate, chain) = try IdentityFile.certificates(
      contents.certificate, files.certificate)
    do throws(StreamError) {
      let path = files.key ?? files.certificate
      let key = try IdentityFile.key(contents.key, path, files.passPhrase)
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
