import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct SocketDescriptorTests {
  @Test(arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func `both ends of a pair talk`(type: SocketType) throws {
    let pair = try SocketDescriptor.pair(type: type)
    #expect(try pair.first.send([1, 0, 2]) == 3)
    #expect(try pair.second.send([3]) == 1)
    #expect(try receive(on: pair.second).bytes == [1, 0, 2])
    #expect(try receive(on: pair.first).bytes == [3])
    #expect(throws: Errno.resourceTemporarilyUnavailable) { try receive(on: pair.first) }
  }

  @Test func `a new socket is non-blocking and closed on exec`() throws {
    let pair = try SocketDescriptor.pair()
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    for number in [pair.first.number, pair.second.number, socket.number] {
      #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test(arguments: [SocketType.stream, .datagram, .raw, .sequencedPacket])
  func `a socket has the type that was asked for`(type: SocketType) throws {
    let family: AddressFamily = type == .sequencedPacket ? .unix : .ipv4
    let icmp: Int32 = type == .raw ? 1 : 0
    let socket = try SocketDescriptor(family: family, type: type, protocolNumber: icmp)
    #expect(try socket.get(.type) == type.rawValue)
  }

  @Test func `a raw socket receives the answer to its ICMP request`() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .raw, protocolNumber: 1)
    let identifier = UInt16(truncatingIfNeeded: getpid())
    let (high, low) = (UInt8(identifier >> 8), UInt8(identifier & 255))
    var request: [UInt8] = [8, 0, 0, 0, high, low, 0, 1]
    let sum = ~(0x0800 &+ UInt32(identifier) &+ 1)
    let checksum = UInt16(truncatingIfNeeded: sum)  // the sum of these three words needs no carry
    request[2] = UInt8(checksum >> 8)
    request[3] = UInt8(checksum & 255)
    try socket.send(request, to: .ipv4(.loopback, port: 0))
    var answers: [[UInt8]] = []
    while let packet = try? receive(on: socket).bytes {
      answers.append(Array(packet.dropFirst(20).prefix(8)))
    }
    #expect(answers.contains { $0[0] == 0 && $0[4] == high && $0[5] == low })
  }

  @Test func `packets keep their boundaries`() throws {
    let pair = try SocketDescriptor.pair(type: .sequencedPacket)
    for size in [1, 0, 3] {
      try pair.first.send([UInt8](repeating: 7, count: size))
    }
    #expect(try receive(on: pair.second).bytes == [7])
    #expect(try receive(on: pair.second).bytes == [])
    #expect(try receive(on: pair.second).bytes == [7, 7, 7])
  }

  @Test func `a longer message than the buffer is noted`() throws {
    let pair = try SocketDescriptor.pair(type: .datagram)
    try pair.first.send([1, 2, 3])
    try pair.first.send([1, 2, 3])
    let cut = try receive(on: pair.second, limit: 2)
    #expect(cut.bytes == [1, 2])
    #expect(cut.message.flags.contains(.truncated))
    let whole = try receive(on: pair.second, limit: 2, flags: .truncated)
    #expect(whole.bytes == [1, 2])
    #expect(whole.message.byteCount == 3)
  }

  @Test func `peeked bytes are received again`() throws {
    let pair = try SocketDescriptor.pair()
    try pair.first.send([1, 2])
    #expect(try receive(on: pair.second, flags: .peek).bytes == [1, 2])
    #expect(try receive(on: pair.second).bytes == [1, 2])
  }

  @Test func `shutting down writing ends the peer's reading`() throws {
    let pair = try SocketDescriptor.pair()
    try pair.first.shutdown(.write)
    #expect(try receive(on: pair.second).bytes == [])
    #expect(throws: Errno.brokenPipe) { try pair.first.send([1]) }
    #expect(try pair.second.send([1]) == 1)
  }

  @Test func `shutting down reading ends our reading`() throws {
    let pair = try SocketDescriptor.pair()
    try pair.first.shutdown(.read)
    #expect(try receive(on: pair.first).bytes == [])
    #expect(throws: Errno.brokenPipe) { try pair.second.send([1]) }
    #expect(try pair.first.send([1]) == 1)
  }

  @Test func `shutting down both ends both`() throws {
    let pair = try SocketDescriptor.pair()
    try pair.first.shutdown(.both)
    #expect(try receive(on: pair.first).bytes == [])
    #expect(try receive(on: pair.second).bytes == [])
    #expect(throws: Errno.brokenPipe) { try pair.first.send([1]) }
    #expect(throws: Errno.brokenPipe) { try pair.second.send([1]) }
  }

  @Test func `shutting down what is not connected is an error`() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    #expect(throws: Errno.socketNotConnected) { try socket.shutdown(.write) }
  }

  @Test func `a detached number stays open`() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .datagram)
    let number = socket.detach()
    #expect(fcntl(number, F_GETFD) >= 0)
    let again = SocketDescriptor(owning: number)
    #expect(try again.get(.type) == SocketType.datagram.rawValue)
    try again.close()
  }

  @Test func `an inherited descriptor keeps its flags and never waits`() throws {
    var numbers: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) == 0)
    let socket = SocketDescriptor(owning: numbers[0])
    let peer = SocketDescriptor(owning: numbers[1])
    #expect(throws: Errno.resourceTemporarilyUnavailable) {
      try receive(on: socket, flags: .dontWait)
    }
    try peer.send([1])
    #expect(try receive(on: socket, flags: .dontWait).bytes == [1])
    #expect(fcntl(numbers[0], F_GETFL) & O_NONBLOCK == 0)
  }

  @Test func `sendAll sends more than the buffers hold`() async throws {
    let numbers = try SocketDescriptor.pair().take { ($0.detach(), $1.detach()) }
    let bytes = patternBytes(3_000_000)
    let (isSent, received) = await besideEachOther {
      let socket = SocketDescriptor(owning: numbers.0)
      return (try? socket.sendAll(bytes.span.bytes)) != nil
    } _: { () -> [UInt8] in
      let socket = SocketDescriptor(owning: numbers.1)
      var received: [UInt8] = []
      while received.count < bytes.count {
        var entry = pollfd(fd: numbers.1, events: Int16(POLLIN), revents: 0)
        let count = poll(&entry, 1, 60_000)
        if count < 0 && errno == EINTR { continue }
        guard count == 1, let part = try? receive(on: socket).bytes, !part.isEmpty else { break }
        received += part
      }
      return received
    }
    #expect(isSent)
    // A Bool alone: the difference of large arrays would be looked for, for minutes.
    let isSame = received == bytes
    #expect(isSame)
  }

  @Test func `sendAll fails when the peer is gone`() throws {
    let numbers = try SocketDescriptor.pair().take { ($0.detach(), $1.detach()) }
    let socket = SocketDescriptor(owning: numbers.0)
    close(numbers.1)
    #expect(throws: Errno.brokenPipe) { try socket.sendAll(([1] as [UInt8]).span.bytes) }
  }

  @Test func `a name that is in use cannot be bound`() throws {
    let first = try SocketDescriptor(family: .ipv4, type: .stream)
    try first.bind(to: .ipv4(.loopback, port: 0))
    let second = try SocketDescriptor(family: .ipv4, type: .stream)
    let name = try first.localName()
    #expect(throws: Errno.addressInUse) { try second.bind(to: name) }
  }

  @Test func `TCP figures are the kernel's`() throws {
    let server = try SocketDescriptor(family: .ipv4, type: .stream)
    try server.bind(to: .ipv4(.loopback, port: 0))
    try server.listen()
    #expect(try server.tcpInfo().state == .listen)
    let client = try SocketDescriptor(family: .ipv4, type: .stream)
    #expect(try client.tcpInfo().state == .closed)
    do { try client.connect(to: server.localName()) } catch { #expect(error == .nowInProgress) }
    #expect(try client.tcpInfo().state == .established)
    #expect(try client.tcpInfo().maximumSegmentSize > 500)
    #expect(try client.peerName() == server.localName())
    let accepted = try server.accept()
    #expect(try accepted.peerName() == client.localName())
    try client.shutdown(.write)
    #expect(try client.tcpInfo().state == .finWait1 || client.tcpInfo().state == .finWait2)
    #expect(try accepted.tcpInfo().state == .closeWait)
  }

  @Test func `accepting without a client would wait`() throws {
    let server = try SocketDescriptor(family: .unix, type: .stream)
    try server.bind(to: .unnamed)
    try server.listen()
    #expect(throws: Errno.resourceTemporarilyUnavailable) {
      let client = try server.accept()
      try client.close()
    }
  }
}
