import ByteText
import Sockets
import SystemPackage
import Transcripts

/// What can be told of a socket while it is open: its addresses, its options with their values, who
/// is at the other end of a Unix socket, and what the kernel knows of a TCP connection.
///
/// What the kernel does not tell is left out.
struct SocketReport {
  private var entries: [(name: String, value: String)] = []

  /// Tells of a connection.
  init(_ socket: StreamSocket) {
    add(local: socket.local, peer: socket.peer, socket.type)
    let entries = try? socket.withSocket { descriptor throws(Errno) in
      Self.entries(of: descriptor, socket.local.family, socket.type)
    }
    add(entries)
  }

  /// Tells of a socket for datagrams.
  init(_ socket: DatagramSocket) {
    add(local: socket.local, peer: socket.peer, .datagram)
    let entries = try? socket.withSocket { descriptor throws(Errno) in
      Self.entries(of: descriptor, socket.local.family, .datagram)
    }
    add(entries)
  }

  /// Tells of a socket that has an address and is not in use yet.
  init(_ socket: BoundSocket) {
    add(local: socket.address, peer: nil, socket.type)
    let entries = try? socket.withSocket { descriptor throws(Errno) in
      Self.entries(of: descriptor, socket.address.family, socket.type)
    }
    add(entries)
  }

  /// A line for each name and value, the values below each other.
  var lines: [String] {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + safeLine(value)
    }
  }

  private mutating func add(local: SocketAddress, peer: SocketAddress?, _ type: SocketType) {
    entries.append(("local", local.description))
    if let peer { entries.append(("peer", peer.description)) }
    entries.append(("family", Self.name(of: local.family)))
    entries.append(("type", Self.name(of: type)))
  }

  /// Nil where the socket is not ours any more: it would tell nothing.
  private mutating func add(_ more: [(name: String, value: String)]?) {
    entries += more ?? [("state", "closed")]
  }

  private static func entries(
    of socket: borrowing SocketDescriptor, _ family: AddressFamily, _ type: SocketType
  ) -> [(name: String, value: String)] {
    var entries: [(name: String, value: String)] = []
    let isInternet = family == .ipv4 || family == .ipv6
    let isTCP = isInternet && type == .stream
    if isTCP, socket.speaksMultipath() { entries.append(("multipath", "yes")) }
    if family == .unix, type != .datagram, let credentials = try? socket.peerCredentials() {
      entries += credentials.reportEntries
    }
    entries += SocketOptionReport(socket, family, type).entries
    if isTCP, let info = try? socket.tcpInfo() { entries += info.reportEntries }
    return entries
  }

  private static func name(of family: AddressFamily) -> String {
    switch family {
    case .ipv4: "IPv4"
    case .ipv6: "IPv6"
    case .unix: "Unix"
    case .vsock: "vsock"
    default: String(family.rawValue)
    }
  }

  private static func name(of type: SocketType) -> String {
    switch type {
    case .stream: "stream"
    case .datagram: "datagram"
    case .raw: "raw"
    case .sequencedPacket: "seqpacket"
    }
  }
}
