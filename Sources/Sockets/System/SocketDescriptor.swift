import CLinux
import Glibc
public import SystemPackage

/// How a socket carries what is sent: the second argument of `socket(2)`.
public enum SocketType: Int32, Sendable {
  /// A stream of bytes without boundaries: `SOCK_STREAM`.
  case stream = 1
  /// Messages that may be lost or reordered on a network: `SOCK_DGRAM`.
  case datagram = 2
  /// Packets below the transport protocols, for privileged programs: `SOCK_RAW`.
  case raw = 3
  /// A connection that keeps the boundaries of messages: `SOCK_SEQPACKET`.
  case sequencedPacket = 5
}

/// The protocol family of a socket: the first argument of `socket(2)`.
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
  /// The kernel's number.
  public let rawValue: Int32

  /// Wraps the kernel's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Unix sockets: `AF_UNIX`.
  public static let unix = AddressFamily(rawValue: AF_UNIX)
  /// IPv4: `AF_INET`.
  public static let ipv4 = AddressFamily(rawValue: AF_INET)
  /// IPv6: `AF_INET6`.
  public static let ipv6 = AddressFamily(rawValue: AF_INET6)
  /// Between a virtual machine and its host: `AF_VSOCK`.
  public static let vsock = AddressFamily(rawValue: 40)
}

/// The one owner of a socket, and the socket calls.
///
/// Sockets made here are closed on exec and non-blocking from their creation, so a call that would
/// have to wait throws `EAGAIN`; an inherited one keeps its flags, and waits unless the flag
/// `.dontWait` is passed. Nothing ever raises SIGPIPE.
public struct SocketDescriptor: ~Copyable, Sendable {
  private let owner: Descriptor

  /// The number that the kernel knows it by.
  public var number: Int32 { owner.number }

  /// Makes a socket.
  ///
  /// The corresponding C function is `socket`.
  ///
  /// `protocolNumber` is any protocol of the family; 0 is the type's own (TCP, UDP).
  public init(
    family: AddressFamily, type: SocketType, protocolNumber: Int32 = 0
  ) throws(Errno) {
    owner = Descriptor(
      owning: try systemCall { linux_socket(family.rawValue, type.rawValue, protocolNumber) })
  }

  /// Takes over a socket that nobody else will close.
  public init(owning number: Int32) {
    owner = Descriptor(owning: number)
  }

  /// Two sockets, connected with each other.
  ///
  /// The corresponding C function is `socketpair`.
  public static func pair(type: SocketType = .stream) throws(Errno) -> SocketPair {
    var numbers: [Int32] = [-1, -1]
    try systemCall { linux_socketpair(AF_UNIX, type.rawValue, 0, &numbers) }
    return SocketPair(
      first: SocketDescriptor(owning: numbers[0]), second: SocketDescriptor(owning: numbers[1]))
  }

  /// Gives the number away; whoever takes it closes it.
  public consuming func detach() -> Int32 { owner.detach() }

  /// Closes the socket.
  ///
  /// The corresponding C function is `close`.
  public consuming func close() throws(Errno) { try owner.close() }

  /// Gives the socket its own address.
  ///
  /// The corresponding C function is `bind`.
  public func bind(to address: SocketAddress) throws(Errno) {
    try address.withSockAddr { pointer, size throws(Errno) in
      _ = try systemCall { linux_bind(number, pointer, size) }
    }
  }

  /// Waits for connections in the kernel.
  ///
  /// The corresponding C function is `listen`.
  ///
  /// `backlog` is how many connections there may be that the kernel completes before they are accepted.
  public func listen(backlog: Int32 = 128) throws(Errno) {
    try systemCall { Glibc.listen(number, backlog) }
  }

  /// Takes the next completed connection.
  ///
  /// The corresponding C function is `accept4`.
  public func accept() throws(Errno) -> SocketDescriptor {
    SocketDescriptor(owning: try systemCall { linux_accept(number, nil, nil) })
  }

