import ByteText
import COpenSSL
import Sockets

/// The contents of files with a certificate or a key.
enum IdentityFile {
  struct Parts {
    let certificate: OpaquePointer
    let key: OpaquePointer
    let chain: OpaquePointer?
  }

  static func isPEM(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(64 * 1024).start(of: "-----BEGIN ".utf8) != nil
  }

  /// Whether a key in PEM is encrypted: its header says so, in two ways.
  static func isEncrypted(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(64 * 1024).start(of: "ENCRYPTED".utf8) != nil
  }

  /// The first certificate, and those behind it.
  static func certificates(
    _ bytes: [UInt8], _ path: String
  ) throws(StreamError) -> (OpaquePointer, OpaquePointer?) {
    OpenSSLError.clear()
    let chain = OPENSSL_sk_new_null()
    let first = withBIO(of: bytes) { file -> OpaquePointer? in
      let first = PEM_read_bio_X509(file, nil, nil, nil)
      while first != nil, let next = PEM_read_bio_X509(file, nil, nil, nil) {
        OPENSSL_sk_push(chain, UnsafeRawPointer(next))
      }
      return first
    }
    guard let first else {
      openssl_free_all(chain)
      throw StreamError(.open, .file(path), TLSFailure("no certificate in it", .local))
    }
    return (first, chain)
  }

  /// The key.
  static func key(
    _ bytes: [UInt8], _ path: String, _ passPhrase: [UInt8]?
  ) throws(StreamError) -> OpaquePointer {
    OpenSSLError.clear()
    var phrase = passPhrase ?? []
    let key = withUnsafeMutablePointer(to: &phrase) { phrase in
      withBIO(of: bytes) { PEM_read_bio_PrivateKey($0, nil, givePassPhrase, phrase) }
    }
    if let key { return key }
    let isEncrypted = isEncrypted(bytes)
    let text =
      switch (isEncrypted, passPhrase) {
      case (false, _): "no private key in it"
      case (true, nil): "its key is encrypted"
      case (true, .some): "the pass phrase is wrong"
      }
    let hint = isEncrypted && passPhrase == nil ? "--tls-key-pass-file FILE" : nil
    throw StreamError(.open, .file(path), TLSFailure(text, hint: hint, .local))
  }

  // MARK: PKCS #12

  /// Whether one is protected by no pass phrase, or an empty one.
  static func opensWithoutPassPhrase(_ bytes: [UInt8]) -> Bool {
    withArchive(bytes) { archive in
      guard let archive else { return true }
      return PKCS12_mac_present(archive) == 0 || PKCS12_verify_mac(archive, nil, 0) == 1
        || PKCS12_verify_mac(archive, "", 0) == 1
    }
  }

  /// Certificate, key and chain of an archive.
  static func parse(
    _ bytes: [UInt8], _ files: TLSIdentityFiles
  ) throws(StreamError) -> Parts {
    let path = files.certificate
    var certificate: OpaquePointer?
    var key: OpaquePointer?
    var chain: OpaquePointer?
    let phrase = String(decoding: files.passPhrase ?? [], as: UTF8.self)
    OpenSSLError.clear()
    let state = withArchive(bytes) { archive -> Int32? in
      archive.map { PKCS12_parse($0, phrase, &key, &certificate, &chain) }
    }
    guard let state else {
      throw StreamError(
        .open, .file(path), TLSFailure("neither PEM nor PKCS #12", .local))
    }
    if state == 1, let certificate, let key {
      return Parts(certificate: certificate, key: key, chain: chain)
    }
    let isEncrypted = OpenSSLError.reason == PKCS12_R_MAC_VERIFY_FAILURE
    let text =
      state == 1
      ? (key == nil ? "no private key in it" : "no certificate in it")
      : isEncrypted
        ? (files.passPhrase == nil ? "it is encrypted" : "the pass phrase is wrong")
        : "its encryption is too old for this OpenSSL (" + OpenSSLError.text + ")"
    X509_free(certificate)
    EVP_PKEY_free(key)
    openssl_free_all(chain)
    let hint = isEncrypted && files.passPhrase == nil ? "--tls-key-pass-file FILE" : nil
    throw StreamError(.open, .file(path), TLSFailure(text, hint: hint, .local))
  }

  private static func withArchive<Result>(
    _ bytes: [UInt8], _ body: (OpaquePointer?) -> Result
  ) -> Result {
    let archive = withBIO(of: bytes) { d2i_PKCS12_bio($0, nil) }
    defer { PKCS12_free(archive) }
    return body(archive)
  }
}

/// Called by OpenSSL for the pass phrase of a key.
private let givePassPhrase:
  @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
    space, count, _, phrase in
    guard let space, let phrase = phrase?.assumingMemoryBound(to: [UInt8].self).pointee,
      !phrase.isEmpty, phrase.count <= Int(count)
    else { return 0 }
    for (index, byte) in phrase.enumerated() { space[index] = CChar(bitPattern: byte) }
    return Int32(phrase.count)
  }
