import COpenSSL

/// How one peer's certificates were judged: what is wrong with them, all of it.
///
/// OpenSSL's own verification stops at the first thing; here it goes on, so that whoever mends one
/// need not come back for the next.
final class Verification: @unchecked Sendable {
  struct Problem: Hashable {
    /// One of OpenSSL's `X509_V_ERR_…`.
    let code: Int32
    /// 0 is the peer's own certificate, 1 is whose key signed it, and so on.
    let depth: Int32
    let certificate: CertificateFacts?
  }

  let trust: TLSTrust
  /// The name that was asked for.
  let wantedName: String?
  /// Whether the peer is the server.
  let isOfServer: Bool
  private(set) var problems: [Problem] = []
  /// What the peer has sent, its own certificate first.
  private(set) var chain: [CertificateFacts] = []
  private(set) var hasMatchedPin = false
  /// Whether the peer has shown a certificate that was taken.
  private(set) var hasAccepted = false

  /// How many are remembered; who wants to fill our memory gets no further.
  private static let mostProblems = 16

  init(_ trust: TLSTrust, wantedName: String?, isOfServer: Bool) {
    (self.trust, self.wantedName, self.isOfServer) = (trust, wantedName, isOfServer)
  }

  /// Judges the chain in a store's context; false ends the handshake.
  func judge(_ store: OpaquePointer) -> Bool {
    (problems, chain, hasMatchedPin) = ([], Self.chain(of: store), false)
    hasAccepted = isRight(store)
    return hasAccepted
  }

  private func isRight(_ store: OpaquePointer) -> Bool {
    if trust.isBlind { return true }
    if let own = chain.first, !trust.pins.isEmpty {
      hasMatchedPin = trust.pins.contains { $0 == own.keyPin || $0 == own.fingerprint }
    }
    if trust.checksChain {
      X509_STORE_CTX_set_verify_cb(store, noteProblem)
      let isVerified = X509_verify_cert(store) == 1
      // Where it failed without a word.
      if !isVerified, problems.isEmpty { note(store) }
      if !isVerified, problems.isEmpty { return false }
    }
    guard problems.isEmpty, trust.pins.isEmpty || hasMatchedPin else {
      let isOfPin = problems.isEmpty
      X509_STORE_CTX_set_error(store, isOfPin ? X509_V_ERR_CERT_UNTRUSTED : problems[0].code)
      return false
    }
    X509_STORE_CTX_set_error(store, X509_V_OK)
    return true
  }

  fileprivate func note(_ store: OpaquePointer) {
    let code = X509_STORE_CTX_get_error(store)
    let depth = X509_STORE_CTX_get_error_depth(store)
    // Lists need be there for the peer's own certificate alone.
    if code == X509_V_ERR_UNABLE_TO_GET_CRL, depth > 0 { return }
    let facts = X509_STORE_CTX_get_current_cert(store).map { CertificateFacts($0) }
    let problem = Problem(code: code, depth: depth, certificate: facts)
    if problems.count < Self.mostProblems, !problems.contains(problem) { problems.append(problem) }
  }

  private static func chain(of store: OpaquePointer) -> [CertificateFacts] {
    if let sent = X509_STORE_CTX_get0_untrusted(store) {
      return (0..<openssl_count(sent)).compactMap { index in
        openssl_certificate(sent, index).map { CertificateFacts($0) }
      }
    }
    return X509_STORE_CTX_get0_cert(store).map { [CertificateFacts($0)] } ?? []
  }

  /// Whose verification a store's context belongs to.
  static func of(_ store: OpaquePointer?) -> Verification? {
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    return X509_STORE_CTX_get_ex_data(store, index).flatMap { of(ssl: OpaquePointer($0)) }
  }

  /// That of an `SSL`.
  static func of(ssl: OpaquePointer?) -> Verification? {
    SSL_get_ex_data(ssl, 0).map {
      Unmanaged<Verification>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Whom it is about and how it judges, in one text: the same text means the same judgement.
  var scope: String {
    ([wantedName ?? "", String(trust.checksChain)] + trust.authorities + ["|"]
      + trust.revocationLists + ["|"] + trust.pins.map(\.description) + ["|"]
      + trust.fingerprints).joined(separator: "\n")
  }

  /// Whether a client may go on with a peer after the handshake, in which a session may have gone on
  /// that was verified when it began.
  func allows(_ ssl: OpaquePointer) -> Bool {
    !isOfServer || trust.isBlind || hasAccepted || SSL_session_reused(ssl) == 1
  }
}

/// Called by OpenSSL with the certificates that a peer has sent.
let judgePeer: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { store, _ in
  guard let store, let verification = Verification.of(store) else { return 0 }
  return verification.judge(store) ? 1 : 0
}

/// Called by OpenSSL for each certificate, and everything that is wrong with it.
private let noteProblem: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isRight, store in
  if isRight == 0, let store { Verification.of(store)?.note(store) }
  return 1
}
