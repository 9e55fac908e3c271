import ByteText
import TLS

extension TLSFacts {
  /// What was agreed on, and the chain, a line each.
  var lines: [String] {
    var parts = [version, cipher]
    if let group { parts.append("key exchange " + group) }
    if let applicationProtocol { parts.append("ALPN " + safeLine(applicationProtocol)) }
    if let serverName { parts.append("for " + safeLine(serverName)) }
    if isVerified, !isOfServer, let client = chain.first?.subject {
      parts.append("client \"" + safeLine(client) + "\" verified")
    }
    if isResumed { parts.append("session resumed") }
    if !version.hasPrefix("D") { parts.append(kernelText) }
    return [parts.joined(separator: ", ")]
      + chain.enumerated().map { number, facts in
        "certificate " + String(number) + ": " + facts.line
      }
  }

  private var kernelText: String {
    switch (sendsByKernel, receivesByKernel) {
    case (true, true): "encrypted by the kernel"
    case (true, false): "encrypted by the kernel, decrypted by us"
    case (false, true): "decrypted by the kernel, encrypted by us"
    case (false, false): "without kernel TLS"
    }
  }

  /// For a program, by its environment.
  var environment: [String: String] {
    let peer = isVerified ? chain.first : nil
    return [
      "SOCKCAT_TLS_VERSION": version,
      "SOCKCAT_TLS_CIPHER": cipher,
      "SOCKCAT_TLS_ALPN": safeLine(applicationProtocol ?? ""),
      "SOCKCAT_TLS_NAME": safeLine(serverName ?? ""),
      "SOCKCAT_TLS_PEER": safeLine(peer?.subject ?? ""),
      "SOCKCAT_TLS_PEER_NAME": safeLine(peer?.commonName ?? ""),
      "SOCKCAT_TLS_PEER_FINGERPRINT": peer?.fingerprint.description ?? "",
    ]
  }

  /// For a program without TLS, so that nothing older shows through.
  static let noEnvironment = [
    "SOCKCAT_TLS_VERSION", "SOCKCAT_TLS_CIPHER", "SOCKCAT_TLS_ALPN", "SOCKCAT_TLS_NAME",
    "SOCKCAT_TLS_PEER", "SOCKCAT_TLS_PEER_NAME", "SOCKCAT_TLS_PEER_FINGERPRINT",
  ].reduce(into: [String: String]()) { $0[$1] = "" }
}

extension CertificateFacts {
  /// Whose it is, for what names, who issued it, and how it can be known again.
  fileprivate var line: String {
    let text =
      "\"" + subject + "\" for "
      + (names.isEmpty ? "no name" : names.prefix(8).joined(separator: ", "))
      + ", " + key + ", issued by \"" + issuer + "\", valid until " + end
    return safeLine(text) + ", " + fingerprint.description + ", key " + keyPin.description
  }
}
