import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct AncillaryItemTests {
  @Test(arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func `a received descriptor works`(type: SocketType) throws {
    let pair = try SocketDescriptor.pair(type: type)
    let pipe = try makePipe()
    try pair.first.send([1], ancillary: [.descriptors([pipe.write])])
    close(pipe.write)
    let message = try receive(on: pair.second).message
    guard case .descriptors(let numbers)? = message.ancillary.first else {
      Issue.record("no descriptors in \(message.ancillary)")
      return
    }
    #expect(numbers.count == 1)
    #expect(fcntl(numbers[0], F_GETFD) & FD_CLOEXEC != 0)
    #expect(write(numbers[0], "x", 1) == 1)
    close(numbers[0])
    var bytes = [UInt8](repeating: 0, count: 2)
    #expect(read(pipe.read, &bytes, 2) == 1)
    #expect(read(pipe.read, &bytes, 2) == 0)
    close(pipe.read)
  }

  @Test(arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func `credentials are the sender's`(type: SocketType) throws {
    let pair = try SocketDescriptor.pair(type: type)
    try pair.second.set(.passCredentials, to: true)
    try pair.first.send([1])
    let own = Credentials(process: getpid(), user: getuid(), group: getgid())
    #expect(try receive(on: pair.second).message.ancillary == [.credentials(own)])
    // Root may claim to be another user.
    let other = Credentials(process: getpid(), user: 65534, group: 65534)
    try pair.first.send([1], ancillary: [.credentials(other)])
    #expect(try receive(on: pair.second).message.ancillary == [.credentials(other)])
    #expect(try pair.first.peerCredentials() == own)
  }

  @Test func `a timestamp is of now`() throws {
    let udp = try UDPPair()
    try udp.server.set(.timestamps, to: true)
    try udp.client.send([1])
    guard case .timestamp(let nanoseconds)? = try receive(on: udp.server).message.ancillary.first
    else {
      Issue.record("no timestamp")
      return
    }
    #expect(abs(Int64(time(nil)) - nanoseconds / 1_000_000_000) < 60)
  }

  @Test func `packet info is the destination`() throws {
    let server = try SocketDescriptor(family: .ipv4, type: .datagram)
    try server.set(.ipv4PacketInfo, to: true)
    try server.bind(to: .ipv4(.any, port: 0))
    let port = try #require(try server.localName().port)
    let destination = try #require(IPv4Address("127.0.0.2"))
    let client = try SocketDescriptor(family: .ipv4, type: .datagram)
    try client.send([1], to: .ipv4(destination, port: port))
    let info = PacketInfo(address: .ipv4(destination, port: 0), interface: 1)
    let received = try receive(on: server)
    #expect(received.message.ancillary == [.packetInfo(info)])
    // And it chooses what an answer leaves from.
    let asker = try #require(received.sender)
    try server.send([2], to: asker, ancillary: [.packetInfo(info)])
    #expect(try receive(on: client).sender == .ipv4(destination, port: port))
  }

  @Test func `packet info is the destination over IPv6`() throws {
    let udp = try UDPPair(.ipv6(.loopback, port: 0, zone: 0))
    try udp.server.set(.ipv6PacketInfo, to: true)
    try udp.client.send([1])
    let info = PacketInfo(address: .ipv6(.loopback, port: 0, zone: 0), interface: 1)
    #expect(try receive(on: udp.server).message.ancillary == [.packetInfo(info)])
  }

  @Test func `dropped datagrams are counted`() throws {
    let udp = try UDPPair()
    try udp.server.set(.dropCounts, to: true)
    try udp.server.set(.receiveBuffer, to: 2304)
    let bytes = [UInt8](repeating: 0, count: 1000)
    for _ in 0..<20 { try udp.client.send(bytes) }
    while (try? receive(on: udp.server)) != nil {}
    try udp.client.send(bytes)
    guard case .dropCount(let count)? = try receive(on: udp.server).message.ancillary.first else {
      Issue.record("no drop count")
      return
    }
    #expect((1..<20).contains(count))
  }

  @Test func `anything else comes as it is`() throws {
    let udp = try UDPPair()
    let (ip, receiveTimeToLive, timeToLive): (Int32, Int32, Int32) = (0, 12, 2)
    try udp.server.setOption(level: ip, name: receiveTimeToLive, bytes: [1, 0, 0, 0])
    try udp.client.set(.ipv4TimeToLive, to: 9)
    try udp.client.send([1])
    #expect(
      try receive(on: udp.server).message.ancillary
        == [.other(level: ip, type: timeToLive, bytes: [9, 0, 0, 0])])
  }

  @Test func `what does not fit is noted`() throws {
    let pair = try SocketDescriptor.pair(type: .datagram)
    try pair.second.set(.passCredentials, to: true)
    try pair.first.send([1, 2])
    var bytes = [UInt8](repeating: 0, count: 16)
    let message = try bytes.withUnsafeMutableBytes { buffer in
      var space = OutputRawSpan(buffer: buffer, initializedCount: 0)
      return try pair.second.receiveMessage(into: &space, ancillaryLimit: 0)
    }
    #expect(message.flags.contains(.controlTruncated))
    #expect(message.byteCount == 2)
  }

  @Test(
    arguments: [
      [], [.timestamp(nanoseconds: 1_700_000_000_123_456_789)], [.dropCount(7)],
      [.segmentSize(1200)],
      [.credentials(Credentials(process: 1, user: 2, group: 3)), .dropCount(1)],
      [.descriptors([1, 2, 3])], [.descriptors([])],
      [.other(level: 1, type: 99, bytes: [1, 2, 3]), .other(level: 1, type: 98, bytes: [])],
      [.packetInfo(PacketInfo(address: .ipv6(.loopback, port: 0, zone: 0), interface: 9))],
    ] as [[AncillaryItem]])
  func `what is encoded is decoded`(items: [AncillaryItem]) {
    #expect(AncillaryItem.encoded(items).withUnsafeBytes { AncillaryItem.decoded($0) } == items)
  }
}
