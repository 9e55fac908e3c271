extension Contender {
  /// With `-b 131072`.
  static let socatMiddle = Contender(name: "socat-128k")

  static let openssl = Contender(name: "openssl", role: .yardstick)

  /// Those who encrypt.
  static let secured: [Contender] = [.sockcat, .ncat, .socat, .socatMiddle]
}

extension Programs {
  /// The command that sends its standard input in TLS and leaves; who verifies does.
  func sendingTLS(
    _ contender: Contender, to port: UInt16, certificate: String
  ) -> [String]? {
    switch contender {
    case .sockcat:
      [sockcat, "connect", "127.0.0.1:\(port)", "--tls", "--tls-ca", certificate, "--send-only"]
    case .ncat: ["ncat", "--ssl", "--send-only", "127.0.0.1", "\(port)"]
    case .socat, .socatMiddle:
      ["socat", "-u"] + blockSizeTLS(contender)
        + ["STDIN", "OPENSSL:127.0.0.1:\(port),cafile=\(certificate)"]
    default: nil
    }
  }

  /// The command that takes one client, or as many as come, and writes what they send to standard
  /// output.
  func receivingTLS(
    _ contender: Contender, at port: UInt16, certificate: String, servesMany: Bool = false
  ) -> [String]? {
    switch contender {
    case .sockcat:
      [sockcat, "listen", "127.0.0.1:\(port)", "--tls", "--tls-cert", certificate]
        + (servesMany ? ["-k", "--discard"] : ["--recv-only"])
    case .ncat:
      ["ncat", "--ssl", "--ssl-cert", certificate, "--ssl-key", certificate, "--recv-only", "-l"]
        + (servesMany ? ["-k"] : []) + ["127.0.0.1", "\(port)"]
    case .socat, .socatMiddle:
      ["socat", "-u"] + blockSizeTLS(contender)
        + [
          "OPENSSL-LISTEN:\(port),bind=127.0.0.1,reuseaddr,cert=\(certificate),verify=0"
            + (servesMany ? ",fork,backlog=128" : ""), "STDOUT",
        ]
    case .openssl where servesMany:
      ["openssl", "s_server", "-quiet", "-cert", certificate, "-accept", "127.0.0.1:\(port)"]
    default: nil
    }
  }

  private func blockSizeTLS(_ contender: Contender) -> [String] {
    contender == .socatMiddle ? ["-b", "131072"] : []
  }
}
