import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct DatagramSocketTests {
  @Test(arguments: [
    SocketAddress.ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0), .unnamed,
  ])
  func `an empty datagram is data`(address: SocketAddress) async throws {
    try await onLoop { loop in
      let receiver = try receiver(address, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      for content in [[], [0, 1], []] as [[UInt8]] {
        try await sender.send(content)
        let received = try await receiver.receive()
        #expect(received.bytes == content)
        #expect(received.datagram.byteCount == content.count)
        #expect(received.datagram.sender == sender.local)
        #expect(!received.datagram.isTruncated)
      }
      try await receiver.send([7], to: sender.local)
      let reply = try await sender.receive()
      #expect(reply.bytes == [7])
      #expect(reply.datagram.sender == receiver.local)
    }
  }

  @Test func `the largest datagram arrives whole, a larger one is refused`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      let largest = patternBytes(DatagramSocket.payloadLimit)
      #expect(largest.count == 65507)
      try await sender.send(largest)
      let received = try await receiver.receive()
      #expect(received.bytes == largest)
      #expect(!received.datagram.isTruncated)
      let error = await streamError { try await sender.send(largest + [0]) }
      #expect(error?.errno == .messageTooLong)
      #expect(error?.operation == .write)
    }
  }

  @Test func `what is cut is said to be cut`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      _ = try sender.withSocket { socket throws(Errno) in
        try socket.set(.sendBuffer, to: 1_000_000)
        // Beyond the limit that others may ask for: SO_SNDBUFFORCE.
        try socket.setOption(level: SOL_SOCKET, name: 32, bytes: Int32(1_000_000).optionBytes)
      }
      try await sender.send(patternBytes(300_000))
      let received = try await receiver.receive()
      #expect(received.datagram.isTruncated)
      #expect(received.bytes == patternBytes(ScratchBuffer.size))
    }
  }

  @Test func `time, destination and sender come with a datagram`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.ipv4(.any, port: 0), on: loop)
      let destination = try #require(IPv4Address("127.0.0.2"))
      let port = try #require(receiver.local.port)
      let sender = try DatagramSocket(to: .ipv4(destination, port: port), on: loop)
      try await sender.send([1])
      let datagram = try await receiver.receive().datagram
      #expect(datagram.sender == sender.local)
      let info = PacketInfo(address: .ipv4(destination, port: 0), interface: 1)
      #expect(datagram.destination == info)
      #expect(datagram.time.map { abs($0 / 1_000_000_000 - Int64(time(nil))) < 60 } == true)
      // The answer leaves from where the question was sent to, or the asker would not take it.
      try await receiver.send([2], to: sender.local, from: info)
      #expect(try await sender.receive().bytes == [2])
    }
  }

  @Test func `dropped datagrams are counted`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      try receiver.withSocket { socket throws(Errno) in
        try socket.set(.receiveBuffer, to: 2304)
      }
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      for _ in 0..<20 { try await sender.send([UInt8](repeating: 0, count: 1000)) }
      while try receiver.tryReceive({ _, _ in }) {}
      try await sender.send([1])
      let dropped = try #require(try await receiver.receive().datagram.dropCount)
      #expect((1..<20).contains(dropped))
    }
  }

  @Test func `a refused port is an error of a connected sender`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      try receiver.close()
      try await sender.send([1])
      let error = await streamError { try await sender.receive() }
      #expect(error?.errno == .connectionRefused)
      #expect(error?.subject == .address(receiver.local))
    }
  }

  @Test func `a connected socket hears its peer alone`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let friend = try DatagramSocket(to: receiver.local, on: loop)
      let stranger = try DatagramSocket(to: receiver.local, on: loop)
      try receiver.connect(to: friend.local)
      #expect(receiver.peer == friend.local)
      try await stranger.send([1])
      try await friend.send([2])
      #expect(try await receiver.receive().bytes == [2])
      try await receiver.send([3])
      #expect(try await friend.receive().bytes == [3])
    }
  }

  @Test func `a sender may have an address of its own`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let source = SocketAddress.ipv4(try #require(IPv4Address("127.0.0.3")), port: 0)
      let sender = try DatagramSocket(
        to: receiver.local, from: source, isConnected: false, on: loop)
      #expect(sender.local.with(port: 0) == source)
      #expect(sender.peer == nil)
      try await sender.send([1], to: receiver.local)
      #expect(try await receiver.receive().datagram.sender == sender.local)
    }
  }

  @Test func `a full receiver stops a Unix sender`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      var count = 0
      while case .moved = try sender.trySend(bytes([1]).span.bytes) { count += 1 }
      #expect(count > 0)
      async let room: Void = sender.send([2])
      for _ in 0..<count { #expect(try await receiver.receive().bytes == [1]) }
      try await room
      #expect(try await receiver.receive().bytes == [2])
    }
  }

  @Test(arguments: [true, false])
  func `a Unix receiver that somebody else filled is waited for`(isConnected: Bool) async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let other = try DatagramSocket(to: receiver.local, on: loop)
      var count = 0
      while case .moved = try other.trySend(bytes([1]).span.bytes) { count += 1 }
      let sender = try DatagramSocket(to: receiver.local, isConnected: isConnected, on: loop)
      let target = isConnected ? nil : receiver.local
      // Waiting is no spinning.
      let end = Deadline.after(.milliseconds(50))
      var rounds = 0
      while !end.hasPassed {
        #expect(try sender.trySend(bytes([2]).span.bytes, to: target) == .wouldBlock)
        _ = await streamError { try await sender.waitWritable(by: end) }
        rounds += 1
      }
      #expect(rounds < 100)
      async let sent: Void = sender.send([2], to: target)
      for _ in 0..<count { #expect(try await receiver.receive().bytes == [1]) }
      try await sent
      #expect(try await receiver.receive().bytes == [2])
    }
  }

  @Test func `descriptors that a peer sends are not kept`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      let reading = try sendDescriptor(from: sender)
      #expect(try await receiver.receive().bytes == [1])
      #expect(hasNoWriter(reading))
    }
  }

  @Test func `a wait ends at its deadline, by cancellation, and by closing`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let late = await streamError { try await receiver.waitReadable(by: .after(.milliseconds(1))) }
      #expect(late?.timeout == .total)
      let task = Task(executorPreference: loop) {
        await streamError { try await receiver.waitReadable(by: .never) }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
      async let waiting = streamError { try await receiver.waitReadable(by: .never) }
      await loop.yield()
      try receiver.close()
      try receiver.close()
      #expect(await waiting?.isClosed == true)
    }
  }

  @Test func `closing removes the path`() async throws {
    try await onLoop { loop in
      let directory = try TemporaryDirectory()
      let path = directory.path(of: "s")
      let receiver = try receiver(.unix(path: Array(path.utf8)), on: loop)
      #expect(access(path, F_OK) == 0)
      try receiver.close()
      #expect(access(path, F_OK) != 0)
    }
  }
}

private func receiver(
  _ address: SocketAddress = .ipv4(.loopback, port: 0), on loop: EventLoop
) throws -> DatagramSocket {
  try DatagramSocket(BoundSocket(to: address, type: .datagram, sharing: false), on: loop)
}

extension DatagramSocket {
  /// The next datagram.
  fileprivate func receive() async throws -> (bytes: [UInt8], datagram: Datagram) {
    var received: (bytes: [UInt8], datagram: Datagram)?
    while true {
      _ = try tryReceive { span, datagram in
        received = (span.withUnsafeBytes { Array($0) }, datagram)
      }
      if let received { return received }
      try await waitReadable(by: .never)
    }
  }
}
