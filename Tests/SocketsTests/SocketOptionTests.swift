import Glibc
import SystemPackage
import Testing

@testable import Sockets

@Suite struct SocketOptionTests {
  /// An option's name in C, its socket, a value to set, and the value that it then has.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable () throws -> Void

    init<Value: Equatable & SocketOptionValue>(
      _ name: String, _ option: SocketOption<Value>, _ value: Value, reads expected: Value? = nil,
      family: AddressFamily = .ipv4, type: SocketType = .stream
    ) {
      testDescription = name
      check = {
        let socket = try SocketDescriptor(family: family, type: type)
        try socket.set(option, to: value)
        #expect(try socket.get(option) == expected ?? value)
      }
    }
  }

  static let rows = [
    Row("SO_REUSEADDR", .reuseAddress, true),
    Row("SO_REUSEPORT", .reusePort, true),
    Row("SO_KEEPALIVE", .keepAlive, true),
    Row("SO_KEEPALIVE off", .keepAlive, false),
    Row("SO_BROADCAST", .broadcast, true, type: .datagram),
    Row("SO_PASSCRED", .passCredentials, true, family: .unix),
    Row("SO_TIMESTAMPNS", .timestamps, true, type: .datagram),
    Row("SO_RXQ_OVFL", .dropCounts, true, type: .datagram),
    Row("TCP_NODELAY", .noDelay, true),
    Row("TCP_FASTOPEN_CONNECT", .fastOpenConnect, true),
    Row("IPV6_V6ONLY", .ipv6Only, true, family: .ipv6),
    Row("IPV6_V6ONLY off", .ipv6Only, false, family: .ipv6),
    Row("IP_PKTINFO", .ipv4PacketInfo, true, type: .datagram),
    Row("IPV6_RECVPKTINFO", .ipv6PacketInfo, true, family: .ipv6, type: .datagram),
    Row("IP_MULTICAST_LOOP", .ipv4MulticastLoop, false, type: .datagram),
    Row("IPV6_MULTICAST_LOOP", .ipv6MulticastLoop, false, family: .ipv6, type: .datagram),
    Row("SO_SNDBUF", .sendBuffer, 20000, reads: 40000),
    Row("SO_RCVBUF", .receiveBuffer, 20000, reads: 40000),
    Row("SO_MARK", .mark, 42),
    Row("TCP_KEEPIDLE", .keepAliveIdle, 11),
    Row("TCP_KEEPINTVL", .keepAliveInterval, 12),
    Row("TCP_KEEPCNT", .keepAliveCount, 13),
    Row("TCP_FASTOPEN", .fastOpenQueue, 5),
    Row("IP_TTL", .ipv4TimeToLive, 9),
    Row("IPV6_UNICAST_HOPS", .ipv6HopLimit, 9, family: .ipv6),
    Row("IP_TOS", .ipv4TypeOfService, 184, type: .datagram),
    Row("IPV6_TCLASS", .ipv6TrafficClass, 184, family: .ipv6, type: .datagram),
    Row("IP_MULTICAST_TTL", .ipv4MulticastTimeToLive, 3, type: .datagram),
    Row("IPV6_MULTICAST_HOPS", .ipv6MulticastHopLimit, 3, family: .ipv6, type: .datagram),
    Row("IPV6_MULTICAST_IF", .ipv6MulticastInterface, 1, family: .ipv6, type: .datagram),
    Row("SO_BINDTODEVICE", .bindToDevice, "lo"),
    Row("TCP_CONGESTION", .congestionControl, "reno"),
    Row("SO_LINGER", .linger, Linger(isOn: true, seconds: 5)),
    Row("SO_LINGER off", .linger, Linger(isOn: false, seconds: 0)),
  ]

  @Test(arguments: rows) func `what is set is read`(row: Row) throws { try row.check() }

  @Test func `what can only be read is read`() throws {
    let socket = try SocketDescriptor(family: .ipv6, type: .stream)
    #expect(try socket.get(.error) == 0)
    #expect(try socket.get(.type) == SocketType.stream.rawValue)
    #expect(try socket.get(.family) == AddressFamily.ipv6.rawValue)
    #expect(try !socket.get(.isListening))
    try socket.listen()
    #expect(try socket.get(.isListening))
  }

  @Test func `IP_MULTICAST_IF takes an index and gives an address`() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .datagram)
    try socket.set(.ipv4MulticastInterface, to: MulticastInterface(index: 1))
    #expect(throws: Errno.invalidArgument) { try socket.get(.ipv4MulticastInterface) }
  }

  @Test func `an option without a name goes by its numbers`() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    let priority: Int32 = 12
    try socket.setOption(level: SOL_SOCKET, name: priority, bytes: Int32(5).optionBytes)
    #expect(try socket.option(level: SOL_SOCKET, name: priority) == [5, 0, 0, 0])
  }

  @Test func `an option that the socket lacks is an error`() throws {
    let socket = try SocketDescriptor(family: .unix, type: .stream)
    #expect(throws: Errno.self) { try socket.set(.noDelay, to: true) }
    #expect(throws: Errno(rawValue: ENODEV)) {
      try SocketDescriptor(family: .ipv4, type: .stream).set(.bindToDevice, to: "no-such-device")
    }
  }

  @Test(
    arguments: [
      ([], nil), ([5], 5), ([1, 2], nil), ([1, 1, 0, 0], 257), ([1, 0, 0, 0, 9], 1),
    ] as [([UInt8], Int32?)])
  func `a number is four bytes or one`(bytes: [UInt8], number: Int32?) {
    #expect(bytes.withUnsafeBytes { Int32(optionBytes: $0) } == number)
  }
}

