import COpenSSL
package import Sockets

/// What the connections of one side have in common: an `SSL_CTX`.
///
/// OpenSSL initialises itself when the first one is made, and not before.
package final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer
  let settings: TLSSettings
  let isServer: Bool
  let isDatagram: Bool
  /// A server's further identities, by the name that is asked for.
  private var others: [TLSContext] = []
  /// What a server takes when client and server know several protocols, in ALPN's form.
  private let protocolList: [UInt8]
  private var keyLog: KeyLog?
  /// For whoever encrypts, between two suspensions.
  var gatheringMemory: [UInt8] = []
  /// Of a server whose certificate was made on the spot: its facts.
  package private(set) var madeCertificate: CertificateFacts?

  /// Makes a client's.
  ///
  /// - Throws: what could not be read of the files, or makes no sense in the settings.
  package convenience init(
    client settings: TLSSettings, isDatagram: Bool = false
  ) throws(StreamError) {
    var settings = settings
    try settings.readFiles()
    try self.init(settings, isServer: false, isDatagram: isDatagram)
    openKeyLog()
    if let files = settings.identities.first { try TLSIdentity(files).apply(to: self) }
    // Only what the chain is judged by is looked at.
    if settings.trust.checksChain { try loadTrust(orSystems: true) }
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    if settings.sessionFile != nil { keepSessions() }
  }

  /// Makes a server's; without an identity one is made on the spot, for those names.
  ///
  /// - Throws: as of a client.
  package convenience init(
    server settings: TLSSettings, names: [String], isDatagram: Bool = false
  ) throws(StreamError) {
    var settings = settings
    try settings.readFiles()
    try self.init(settings, isServer: true, isDatagram: isDatagram)
    openKeyLog()
    let identities =
      settings.identities.isEmpty
      ? [try TLSIdentity(madeFor: names)]
      : try settings.identities.map { files throws(StreamError) in try TLSIdentity(files) }
    if settings.identities.isEmpty { madeCertificate = CertificateFacts(identities[0].certificate) }
    try identities[0].apply(to: self)
    for identity in identities.dropFirst() {
      let other = try TLSContext(settings, isServer: true, isDatagram: isDatagram)
      try identity.apply(to: other)
      if let keyLog { other.use(keyLog) }
      others.append(other)
    }
    if !settings.trust.authorities.isEmpty || !settings.trust.pins.isEmpty {
      // What is chosen by name judges by its own.
      for context in [self] + others { try context.demandClients() }
    }
    if !others.isEmpty {
      openssl_choose_by_name(pointer, chooseByName, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  private init(
    _ settings: TLSSettings, isServer: Bool, isDatagram: Bool
  ) throws(StreamError) {
    let method =
      switch (isDatagram, isServer) {
      case (false, false): TLS_client_method()
      case (false, true): TLS_server_method()
      case (true, false): DTLS_client_method()
      case (true, true): DTLS_server_method()
      }
    guard let pointer = SSL_CTX_new(method) else { throw Self.mistake(OpenSSLError.text) }
    self.pointer = pointer
    (self.settings, self.isServer, self.isDatagram) = (settings, isServer, isDatagram)
    // A client that comes again keeps its latest only.
    if isServer { SSL_CTX_set_num_tickets(pointer, 1) }
    protocolList = settings.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    SSL_CTX_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
    openssl_set_options(pointer, KernelTLS.isThere && !isDatagram ? 1 : 0)
    // Who is silent keeps no buffers: there may be thousands.
    openssl_set_mode(
      pointer,
      Int32(
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
          | SSL_MODE_RELEASE_BUFFERS))
    // RSA of 2048 bits and more, no SHA-1, nothing that is known to be weak.
    SSL_CTX_set_security_level(pointer, 2)
    SSL_CTX_set_cert_verify_callback(pointer, judgePeer, nil)
    try agree()
  }

  deinit { SSL_CTX_free(pointer) }

  static func mistake(_ text: String, hint: String? = nil) -> StreamError {
    StreamError(.open, .endpoint(""), TLSFailure(text, hint: hint, .usage))
  }

  // MARK: What is agreed on

  private func agree() throws(StreamError) {
    guard openssl_set_minimum(pointer, number(of: settings.minimum)) == 1,
      openssl_set_maximum(pointer, settings.maximum.map(number(of:)) ?? 0) == 1
    else { throw Self.mistake(OpenSSLError.text) }
    try setCiphers()
    guard !protocolList.isEmpty else { return }
    if isServer {
      SSL_CTX_set_alpn_select_cb(pointer, chooseProtocol, Unmanaged.passUnretained(self).toOpaque())
    } else {
      SSL_CTX_set_alpn_protos(pointer, protocolList, UInt32(protocolList.count))
    }
  }

  private func number(of version: TLSVersion) -> Int32 {
    if isDatagram { return DTLS1_2_VERSION }
    return switch version {
    case .tls12: TLS1_2_VERSION
    case .tls13: TLS1_3_VERSION
    }
  }

  private func setCiphers() throws(StreamError) {
    if isServer { openssl_prefer_own_ciphers(pointer) }
    let ciphers = settings.ciphers ?? ""
    let names = ciphers.split(separator: ":")
    let (new, old) = (names.filter { $0.hasPrefix("TLS_") }, names.filter { !$0.hasPrefix("TLS_") })
    // What the system's policy leaves out, or sorts, stays so.
    let usual = openssl_has_default_ciphers(pointer) == 1 ? Self.usualCiphers : nil
    let wanted = new.isEmpty ? usual : new.joined(separator: ":")
    if let wanted, SSL_CTX_set_ciphersuites(pointer, wanted) != 1 {
      throw Self.mistake(
        "unknown cipher of TLS 1.3 in " + ciphers, hint: "openssl ciphers -tls1_3 -s")
    }
    if !old.isEmpty,
      SSL_CTX_set_cipher_list(pointer, (old + ["!aNULL", "!eNULL"]).joined(separator: ":")) != 1
    {
      throw Self.mistake("no known cipher in " + ciphers, hint: "openssl ciphers -tls1_2 -s")
    }
  }

  /// Those of TLS 1.3, AES-128 first, as browsers and large sites have it: it is strong enough, and
  /// its hash is the one that processors compute.
  private static let usualCiphers =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

  // MARK: Whom to trust

  /// Takes authorities and revocation lists as they were read.
  func loadTrust(orSystems: Bool) throws(StreamError) {
    let trust = settings.trust
    for (path, authorities) in zip(trust.authorities, trust.contents?.authorities ?? []) {
      try TrustFiles.add(authorities, of: path, to: self)
    }
    if trust.authorities.isEmpty, orSystems { TrustFiles.addSystems(to: self) }
    for (path, lists) in zip(trust.revocationLists, trust.contents?.revocationLists ?? []) {
      try TrustFiles.addRevocationLists(lists, of: path, to: self)
    }
  }

  private func demandClients() throws(StreamError) {
    try loadTrust(orSystems: false)
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    // Sessions of verified clients are this server's alone.
    let name = Array("sockcat".utf8)
    SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count))
  }

  // MARK: Sessions

  private func keepSessions() {
    openssl_cache_sessions(pointer, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL)
    SSL_CTX_sess_set_new_cb(pointer, keepSession)
  }

  /// Whose context an `SSL` has.
  static func of(_ ssl: OpaquePointer?) -> TLSContext? {
    guard let context = SSL_get_SSL_CTX(ssl), let own = SSL_CTX_get_ex_data(context, 0) else {
      return nil
    }
    return Unmanaged<TLSContext>.fromOpaque(own).takeUnretainedValue()
  }

  // MARK: Secrets

  private func openKeyLog() {
    guard let file = settings.keyLogFile else { return }
    do throws(StreamError) {
      let log = try KeyLog(file)
      // It may be another program's as well: its owner decides.
      if log.isOpenToOthers {
        settings.warn(
          "SSLKEYLOGFILE: others can read " + file + ", and so what is said in each connection")
      }
      use(log)
    } catch {
      // Whoever runs us may not know of the variable.
      settings.warn("SSLKEYLOGFILE: " + file + " cannot be written, and no secrets are kept")
    }
  }

  private func use(_ log: KeyLog) {
    keyLog = log
    SSL_CTX_set_keylog_callback(pointer, logKeys)
  }

  fileprivate func log(_ line: String) { keyLog?.append(line, warn: settings.warn) }

  /// The context with a certificate for a name, if another one than the first has it.
  fileprivate func other(for name: UnsafePointer<CChar>) -> TLSContext? {
    ([self] + others).first {
      X509_check_host(SSL_CTX_get0_certificate($0.pointer), name, 0, 0, nil) == 1
    }
  }

  /// The first of our protocols that a client knows too, as a part of its list.
  fileprivate func choose(from list: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for wanted in settings.protocols {
      var index = 0
      while index < list.count {
        let part = index + 1..<min(list.count, index + 1 + Int(list[index]))
        if list[part].elementsEqual(wanted.utf8) { return part }
        index = part.upperBound
      }
    }
    return nil
  }
}

