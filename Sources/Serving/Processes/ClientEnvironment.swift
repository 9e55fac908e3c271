package import Sockets

/// What a program learns of the client that it was started for, by its environment.
package enum ClientEnvironment {
  /// The variables `SOCKCAT_…`, and those that scripts written for `ncat` expect.
  ///
  /// The protocol is a word such as `tcp`, `udp`, `unix`. An IPv6 address has no brackets here, a Unix
  /// path no `unix:`; a name in the abstract name space begins with `@`. What there is none of, such
  /// as a Unix socket's port, is empty, so that nothing older shows through.
  package static func variables(
    peer: SocketAddress, local: SocketAddress, protocol name: String
  ) -> [String: String] {
    [
      "SOCKCAT_PEER_ADDRESS": peer.environmentText,
      "SOCKCAT_PEER_PORT": peer.environmentPort,
      "SOCKCAT_LOCAL_ADDRESS": local.environmentText,
      "SOCKCAT_LOCAL_PORT": local.environmentPort,
      "SOCKCAT_PROTOCOL": name,
      "NCAT_REMOTE_ADDR": peer.ncatText,
      "NCAT_REMOTE_PORT": peer.environmentPort,
      "NCAT_LOCAL_ADDR": local.ncatText,
      "NCAT_LOCAL_PORT": local.environmentPort,
      // `ncat` knows no other word for a Unix socket.
      "NCAT_PROTO": name == "unix" ? "TCP" : name.uppercased(),
    ]
  }
}

extension SocketAddress {
  fileprivate var environmentText: String {
    switch self {
    case .ipv4, .other: hostText
    case .ipv6: String(hostText.dropFirst().dropLast())
    case .unix(let path): text(path)
    case .abstract(let name): "@" + text(name)
    case .unnamed: ""
    case .vsock(let cid, _): String(cid)
    }
  }

  fileprivate var environmentPort: String {
    if case .vsock(_, let port) = self { return String(port) }
    return port.map { String($0) } ?? ""
  }

  /// `ncat` says this of every Unix socket.
  fileprivate var ncatText: String { family == .unix ? "localhost" : environmentText }

  /// A name in the abstract name space may have zero bytes, a variable cannot.
  private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.map { $0 == 0 ? UInt8(ascii: "@") : $0 }, as: UTF8.self)
  }
}
