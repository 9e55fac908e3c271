import CLinux
import Glibc
public import SystemPackage

/// A value that the kernel takes as a socket option.
public protocol SocketOptionValue: Sendable {
  /// The bytes for `setsockopt(2)`.
  var optionBytes: [UInt8] { get }
  /// Reads what `getsockopt(2)` gave; nil if it is too short.
  init?(optionBytes: UnsafeRawBufferPointer)
}

/// A socket option with the type of its value.
///
/// The corresponding C functions are `getsockopt` and `setsockopt`; options that are not named here
/// go through ``SocketDescriptor/setOption(level:name:bytes:)``.
public struct SocketOption<Value: SocketOptionValue>: Sendable {
  /// The protocol that it belongs to, such as `SOL_SOCKET`.
  public let level: Int32
  /// Its number there.
  public let name: Int32

  /// Names an option by its numbers.
  public init(level: Int32, name: Int32) {
    self.level = level
    self.name = name
  }
}

private let tcp: Int32 = 6
private let udp: Int32 = 17
private let ip: Int32 = 0
private let ipv6: Int32 = 41

extension SocketOption where Value == Bool {
  /// A listening socket may be bound while old connections linger: `SO_REUSEADDR`.
  public static var reuseAddress: Self { .init(level: SOL_SOCKET, name: SO_REUSEADDR) }
  /// Several sockets may share a port: `SO_REUSEPORT`.
  public static var reusePort: Self { .init(level: SOL_SOCKET, name: SO_REUSEPORT) }
  /// Probes are sent on an idle connection: `SO_KEEPALIVE`.
  public static var keepAlive: Self { .init(level: SOL_SOCKET, name: SO_KEEPALIVE) }
  /// Datagrams may go to broadcast addresses: `SO_BROADCAST`.
  public static var broadcast: Self { .init(level: SOL_SOCKET, name: SO_BROADCAST) }
  /// Whether the socket listens; read only: `SO_ACCEPTCONN`.
  public static var isListening: Self { .init(level: SOL_SOCKET, name: 30) }
  /// Messages come with their sender's credentials: `SO_PASSCRED`.
  public static var passCredentials: Self { .init(level: SOL_SOCKET, name: 16) }
  /// Datagrams come with the time of their arrival: `SO_TIMESTAMPNS`.
  public static var timestamps: Self { .init(level: SOL_SOCKET, name: 35) }
  /// Datagrams come with the count of dropped ones: `SO_RXQ_OVFL`.
  public static var dropCounts: Self { .init(level: SOL_SOCKET, name: 40) }
  /// Datagrams of one sender and size may come several as one: `UDP_GRO`.
  public static var mergedDatagrams: Self { .init(level: udp, name: 104) }
  /// Small segments leave at once: `TCP_NODELAY`.
  public static var noDelay: Self { .init(level: tcp, name: 1) }
  /// The first bytes leave with the SYN: `TCP_FASTOPEN_CONNECT`.
  public static var fastOpenConnect: Self { .init(level: tcp, name: 30) }
  /// The socket takes no IPv4: `IPV6_V6ONLY`.
  public static var ipv6Only: Self { .init(level: ipv6, name: 26) }
  /// Datagrams come with their destination: `IP_PKTINFO`.
  public static var ipv4PacketInfo: Self { .init(level: ip, name: 8) }
  /// Datagrams come with their destination: `IPV6_RECVPKTINFO`.
  public static var ipv6PacketInfo: Self { .init(level: ipv6, name: 49) }
  /// Own multicast comes back: `IP_MULTICAST_LOOP`.
  public static var ipv4MulticastLoop: Self { .init(level: ip, name: 34) }
  /// Own multicast comes back: `IPV6_MULTICAST_LOOP`.
  public static var ipv6MulticastLoop: Self { .init(level: ipv6, name: 19) }
}

