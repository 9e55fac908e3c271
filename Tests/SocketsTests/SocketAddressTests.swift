@testable import Sockets
import TestSupport
import Testing

@Suite struct IPv4AddressTests {
  @Test(arguments: ["0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.17"])
  func `the dotted form is read and written`(text: String) throws {
    let address = try #require(IPv4Address(text))
    #expect(address.description == text)
    #expect(IPv4Address(bytes: address.bytes) == address)
    #expect(IPv4Address(number: address.number) == address)
  }

  @Test(arguments: [
    "", "1", "127.1", "256.0.0.1", "1.2.3", "1.2.3.4.5", "::1", "a.b.c.d", "1.2.3.4 ",
  ])
  func `anything else is no address`(text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test(arguments: [
    ("127.255.0.1", true, false), ("128.0.0.1", false, false), ("224.0.0.1", false, true),
    ("239.255.255.255", false, true), ("240.0.0.1", false, false),
  ])
  func `loopback and multicast are known by their first bits`(
    text: String, isLoopback: Bool, isMulticast: Bool
  ) throws {
    let address = try #require(IPv4Address(text))
    #expect(address.isLoopback == isLoopback)
    #expect(address.isMulticast == isMulticast)
  }
}

@Suite struct IPv6AddressTests {
  @Test(arguments: [
    ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("fe80::1", "fe80::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ("ff02::1", "ff02::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
  ])
  func `every form is read and the short one is written`(text: String, short: String) throws {
    let address = try #require(IPv6Address(text))
    #expect(address.description == short)
    #expect(IPv6Address(bytes: address.bytes) == address)
  }

  @Test(arguments: ["", ":", "1", ":::", "1::2::3", "12345::", "[::1]", "fe80::1%lo", "127.0.0.1"])
  func `anything else is no address`(text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test func `kinds are known by their first bits`() throws {
    #expect(try #require(IPv6Address("::1")).isLoopback)
    #expect(try !#require(IPv6Address("::2")).isLoopback)
    #expect(try #require(IPv6Address("ff02::1")).isMulticast)
    #expect(try !#require(IPv6Address("fe80::1")).isMulticast)
    #expect(try #require(IPv6Address("fe80::1")).isLinkLocal)
    #expect(try #require(IPv6Address("febf::1")).isLinkLocal)
    #expect(try !#require(IPv6Address("fec0::1")).isLinkLocal)
    #expect(try #require(IPv6Address("::ffff:1.2.3.4")).mappedIPv4 == IPv4Address("1.2.3.4"))
    #expect(try #require(IPv6Address("::1")).mappedIPv4 == nil)
  }
}

@Suite struct SocketAddressTests {
  @Test(
    arguments: [
      (.ipv4(.loopback, port: 80), "127.0.0.1:80"),
      (.ipv4(.any, port: 0), "0.0.0.0:0"),
      (.ipv6(.loopback, port: 80, zone: 0), "[::1]:80"),
      (.ipv6(.loopback, port: 80, zone: 1), "[::1%lo]:80"),
      (.ipv6(.loopback, port: 80, zone: 4_000_000), "[::1%4000000]:80"),
      (.unix(path: Array("/tmp/s".utf8)), "unix:/tmp/s"),
      (.abstract(name: Array("name".utf8)), "unix:@name"),
      (.unnamed, "unix:(unnamed)"),
      (.vsock(cid: 2, port: 80), "vsock:2:80"),
      (.other(family: 38), "family 38"),
    ] as [(SocketAddress, String)])
  func `an address prints as people write it`(address: SocketAddress, text: String) {
    #expect(address.description == text)
  }

  @Test(
    arguments: [
      .ipv4(.loopback, port: 80), .ipv4(.broadcast, port: 65535),
      .ipv6(.loopback, port: 80, zone: 0), .ipv6(.any, port: 1, zone: 7),
      .unix(path: Array("s".utf8)), .unix(path: [UInt8](repeating: 0x70, count: 107)),
      .abstract(name: Array("n".utf8)), .abstract(name: [0, 1, 0, 255]),
      .abstract(name: [UInt8](repeating: 0, count: 107)),
      .vsock(cid: .max, port: 7), .unnamed,
    ] as [SocketAddress])
  func `the kernel's form holds the whole address`(address: SocketAddress) {
    let copy = address.withSockAddr { pointer, size in
      SocketAddress(UnsafeRawBufferPointer(start: pointer, count: Int(size)))
    }
    #expect(copy == address)
  }

  @Test func `an address comes back from the kernel`() throws {
    let directory = try TemporaryDirectory()
    let addresses: [SocketAddress] = [
      .ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0),
      .unix(path: Array(directory.path(of: "s").utf8)),
      .abstract(name: Array(directory.path(of: "abstract").utf8)),
    ]
    for address in addresses {
      let socket = try SocketDescriptor(family: address.family, type: .stream)
      try socket.bind(to: address)
      let name = try socket.localName()
      #expect(name.with(port: 0) == address)
      if let port = name.port { #expect(port != 0) }
    }
  }

  @Test func `an unbound Unix socket is unnamed`() throws {
    #expect(try SocketDescriptor(family: .unix, type: .stream).localName() == .unnamed)
  }

  @Test func `an IPv4 address inside an IPv6 one is shown as IPv4`() throws {
    let server = try SocketDescriptor(family: .ipv6, type: .datagram)
    try server.set(.ipv6Only, to: false)
    try server.bind(to: .ipv6(.any, port: 0, zone: 0))
    let port = try #require(try server.localName().port)
    let client = try SocketDescriptor(family: .ipv4, type: .datagram)
    try client.connect(to: .ipv4(.loopback, port: port))
    try client.send([1])
    let sender = try receive(on: server).sender
    #expect(try sender == client.localName())
    #expect(sender?.description.hasPrefix("127.0.0.1:") == true)
  }

  @Test(
    arguments: [
      (.ipv4(.loopback, port: 1), true, false), (.ipv4(.any, port: 1), false, false),
      (.ipv6(.loopback, port: 1, zone: 0), true, false), (.unnamed, true, false),
      (.unix(path: [1]), true, false), (.vsock(cid: 1, port: 1), false, false),
      (.ipv4(IPv4Address(number: 0xe000_0001), port: 1), false, true),
    ] as [(SocketAddress, Bool, Bool)])
  func `what only this host reaches is local`(
    address: SocketAddress, isLocal: Bool, isMulticast: Bool
  ) {
    #expect(address.isLocal == isLocal)
    #expect(address.isMulticast == isMulticast)
  }
}
