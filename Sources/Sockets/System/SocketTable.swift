import CLinux
import Glibc

/// The sockets of this host as the kernel lists them: `/proc/net/tcp`, `tcp6`, `udp`, `udp6`, `unix`.
public struct SocketTable: Sendable {
  /// One socket of the Internet's families.
  public struct Entry: Sendable, Hashable {
    /// Its own address.
    public let local: SocketAddress
    /// The other end; port 0 if there is none.
    public let remote: SocketAddress
    /// The kernel's number of its state: 10 is a listener, 7 an unconnected UDP socket.
    public let state: Int
    /// Who owns it.
    public let user: UInt32
    /// Its number, which `/proc/PID/fd` shows.
    public let inode: UInt64

    /// Whether it takes connections, or datagrams from anybody.
    public var isListening: Bool { state == 10 || state == 7 }
  }

  /// A process that holds a socket.
  public struct Holder: Sendable, Hashable {
    /// The program's name.
    public let name: String
    /// Its process number.
    public let process: Int32
  }

  /// Every socket of a type, in both families; empty where `/proc` is missing.
  public static func entries(type: SocketType) -> [Entry] {
    let names = type == .datagram ? ["udp", "udp6"] : ["tcp", "tcp6"]
    return names.flatMap { name in
      TextFile.lines(of: "/proc/net/" + name).dropFirst().compactMap(Entry.init)
    }
  }

  /// The user who owns the TCP socket of this host with these two ends; nil if there is none, or
  /// nobody's any more.
  ///
  /// Asked of the kernel by `sock_diag(7)`, and where it does not answer, looked for in `/proc`.
  public static func tcpOwner(local: SocketAddress, remote: SocketAddress) -> UInt32? {
    guard let near = local.internetParts, let far = remote.internetParts,
      near.bytes.count == far.bytes.count
    else { return nil }
    let family = near.bytes.count == 4 ? AF_INET : AF_INET6
    var user: UInt32 = 0
    switch linux_tcp_owner(family, near.bytes, near.port, far.bytes, far.port, &user) {
    case 1: return user
    case 0: return nil
    default: if errno == ENOENT { return nil }
    }
    let entry = entries(type: .stream).first { $0.local == local && $0.remote == remote }
    return entry.flatMap { $0.inode == 0 ? nil : $0.user }
  }

  /// The paths and names (`@name`) of live Unix sockets that listen or receive.
  public static func unixNames() -> [String] {
    TextFile.lines(of: "/proc/net/unix").dropFirst().compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
      guard fields.count == 8 else { return nil }
      let isListener = fields[3] == "00010000"
      let isDatagram = fields[4] == "0002"
      return isListener || isDatagram ? String(fields[7]) : nil
    }
  }

  /// Who holds a socket, as far as we may look.
  public static func holder(ofInode inode: UInt64) -> Holder? {
    let wanted = "socket:[" + String(inode) + "]"
    for process in TextFile.names(in: "/proc") {
      guard let number = Int32(process) else { continue }
      let folder = "/proc/" + process + "/fd/"
      for descriptor in TextFile.names(in: folder)
      where TextFile.target(ofLink: folder + descriptor) == wanted {
        let name = TextFile.lines(of: "/proc/" + process + "/comm").first
        return Holder(name: name.map(String.init) ?? "?", process: number)
      }
    }
    return nil
  }
}

extension SocketAddress {
  fileprivate var internetParts: (bytes: [UInt8], port: UInt16)? {
    switch self {
    case .ipv4(let address, let port): (address.bytes, port)
    case .ipv6(let address, let port, _): (address.bytes, port)
    default: nil
    }
  }
}

extension SocketTable.Entry {
  /// Reads one line: `sl local_address rem_address st … uid … inode …`.
  fileprivate init?(_ line: Substring) {
    let fields = line.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count > 9, let local = address(fields[1]), let remote = address(fields[2]),
      let state = Int(fields[3], radix: 16), let user = UInt32(fields[7]),
      let inode = UInt64(fields[9])
    else { return nil }
    self.init(local: local, remote: remote, state: state, user: user, inode: inode)
  }
}

/// Reads `0100007F:1F90`: each 32-bit word of the address in the machine's own byte order.
private func address(_ text: Substring) -> SocketAddress? {
  let parts = text.split(separator: ":")
  guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
  var bytes: [UInt8] = []
  var rest = parts[0]
  while rest.count >= 8 {
    guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
    withUnsafeBytes(of: word) { bytes += $0 }
    rest = rest.dropFirst(8)
  }
  if bytes.count == 4 { return .ipv4(IPv4Address(bytes: bytes), port: port) }
  guard bytes.count == 16 else { return nil }
  let address = IPv6Address(bytes: bytes)
  if let mapped = address.mappedIPv4 { return .ipv4(mapped, port: port) }
  return .ipv6(address, port: port, zone: 0)
}