extension SocketOption where Value == Int32 {
  /// The pending error, which reading clears; read only: `SO_ERROR`.
  public static var error: Self { .init(level: SOL_SOCKET, name: SO_ERROR) }
  /// The socket's type; read only: `SO_TYPE`.
  public static var type: Self { .init(level: SOL_SOCKET, name: SO_TYPE) }
  /// The socket's family; read only: `SO_DOMAIN`.
  public static var family: Self { .init(level: SOL_SOCKET, name: 39) }
  /// The socket's protocol; read only: `SO_PROTOCOL`.
  public static var protocolNumber: Self { .init(level: SOL_SOCKET, name: 38) }
  /// Send buffer in bytes; the kernel doubles what is set: `SO_SNDBUF`.
  public static var sendBuffer: Self { .init(level: SOL_SOCKET, name: SO_SNDBUF) }
  /// Receive buffer in bytes; the kernel doubles what is set: `SO_RCVBUF`.
  public static var receiveBuffer: Self { .init(level: SOL_SOCKET, name: SO_RCVBUF) }
  /// Receive buffer in bytes, also beyond what the host allows to all: `SO_RCVBUFFORCE`, for
  /// privileged programs.
  public static var forcedReceiveBuffer: Self { .init(level: SOL_SOCKET, name: 33) }
  /// The size of datagrams that what is sent is cut into; 0 cuts nothing: `UDP_SEGMENT`.
  public static var segmentSize: Self { .init(level: udp, name: 103) }
  /// The priority of what is sent, for the queues of an interface: `SO_PRIORITY`.
  public static var priority: Self { .init(level: SOL_SOCKET, name: 12) }
  /// The mark for routing and filters: `SO_MARK`.
  public static var mark: Self { .init(level: SOL_SOCKET, name: 36) }
  /// The largest segment that is sent, in bytes: `TCP_MAXSEG`.
  public static var maximumSegmentSize: Self { .init(level: tcp, name: 2) }
  /// Idle time before the first keepalive probe, in seconds: `TCP_KEEPIDLE`.
  public static var keepAliveIdle: Self { .init(level: tcp, name: 4) }
  /// Time between probes, in seconds: `TCP_KEEPINTVL`.
  public static var keepAliveInterval: Self { .init(level: tcp, name: 5) }
  /// Probes without an answer before the connection is given up: `TCP_KEEPCNT`.
  public static var keepAliveCount: Self { .init(level: tcp, name: 6) }
  /// Queue of fast-open connections of a listener: `TCP_FASTOPEN`.
  public static var fastOpenQueue: Self { .init(level: tcp, name: 23) }
  /// Hops that a packet may take: `IP_TTL`.
  public static var ipv4TimeToLive: Self { .init(level: ip, name: 2) }
  /// Hops that a packet may take: `IPV6_UNICAST_HOPS`.
  public static var ipv6HopLimit: Self { .init(level: ipv6, name: 16) }
  /// The type-of-service byte, DSCP in its upper six bits: `IP_TOS`.
  public static var ipv4TypeOfService: Self { .init(level: ip, name: 1) }
  /// The traffic class, DSCP in its upper six bits: `IPV6_TCLASS`.
  public static var ipv6TrafficClass: Self { .init(level: ipv6, name: 67) }
  /// Hops that multicast may take: `IP_MULTICAST_TTL`.
  public static var ipv4MulticastTimeToLive: Self { .init(level: ip, name: 33) }
  /// Hops that multicast may take: `IPV6_MULTICAST_HOPS`.
  public static var ipv6MulticastHopLimit: Self { .init(level: ipv6, name: 18) }
  /// The interface's index that multicast leaves by: `IPV6_MULTICAST_IF`.
  public static var ipv6MulticastInterface: Self { .init(level: ipv6, name: 17) }
}

extension SocketOption where Value == MulticastInterface {
  /// The interface that multicast leaves by: `IP_MULTICAST_IF`.
  public static var ipv4MulticastInterface: Self { .init(level: ip, name: 32) }
}

extension SocketOption where Value == String {
  /// The interface that the socket is tied to, by name: `SO_BINDTODEVICE`.
  public static var bindToDevice: Self { .init(level: SOL_SOCKET, name: 25) }
  /// The congestion control by name: `TCP_CONGESTION`.
  public static var congestionControl: Self { .init(level: tcp, name: 13) }
}

extension SocketOption where Value == Linger {
  /// What `close` does with bytes that are not sent yet: `SO_LINGER`.
  public static var linger: Self { .init(level: SOL_SOCKET, name: SO_LINGER) }
}

/// The value of `SO_LINGER`: `struct linger`.
public struct Linger: SocketOptionValue, Hashable {
  /// Whether `close` waits (or, with 0 seconds, resets).
  public var isOn: Bool
  /// How long it waits at most.
  public var seconds: Int32

  /// Puts the two together.
  public init(isOn: Bool, seconds: Int32) {
    self.isOn = isOn
    self.seconds = seconds
  }

  /// The two numbers.
  public var optionBytes: [UInt8] { (isOn ? Int32(1) : 0).optionBytes + seconds.optionBytes }

