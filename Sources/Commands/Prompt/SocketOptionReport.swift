import Sockets
import SystemPackage

/// The options of a socket that mean something for its family and type, with their values.
struct SocketOptionReport {
  private(set) var entries: [(name: String, value: String)] = []

  /// Asks the kernel; what it refuses is left out.
  init(_ socket: borrowing SocketDescriptor, _ family: AddressFamily, _ type: SocketType) {
    addCommon(of: socket)
    if type == .datagram, family != .unix { add("SO_BROADCAST", .broadcast, of: socket) }
    let isInternet = family == .ipv4 || family == .ipv6
    if isInternet, type == .stream { addTCP(of: socket) }
    if family == .ipv4 { addIPv4(of: socket, type) }
    if family == .ipv6 { addIPv6(of: socket, type) }
    if isInternet { addNetwork(of: socket) }
  }

  private mutating func addCommon(of socket: borrowing SocketDescriptor) {
    add("SO_RCVBUF", .receiveBuffer, of: socket)
    add("SO_SNDBUF", .sendBuffer, of: socket)
    add("SO_LINGER", .linger, of: socket)
  }

  private mutating func addTCP(of socket: borrowing SocketDescriptor) {
    add("SO_KEEPALIVE", .keepAlive, of: socket)
    if (try? socket.get(.keepAlive)) == true {
      add("TCP_KEEPIDLE", .keepAliveIdle, unit: "s", of: socket)
      add("TCP_KEEPINTVL", .keepAliveInterval, unit: "s", of: socket)
      add("TCP_KEEPCNT", .keepAliveCount, of: socket)
    }
    add("TCP_NODELAY", .noDelay, of: socket)
    add("TCP_MAXSEG", .maximumSegmentSize, of: socket)
    add("TCP_CONGESTION", .congestionControl, of: socket)
  }

  private mutating func addIPv4(of socket: borrowing SocketDescriptor, _ type: SocketType) {
    add("IP_TTL", .ipv4TimeToLive, of: socket)
    add("IP_TOS", .ipv4TypeOfService, of: socket)
    guard type == .datagram else { return }
    add("IP_MULTICAST_TTL", .ipv4MulticastTimeToLive, of: socket)
    add("IP_MULTICAST_LOOP", .ipv4MulticastLoop, of: socket)
  }

  private mutating func addIPv6(of socket: borrowing SocketDescriptor, _ type: SocketType) {
    add("IPV6_UNICAST_HOPS", .ipv6HopLimit, of: socket)
    add("IPV6_TCLASS", .ipv6TrafficClass, of: socket)
    add("IPV6_V6ONLY", .ipv6Only, of: socket)
    guard type == .datagram else { return }
    add("IPV6_MULTICAST_HOPS", .ipv6MulticastHopLimit, of: socket)
    add("IPV6_MULTICAST_LOOP", .ipv6MulticastLoop, of: socket)
  }

  private mutating func addNetwork(of socket: borrowing SocketDescriptor) {
    add("SO_REUSEADDR", .reuseAddress, of: socket)
    add("SO_REUSEPORT", .reusePort, of: socket)
    add("SO_PRIORITY", .priority, of: socket)
    add("SO_MARK", .mark, of: socket)
    if let device = try? socket.get(.bindToDevice), !device.isEmpty {
      entries.append(("SO_BINDTODEVICE", device))
    }
  }

  private mutating func add(
    _ name: String, _ option: SocketOption<Bool>, of socket: borrowing SocketDescriptor
  ) {
    if let value = try? socket.get(option) { entries.append((name, value ? "on" : "off")) }
  }

  private mutating func add(
    _ name: String, _ option: SocketOption<Int32>, unit: String = "",
    of socket: borrowing SocketDescriptor
  ) {
    if let value = try? socket.get(option) { entries.append((name, String(value) + unit)) }
  }

  private mutating func add(
    _ name: String, _ option: SocketOption<String>, of socket: borrowing SocketDescriptor
  ) {
    if let value = try? socket.get(option) { entries.append((name, value)) }
  }

  private mutating func add(
    _ name: String, _ option: SocketOption<Linger>, of socket: borrowing SocketDescriptor
  ) {
    guard let value = try? socket.get(option) else { return }
    entries.append((name, value.isOn ? String(value.seconds) + "s" : "off"))
  }
}