@Suite struct SocketSettingsTests {
  @Test func `settings reach the socket`() throws {
    var settings = SocketSettings()
    settings.keepAlive = .init(idle: 7, interval: 8, count: 9)
    settings.timeToLive = 5
    settings.dscp = 46
    settings.mark = 3
    settings.linger = 0
    settings.interface = "lo"
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    try settings.apply(to: socket, family: .ipv4, type: .stream)
    #expect(try socket.get(.noDelay))
    #expect(try socket.get(.keepAlive))
    #expect(try socket.get(.keepAliveIdle) == 7)
    #expect(try socket.get(.keepAliveInterval) == 8)
    #expect(try socket.get(.keepAliveCount) == 9)
    #expect(try socket.get(.ipv4TimeToLive) == 5)
    #expect(try socket.get(.ipv4TypeOfService) == 46 << 2)
    #expect(try socket.get(.mark) == 3)
    #expect(try socket.get(.linger) == Linger(isOn: true, seconds: 0))
    #expect(try socket.get(.bindToDevice) == "lo")
  }

  @Test func `settings reach an IPv6 datagram socket`() throws {
    var settings = SocketSettings()
    settings.timeToLive = 5
    settings.dscp = 46
    settings.multicastTimeToLive = 2
    settings.multicastInterface = 1
    settings.multicastLoop = false
    let socket = try SocketDescriptor(family: .ipv6, type: .datagram)
    try settings.apply(to: socket, family: .ipv6, type: .datagram)
    #expect(try socket.get(.ipv6HopLimit) == 5)
    #expect(try socket.get(.ipv6TrafficClass) == 46 << 2)
    #expect(try socket.get(.ipv6MulticastHopLimit) == 2)
    #expect(try socket.get(.ipv6MulticastInterface) == 1)
    #expect(try !socket.get(.ipv6MulticastLoop))
  }

  @Test(arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func `a Unix socket takes the default settings`(type: SocketType) throws {
    let socket = try SocketDescriptor(family: .unix, type: type)
    try SocketSettings().apply(to: socket, family: .unix, type: type)
  }

  @Test func `a refused setting says which`() throws {
    var settings = SocketSettings()
    settings.interface = "no-such-device"
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    let failure = #expect(throws: SocketSettings.Failure.self) {
      try settings.apply(to: socket, family: .ipv4, type: .stream)
    }
    #expect(failure?.name == "SO_BINDTODEVICE")
  }
}
