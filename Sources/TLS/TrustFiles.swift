import ByteText
import COpenSSL
import Glibc
import Sockets
import SystemPackage

/// Certificates of authorities and revocation lists, read into a context.
enum TrustFiles {
  /// What is in a place of authorities' certificates.
  enum Authorities: Sendable {
    case file([UInt8])
    case folder([[UInt8]])
    /// OpenSSL looks into it by itself, when it needs somebody.
    case hashedFolder
  }

  /// Reads a file of certificates, or a folder of them.
  static func authorities(_ path: String) throws(StreamError) -> Authorities {
    guard let folder = AuthorityFolder(path) else { return .file(try bytes(of: path)) }
    guard access(path, R_OK | X_OK) == 0 else {
      throw StreamError(.open, .file(path), .system(Errno(rawValue: errno)))
    }
    return folder.isHashed ? .hashedFolder : .folder(try folder.contents())
  }

  /// Adds what was read there.
  static func add(
    _ authorities: Authorities, of path: String, to context: TLSContext
  ) throws(StreamError) {
    OpenSSLError.clear()
    switch authorities {
    case .hashedFolder:
      if SSL_CTX_load_verify_dir(context.pointer, path) == 1 { return }
      throw StreamError(.open, .file(path), TLSFailure(OpenSSLError.text, .local))
    case .file(let bytes):
      let count = addCertificates(bytes, to: context)
      if count > 0, OpenSSLError.isEndOfPEM { return }
      let text =
        count > 0 ? "what follows certificate \(count) in it is damaged" : "no certificate in it"
      throw StreamError(.open, .file(path), TLSFailure(text, .local))
    case .folder(let files):
      let counts = files.map { addCertificates($0, to: context) }
      if counts.contains(where: { $0 > 0 }) { return }
      let text =
        "no certificate in it that is named as openssl rehash does, *.pem, *.crt or *.cer"
      throw StreamError(.open, .file(path), TLSFailure(text, .usage))
    }
  }

  /// Adds those in PEM, or one in DER; a server tells its clients whose certificates are wanted.
  private static func addCertificates(_ bytes: [UInt8], to context: TLSContext) -> Int {
    let count = withBIO(of: bytes) { file in
      var count = 0
      while let certificate = PEM_read_bio_X509_AUX(file, nil, nil, nil) {
        count += add(certificate, to: context)
      }
      return count
    }
    guard count == 0, let certificate = withBIO(of: bytes, { d2i_X509_bio($0, nil) }) else {
      return count
    }
    OpenSSLError.clear()
    return add(certificate, to: context)
  }

  /// Adds one that is ours no more then; 1, or 0 if it cannot be.
  private static func add(_ certificate: OpaquePointer, to context: TLSContext) -> Int {
    defer { X509_free(certificate) }
    if context.isServer { SSL_CTX_add_client_CA(context.pointer, certificate) }
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context.pointer), certificate) == 1 ? 1 : 0
  }

  /// Adds the system's, wherever this one keeps them.
  ///
  /// OpenSSL knows the place of the system that it was built for, and `SSL_CERT_FILE` and
  /// `SSL_CERT_DIR`; a program that was copied may find another one.
  static func addSystems(to context: TLSContext) {
    SSL_CTX_set_default_verify_paths(context.pointer)
    let places = [
      "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]
    let ownFolder = String(cString: X509_get_default_cert_dir())
    guard !isFolder(ownFolder), getenv("SSL_CERT_FILE") == nil, getenv("SSL_CERT_DIR") == nil,
      let place = places.first(where: { access($0, R_OK) == 0 })
    else { return }
    SSL_CTX_load_verify_file(context.pointer, place)
  }

  /// Adds revocation lists, and has them looked at.
  static func addRevocationLists(
    _ bytes: [UInt8], of path: String, to context: TLSContext
  ) throws(StreamError) {
    let store = SSL_CTX_get_cert_store(context.pointer)
    var count = 0
    OpenSSLError.clear()
    withBIO(of: bytes) { file in
      while let list = PEM_read_bio_X509_CRL(file, nil, nil, nil) {
        if X509_STORE_add_crl(store, list) == 1 { count += 1 }
        X509_CRL_free(list)
      }
    }
    if count == 0 {
      withBIO(of: bytes) { file in
        guard let list = d2i_X509_CRL_bio(file, nil) else { return }
        OpenSSLError.clear()
        if X509_STORE_add_crl(store, list) == 1 { count += 1 }
        X509_CRL_free(list)
      }
    }
    guard count > 0, OpenSSLError.isEndOfPEM else {
      let text =
        count > 0 ? "what follows list \(count) in it is damaged" : "no revocation list in it"
      throw StreamError(.open, .file(path), TLSFailure(text, .local))
    }
    X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
  }

  private static func isFolder(_ path: String) -> Bool { TextFile.kind(of: path) == S_IFDIR }

  /// A file's bytes; the longest that there are of those read here are revocation lists.
  static func bytes(
    of path: String, limit: Int = 64 * 1024 * 1024
  ) throws(StreamError) -> [UInt8] {
    do throws(Errno) {
      let bytes = try TextFile.bytes(of: path, limit: limit + 1)
      guard bytes.count <= limit else { throw .fileTooLarge }
      return bytes
    } catch {
      throw StreamError(.open, .file(path), .system(error))
    }
  }
}

extension TLSTrust {
  /// Of the contents of all files: under one name, such as that of a pipe, others can stand next time.
  var fingerprints: [String] {
    guard let contents else { return [] }
    let files = contents.authorities.flatMap { place -> [[UInt8]] in
      switch place {
      case .file(let bytes): [bytes]
      case .folder(let files): files
      case .hashedFolder: []
      }
    }
    return (files + contents.revocationLists).map { bytes in
      hexString(of: bytes.withUnsafeBytes { sha256(of: $0) })
    }
  }
}

/// Lends bytes to OpenSSL as if they were a file.
func withBIO<Result>(of bytes: [UInt8], _ body: (OpaquePointer?) -> Result) -> Result {
  bytes.withUnsafeBytes { bytes in
    let file = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
    defer { BIO_free(file) }
    return body(file)
  }
}