// MARK: What OpenSSL calls

private let logKeys: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { ssl, line in
  guard let line else { return }
  TLSContext.of(ssl)?.log(String(cString: line))
}

private let keepSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = {
  ssl, session in
  // Of a peer who was taken blindly nothing is kept that could pass for verified later.
  if let session, let context = TLSContext.of(ssl), let file = context.settings.sessionFile,
    let verification = Verification.of(ssl: ssl), !verification.trust.isBlind
  {
    SessionFile(file, verification).write(session, warn: context.settings.warn)
  }
  return 0
}

private let chooseByName:
  @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32 =
    {
      ssl, _, own in
      guard let own, let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
        return SSL_TLSEXT_ERR_OK
      }
      let context = Unmanaged<TLSContext>.fromOpaque(own).takeUnretainedValue()
      if let other = context.other(for: name) { SSL_set_SSL_CTX(ssl, other.pointer) }
      return SSL_TLSEXT_ERR_OK
    }

private let chooseProtocol:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
    UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
  ) -> Int32 = { _, chosen, chosenCount, list, count, own in
    guard let own, let list else { return SSL_TLSEXT_ERR_NOACK }
    let context = Unmanaged<TLSContext>.fromOpaque(own).takeUnretainedValue()
    let offered = UnsafeBufferPointer(start: list, count: Int(count))
    guard let part = context.choose(from: offered) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    chosen?.pointee = list + part.lowerBound
    chosenCount?.pointee = UInt8(part.count)
    return SSL_TLSEXT_ERR_OK
  }