  /// Begins a connection, or sets the peer of a datagram socket.
  ///
  /// The corresponding C function is `connect`. On a non-blocking stream socket it throws
  /// `EINPROGRESS`; the socket is then writable when the outcome is known, which `SO_ERROR` tells.
  public func connect(to address: SocketAddress) throws(Errno) {
    // Not retried: an interrupted connect goes on in the kernel and a second call says EALREADY.
    try address.withSockAddr { pointer, size throws(Errno) in
      _ = try systemCall(retryOnInterrupt: false) { linux_connect(number, pointer, size) }
    }
  }

  /// Ends one direction, or both, for all who hold the socket.
  ///
  /// The corresponding C function is `shutdown`.
  public func shutdown(_ direction: ShutdownDirection) throws(Errno) {
    try systemCall { Glibc.shutdown(number, direction.rawValue) }
  }

  /// The socket's own address.
  ///
  /// The corresponding C function is `getsockname`.
  public func localName() throws(Errno) -> SocketAddress {
    try SocketAddress.filled { storage, size throws(Errno) in
      _ = try systemCall { linux_local_name(number, storage, &size) }
    }
  }

  /// The address of whom it is connected with.
  ///
  /// The corresponding C function is `getpeername`.
  public func peerName() throws(Errno) -> SocketAddress {
    try SocketAddress.filled { storage, size throws(Errno) in
      _ = try systemCall { linux_peer_name(number, storage, &size) }
    }
  }

  /// Process, user and group of whoever called `connect` or `listen` at the other end of a Unix
  /// socket: `SO_PEERCRED`.
  public func peerCredentials() throws(Errno) -> Credentials {
    var value = linux_credentials()
    try systemCall { linux_peer_credentials(number, &value) }
    return Credentials(process: value.process, user: value.user, group: value.group)
  }

  /// The kernel's figures about a TCP connection: `TCP_INFO`.
  public func tcpInfo() throws(Errno) -> TCPInfo {
    var value = linux_tcp_info()
    try systemCall { linux_tcp_info(number, &value) }
    return TCPInfo(value)
  }

  /// Whether the connection really is Multipath TCP (RFC 8684) and has not fallen back to TCP:
  /// `MPTCP_INFO`, whose lowest flag says so.
  public func speaksMultipath() -> Bool {
    guard let info = try? option(level: 284, name: 1), info.count >= 12 else { return false }
    return info[8] & 1 == 0
  }

  /// Bytes that were sent and not yet acknowledged by the peer: `SIOCOUTQ`.
  public func unacknowledgedByteCount() throws(Errno) -> Int {
    var count: Int32 = 0
    try systemCall { linux_unacknowledged(number, &count) }
    return Int(count)
  }
}

/// Which direction of a connection ends: the second argument of `shutdown(2)`.
public enum ShutdownDirection: Int32, Sendable {
  /// Nothing more will be read: `SHUT_RD`.
  case read = 0
  /// Nothing more will be written, the peer reads to the end and sees end of file: `SHUT_WR`.
  case write = 1
  /// Both: `SHUT_RDWR`.
  case both = 2
}

/// Two connected sockets, from `socketpair(2)`.
public struct SocketPair: ~Copyable, Sendable {
  /// One end.
  public let first: SocketDescriptor
  /// The other end.
  public let second: SocketDescriptor

  init(first: consuming SocketDescriptor, second: consuming SocketDescriptor) {
    self.first = first
    self.second = second
  }

  /// Takes the pair apart.
  public consuming func take<Result>(
    _ body: (consuming SocketDescriptor, consuming SocketDescriptor) -> Result
  ) -> Result {
    body(first, second)
  }
}

/// Who a process is, as the kernel vouches for it: `struct ucred`.
public struct Credentials: Hashable, Sendable {
  /// Process number.
  public let process: Int32
  /// User number.
  public let user: UInt32
  /// Group number.
  public let group: UInt32

  /// Puts the three numbers together.
  public init(process: Int32, user: UInt32, group: UInt32) {
    self.process = process
    self.user = user
    self.group = group
  }
}
