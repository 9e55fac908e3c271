import Glibc
import Sockets

/// Names of hosts that this machine knows.
enum KnownHosts {
  /// All of them, each once.
  static func all() -> Set<String> { Set(fromHostsFile() + fromSSH()) }

  /// Those of `/etc/hosts`.
  static func fromHostsFile() -> [String] { hostsFile().flatMap(\.names) }

  /// Those that ssh has met; hashed ones cannot be read, and patterns are no names.
  static func fromSSH() -> [String] {
    guard let home = getenv("HOME") else { return [] }
    let path = String(cString: home) + "/.ssh/known_hosts"
    return TextFile.lines(of: path).flatMap { names(inKnownHostsLine: $0) }
  }

  static func names(inKnownHostsLine line: Substring) -> [String] {
    guard let first = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first,
      !"|#@".contains(first.first ?? "#")
    else { return [] }
    return first.split(separator: ",").compactMap { name in
      if name.contains(where: { "*?!".contains($0) }) { return nil }
      // [host]:port is how another port than 22 is noted.
      return name.hasPrefix("[") ? String(name.dropFirst().prefix { $0 != "]" }) : String(name)
    }
  }

  /// The loopback addresses that a host stands for, by what it is or by `/etc/hosts`; none if it is
  /// another host, or nobody but the network knows.
  static func localAddresses(of host: String) -> [SocketAddress] {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let bare = isBracketed ? String(host.dropFirst().dropLast()) : host
    let numbers =
      bare == "localhost"
      ? ["127.0.0.1", "::1"]
      : [bare] + hostsFile().filter { $0.names.contains(bare) }.map(\.address)
    return numbers.compactMap { SocketAddress(numeric: $0) }.filter(\.isLocal)
  }

  private static func hostsFile() -> [(address: String, names: [String])] {
    TextFile.lines(of: "/etc/hosts").compactMap { line in
      let text = line.prefix { $0 != "#" }
      let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      return fields.first.map { (address: $0, names: Array(fields.dropFirst())) }
    }
  }
}
