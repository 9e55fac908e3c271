import ByteText
import Glibc
import Sockets
import TLS

// From what was typed about TLS to what it means: no file is read here.

extension ConversationPlan {
  /// What TLS is to be like, at once or when it is asked for later.
  struct TLS: Sendable {
    /// Whether it begins with the connection.
    var isOn = false
    var settings = TLSSettings()
    /// Whom a client wants to reach, if not the endpoint's host.
    var name: String?
    /// What is spoken in clear before it.
    var opening: StartTLSProtocol?
    /// Where the pass phrase of our key is.
    var passPhraseFile: String?
    /// How long a server gives a client for its handshake.
    var handshakeTimeout = Duration.seconds(10)
    /// An option that has no effect without TLS; nil if none was given.
    var option: String?

    /// Whether only clients come that an authority vouches for, which is a permission by name.
    var demandsClients: Bool { isOn && !settings.trust.authorities.isEmpty }
  }
}

extension TLSOptions {
  /// What both sides have in common.
  func plan() throws(UsageError) -> ConversationPlan.TLS {
    var plan = ConversationPlan.TLS()
    plan.isOn = tls
    plan.settings.minimum = tlsMin?.version ?? .tls12
    plan.settings.maximum = tlsMax?.version
    if let newest = tlsMax?.version, newest < plan.settings.minimum {
      throw UsageError("--tls-max is older than --tls-min")
    }
    if tlsCiphers == "" { throw UsageError("--tls-ciphers needs names with colons between them") }
    plan.settings.ciphers = tlsCiphers
    plan.settings.protocols = try protocols()
    plan.settings.trust.revocationLists = try tlsCrl.map { path throws(UsageError) in
      try fileName(path, "--tls-crl")
    }
    plan.passPhraseFile = try fileName(tlsKeyPassFile, "--tls-key-pass-file")
    if tlsKey.count > tlsCert.count { throw UsageError("--tls-key needs --tls-cert FILE") }
    if tlsCert.isEmpty, tlsKeyPassFile != nil {
      throw UsageError("--tls-key-pass-file needs --tls-cert FILE")
    }
    if tlsCert.count > 1, !tlsKey.isEmpty, tlsKey.count < tlsCert.count {
      throw UsageError("each --tls-cert needs its --tls-key, or none does")
    }
    for (index, certificate) in tlsCert.enumerated() {
      let key: String? = index < tlsKey.count ? tlsKey[index] : nil
      plan.settings.identities.append(
        TLSIdentityFiles(
          certificate: try fileName(certificate, "--tls-cert"),
          key: try fileName(key, "--tls-key")))
    }
    if let file = getenv("SSLKEYLOGFILE").map({ String(cString: $0) }), !file.isEmpty {
      plan.settings.keyLogFile = file
    }
    plan.option = given.first { $0.isGiven }?.name
    return plan
  }

  private func protocols() throws(UsageError) -> [String] {
    guard let alpn else { return [] }
    let names = alpn.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ (1...255).contains($0.utf8.count) }) else {
      throw UsageError("--alpn needs names with commas between them", hint: "--alpn h2,http/1.1")
    }
    return names
  }

  private var given: [(name: String, isGiven: Bool)] {
    [
      ("--tls-cert", !tlsCert.isEmpty), ("--tls-crl", !tlsCrl.isEmpty),
      ("--tls-min", tlsMin != nil), ("--tls-max", tlsMax != nil),
      ("--tls-ciphers", tlsCiphers != nil), ("--alpn", alpn != nil),
    ]
  }
}

extension TLSClientOptions {
  /// Adds what concerns a client alone.
  func apply(to plan: inout ConversationPlan.TLS) throws(UsageError) {
    if plan.settings.identities.count > 1 { throw UsageError("a client has one --tls-cert") }
    if insecure {
      try refuse(
        "--insecure",
        [
          ("--tls-ca", !tlsCa.isEmpty), ("--tls-pin", !tlsPin.isEmpty),
          ("--tls-crl", !plan.settings.trust.revocationLists.isEmpty),
        ])
    }
    plan.settings.trust.isBlind = insecure
    plan.settings.trust.pins = tlsPin.map(\.pin)
    plan.settings.trust.authorities = try tlsCa.map { path throws(UsageError) in
      try fileName(path, "--tls-ca")
    }
    if let tlsName {
      let isName = (1...253).contains(tlsName.utf8.count) && !tlsName.hasPrefix(".")
      guard isName, tlsName.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
        throw UsageError("--tls-name needs a host's name or an address")
      }
    }
    if !tlsPin.isEmpty, tlsCa.isEmpty, !plan.settings.trust.revocationLists.isEmpty {
      throw UsageError(
        "--tls-crl beside --tls-pin needs --tls-ca FILE, as nobody else's chain counts")
    }
    plan.name = tlsName
    plan.settings.sessionFile = try fileName(tlsSession, "--tls-session")
    let given = [
      ("--tls-ca", !tlsCa.isEmpty), ("--tls-name", tlsName != nil), ("--tls-pin", !tlsPin.isEmpty),
      ("--insecure", insecure), ("--tls-session", tlsSession != nil),
    ]
    plan.option = plan.option ?? given.first { $0.1 }?.0
  }
}

extension StartTLSOptions {
  /// Adds the opening in clear, behind which TLS begins.
  func apply(to plan: inout ConversationPlan.TLS) {
    guard let starttls else { return }
    plan.opening = starttls.opening
    plan.isOn = true
  }
}

extension TLSServerOptions {
  /// Adds what concerns a server alone.
  func apply(to plan: inout ConversationPlan.TLS) throws(UsageError) {
    plan.settings.trust.authorities = try tlsClientCa.map { path throws(UsageError) in
      try fileName(path, "--tls-client-ca")
    }
    if tlsClientCa.isEmpty, !plan.settings.trust.revocationLists.isEmpty {
      throw UsageError("--tls-crl needs --tls-client-ca FILE, as a server looks at nobody else")
    }
    if let limit = connectTimeout?.duration { plan.handshakeTimeout = limit }
    let option =
      tlsClientCa.isEmpty ? connectTimeout.map { _ in "--connect-timeout" } : "--tls-client-ca"
    plan.option = plan.option ?? option
  }
}

extension ConversationPlan {
  /// Refuses options of TLS where there will be none: later it comes only by a script or a person.
  func checkTLS(hasPrompt: Bool) throws(UsageError) {
    guard !tls.isOn, script == nil || isDatagram, !hasPrompt, let option = tls.option else {
      return try checkName()
    }
    throw UsageError(option + " needs --tls")
  }

  /// A certificate is only as good as the name that it is for.
  private func checkName() throws(UsageError) {
    let trust = tls.settings.trust
    guard tls.isOn, isClient, tls.name == nil, peerName == nil, trust.needsName else { return }
    throw UsageError(
      "there is no name that the certificate could be for",
      hint: "--tls-name NAME, --tls-pin sha256:…, or --insecure")
  }

  /// Whether we go to the other side.
  var isClient: Bool {
    switch kind {
    case .connect, .sendDatagrams: true
    case .listen, .receiveDatagrams: false
    }
  }

  /// The name by which the peer is reached, as certificates have it.
  var peerName: String? {
    guard case .host(let host, _) = endpoint else { return nil }
    let name = host.prefix { $0 != "%" }
    return name.isEmpty ? nil : String(name.hasSuffix(".") ? name.dropLast() : name)
  }
}