  /// Reads the two numbers.
  public init?(optionBytes: UnsafeRawBufferPointer) {
    guard optionBytes.count >= 8 else { return nil }
    isOn = optionBytes.loadUnaligned(as: Int32.self) != 0
    seconds = optionBytes.loadUnaligned(fromByteOffset: 4, as: Int32.self)
  }
}

/// The value of `IP_MULTICAST_IF`: an interface by its index, `struct ip_mreqn`.
public struct MulticastInterface: SocketOptionValue, Hashable {
  /// The interface's index; 0 is the kernel's choice.
  public var index: Int32

  /// Names an interface.
  public init(index: Int32) { self.index = index }

  /// No group, no address, the index.
  public var optionBytes: [UInt8] { [UInt8](repeating: 0, count: 8) + index.optionBytes }

  /// What the kernel gives back is an address, never the index.
  public init?(optionBytes: UnsafeRawBufferPointer) {
    guard optionBytes.count >= 12 else { return nil }
    index = optionBytes.loadUnaligned(fromByteOffset: 8, as: Int32.self)
  }
}

extension Int32: SocketOptionValue {
  /// The number's four bytes.
  public var optionBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }

  /// Reads four bytes, or the single byte that some IP options give.
  public init?(optionBytes: UnsafeRawBufferPointer) {
    switch optionBytes.count {
    case 1: self = Int32(optionBytes[0])
    case 4...: self = optionBytes.loadUnaligned(as: Int32.self)
    default: return nil
    }
  }
}

extension Bool: SocketOptionValue {
  /// 1 or 0, in four bytes.
  public var optionBytes: [UInt8] { (self ? Int32(1) : 0).optionBytes }

  /// Anything but 0 is true.
  public init?(optionBytes: UnsafeRawBufferPointer) {
    guard let number = Int32(optionBytes: optionBytes) else { return nil }
    self = number != 0
  }
}

extension String: SocketOptionValue {
  /// The characters in UTF-8, and a zero.
  public var optionBytes: [UInt8] { Array(utf8) + [0] }

  /// Reads up to the zero.
  public init?(optionBytes: UnsafeRawBufferPointer) {
    self = String(decoding: optionBytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension SocketDescriptor {
  /// Sets an option.
  ///
  /// The corresponding C function is `setsockopt`.
  public func set<Value>(_ option: SocketOption<Value>, to value: Value) throws(Errno) {
    try setOption(level: option.level, name: option.name, bytes: value.optionBytes)
  }

  /// Reads an option.
  ///
  /// The corresponding C function is `getsockopt`.
  public func get<Value>(_ option: SocketOption<Value>) throws(Errno) -> Value {
    let bytes = try self.option(level: option.level, name: option.name)
    guard let value = bytes.withUnsafeBytes({ Value(optionBytes: $0) }) else {
      throw .invalidArgument
    }
    return value
  }

  /// Sets any option by its numbers.
  ///
  /// The corresponding C function is `setsockopt`.
  public func setOption(level: Int32, name: Int32, bytes: [UInt8]) throws(Errno) {
    try systemCall { setsockopt(number, level, name, bytes, socklen_t(bytes.count)) }
  }

  /// Reads any option by its numbers, at most 256 bytes of it.
  ///
  /// The corresponding C function is `getsockopt`.
  public func option(level: Int32, name: Int32) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    var size = socklen_t(bytes.count)
    try systemCall { getsockopt(number, level, name, &bytes, &size) }
    return Array(bytes.prefix(Int(size)))
  }
}

extension SocketDescriptor {
  /// Joins a multicast group: from all its senders, or from one alone.
  ///
  /// The corresponding C function is `setsockopt` with `MCAST_JOIN_GROUP` or
  /// `MCAST_JOIN_SOURCE_GROUP` (RFC 3678).
  ///
  /// `interface` is the interface's index; 0 is the kernel's choice.
  public func join(
    _ group: SocketAddress, on interface: UInt32 = 0, from source: SocketAddress? = nil
  ) throws(Errno) {
    try group.withSockAddr { group, groupSize throws(Errno) in
      guard let source else {
        _ = try systemCall { linux_join_group(number, interface, group, groupSize) }
        return
      }
      try source.withSockAddr { source, sourceSize throws(Errno) in
        _ = try systemCall {
          linux_join_source(number, interface, group, groupSize, source, sourceSize)
        }
      }
    }
  }
}
