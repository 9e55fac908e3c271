public import SystemPackage

/// The socket options that a user can ask for, applied to a socket of any family.
///
/// What is nil is left as the kernel has it.
public struct SocketSettings: Sendable {
  /// How a silent connection is probed: `SO_KEEPALIVE`, `TCP_KEEPIDLE`, `TCP_KEEPINTVL`,
  /// `TCP_KEEPCNT`.
  public struct KeepAlive: Sendable, Hashable {
    /// Silence before the first probe, in seconds.
    public var idle: Int32
    /// Time between probes, in seconds.
    public var interval: Int32?
    /// Probes without an answer before the connection is given up.
    public var count: Int32?

    /// Puts the three together.
    public init(idle: Int32, interval: Int32? = nil, count: Int32? = nil) {
      self.idle = idle
      self.interval = interval
      self.count = count
    }
  }

  /// Small segments leave at once.
  public var noDelay = true
  /// Probes on a silent connection.
  public var keepAlive: KeepAlive?
  /// Send buffer in bytes.
  public var sendBuffer: Int32?
  /// Receive buffer in bytes.
  public var receiveBuffer: Int32?
  /// Hops that a packet may take, 1 to 255.
  public var timeToLive: Int32?
  /// The six bits of RFC 2474, 0 to 63.
  public var dscp: Int32?
  /// The interface that the socket is tied to.
  public var interface: String?
  /// The mark for routing and filters.
  public var mark: Int32?
  /// Seconds that `close` waits for what is not sent yet; 0 resets.
  public var linger: Int32?
  /// TCP's congestion control by its name in the kernel.
  public var congestionControl: String?
  /// Multipath TCP (RFC 8684) instead of TCP.
  public var usesMultipath = false
  /// TCP Fast Open (RFC 7413).
  public var usesFastOpen = false
  /// Datagrams may go to broadcast addresses.
  public var broadcast = false
  /// Hops that multicast may take, 0 to 255.
  public var multicastTimeToLive: Int32?
  /// The interface's index that multicast leaves by.
  public var multicastInterface: Int32?
  /// Whether own multicast comes back.
  public var multicastLoop: Bool?

  /// Who may connect to a Unix path, as permission bits; nil leaves it to the umask.
  public var unixMode: UInt32?

  /// Nothing but ``noDelay``.
  public init() {}

  /// The protocol number for `socket(2)`.
  public func protocolNumber(family: AddressFamily, type: SocketType) -> Int32 {
    let isTCP = type == .stream && (family == .ipv4 || family == .ipv6)
    return usesMultipath && isTCP ? 262 : 0
  }

  /// Sets everything that was asked for; `name` tells which one failed.
  public func apply(
    to socket: borrowing SocketDescriptor, family: AddressFamily, type: SocketType
  ) throws(Failure) {
    var setter = Setter()
    setter.set(socket, .sendBuffer, to: sendBuffer, "SO_SNDBUF")
    setter.set(socket, .receiveBuffer, to: receiveBuffer, "SO_RCVBUF")
    setter.set(socket, .bindToDevice, to: interface, "SO_BINDTODEVICE")
    setter.set(socket, .mark, to: mark, "SO_MARK")
    let linger = linger.map { Linger(isOn: true, seconds: $0) }
    setter.set(socket, .linger, to: linger, "SO_LINGER")
    if type == .stream && (family == .ipv4 || family == .ipv6) {
      setter.set(socket, .noDelay, to: noDelay ? true : nil, "TCP_NODELAY")
      setter.set(socket, .keepAlive, to: keepAlive == nil ? nil : true, "SO_KEEPALIVE")
      setter.set(socket, .keepAliveIdle, to: keepAlive?.idle, "TCP_KEEPIDLE")
      setter.set(socket, .keepAliveInterval, to: keepAlive?.interval, "TCP_KEEPINTVL")
      setter.set(socket, .keepAliveCount, to: keepAlive?.count, "TCP_KEEPCNT")
      setter.set(socket, .congestionControl, to: congestionControl, "TCP_CONGESTION")
    }
    if type == .datagram {
      setter.set(socket, .broadcast, to: broadcast ? true : nil, "SO_BROADCAST")
    }
    if family == .ipv4 { applyIPv4(to: socket, with: &setter) }
    if family == .ipv6 { applyIPv6(to: socket, with: &setter) }
    if let failure = setter.failure { throw failure }
  }

  /// Gives a TCP socket with a loopback address the plainest congestion control, unless one was asked
  /// for.
  ///
  /// Nothing is congested there, and one that paces what it sends, as BBR does, arms a timer for every
  /// segment: it takes several times as long. The choice has to be made before there is a connection.
  func prepare(
    _ socket: borrowing SocketDescriptor, for address: SocketAddress, type: SocketType
  ) {
    guard congestionControl == nil, type == .stream, address.isLocal, address.family != .unix else {
      return
    }
    try? socket.set(.congestionControl, to: "reno")  // without it, it is slower
  }

  private func applyIPv4(to socket: borrowing SocketDescriptor, with setter: inout Setter) {
    setter.set(socket, .ipv4TimeToLive, to: timeToLive, "IP_TTL")
    setter.set(socket, .ipv4TypeOfService, to: dscp.map { $0 << 2 }, "IP_TOS")
    setter.set(socket, .ipv4MulticastTimeToLive, to: multicastTimeToLive, "IP_MULTICAST_TTL")
    setter.set(socket, .ipv4MulticastLoop, to: multicastLoop, "IP_MULTICAST_LOOP")
    setter.set(
      socket, .ipv4MulticastInterface, to: multicastInterface.map { MulticastInterface(index: $0) },
      "IP_MULTICAST_IF")
  }

  private func applyIPv6(to socket: borrowing SocketDescriptor, with setter: inout Setter) {
    setter.set(socket, .ipv6HopLimit, to: timeToLive, "IPV6_UNICAST_HOPS")
    setter.set(socket, .ipv6TrafficClass, to: dscp.map { $0 << 2 }, "IPV6_TCLASS")
    setter.set(socket, .ipv6MulticastHopLimit, to: multicastTimeToLive, "IPV6_MULTICAST_HOPS")
    setter.set(socket, .ipv6MulticastLoop, to: multicastLoop, "IPV6_MULTICAST_LOOP")
    setter.set(socket, .ipv6MulticastInterface, to: multicastInterface, "IPV6_MULTICAST_IF")
  }

  /// An option that could not be set.
  public struct Failure: Error, Sendable {
    /// The option's name in C.
    public let name: String
    /// What the kernel said.
    public let errno: Errno
  }

  /// Sets options one after the other and keeps the first failure.
  private struct Setter {
    var failure: Failure?

    mutating func set<Value>(
      _ socket: borrowing SocketDescriptor, _ option: SocketOption<Value>, to value: Value?,
      _ name: String
    ) {
      guard let value, failure == nil else { return }
      do throws(Errno) {
        try socket.set(option, to: value)
      } catch {
        failure = Failure(name: name, errno: error)
      }
    }
  }
}
