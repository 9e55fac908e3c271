import TLS

// What TLS is to be like for datagrams: DTLS, which is TLS for what may be lost on the way.

extension TLSHandshakeOptions {
  /// Adds how long a client's handshake may take.
  func apply(to plan: inout ConversationPlan.TLS) {
    guard let connectTimeout else { return }
    plan.handshakeTimeout = connectTimeout.duration
    plan.option = plan.option ?? "--connect-timeout"
  }
}

extension ConversationPlan.TLS {
  /// Refuses what DTLS does not have, and options that need datagrams to many.
  func checkDatagrams(
    besides others: [(name: String, isGiven: Bool)]
  ) throws(UsageError) {
    if settings.minimum > .tls12 {
      throw UsageError("--tls-min " + settings.minimum.rawValue + ": datagrams have DTLS 1.2")
    }
    if isOn { try refuse("--tls", others) }
  }
}
