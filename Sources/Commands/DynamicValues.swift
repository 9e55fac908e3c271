import Sockets

/// Values that completion offers by looking at this host now.
enum DynamicValues {
  /// Hosts, and after a local host the ports that listen now; live Unix sockets.
  @Sendable static func peers(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    let word = word(words, index, prefix)
    if word.hasPrefix("unix:") { return unixSockets() }
    if let before = hostBefore(words, index), isLocal(before) {
      return listeningPorts() + services()
    }
    if let before = hostBefore(words, index), !before.isEmpty, !before.contains(":") {
      return services()
    }
    if let colon = word.lastIndex(of: ":"), isLocal(String(word[..<colon])) {
      return listeningPorts().map { word[...colon] + $0 }
    }
    return hosts() + ["unix:", "vsock:", "fd:"]
  }

  /// Service names, local addresses, and the schemes.
  @Sendable static func places(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    if word(words, index, prefix).hasPrefix("unix:") { return unixSockets() }
    return ["localhost:", "0.0.0.0:", "unix:", "vsock:", "fd:"] + services()
  }

  /// The network interfaces.
  @Sendable static func interfaces(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    NetworkInterface.names()
  }

  /// The character sets that people meet.
  @Sendable static func encodings(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    [
      "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "GBK", "GB18030", "GB2312", "BIG5",
      "SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "EUC-KR", "KOI8-R", "ASCII", "CP437", "CP850",
      "ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
      "MACINTOSH",
    ]
  }

  private static func word(_ words: [String], _ index: Int, _ prefix: String) -> String {
    !prefix.isEmpty ? prefix : words.indices.contains(index) ? words[index] : ""
  }

  /// The word before, if it is the first of two words of an endpoint.
  private static func hostBefore(_ words: [String], _ index: Int) -> String? {
    guard words.indices.contains(index - 1) else { return nil }
    let before = words[index - 1]
    let commands = ["connect", "udp-send", "listen", "udp-recv"]
    return before.hasPrefix("-") || commands.contains(before) ? nil : before
  }

  private static func isLocal(_ host: String) -> Bool {
    let bare =
      host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    return bare == "localhost" || bare == "::1" || IPv4Address(bare)?.isLoopback == true
  }

  private static func hosts() -> [String] {
    unique(KnownHosts.fromHostsFile() + KnownHosts.fromSSH())
  }

  private static func listeningPorts() -> [String] {
    let ports = SocketTable.entries(type: .stream).filter { $0.state == 10 }.compactMap(
      \.local.port)
    return Set(ports).sorted().map { String($0) }
  }

  private static func services() -> [String] {
    unique(
      TextFile.lines(of: "/etc/services").compactMap { line in
        let name = line.prefix { $0 != " " && $0 != "\t" && $0 != "#" }
        return name.isEmpty ? nil : String(name)
      })
  }

  private static func unixSockets() -> [String] {
    unique(SocketTable.unixNames().map { "unix:" + $0 })
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
