import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct ListenerTests {
  @Test func `clients of both families are accepted`() async throws {
    try await onLoop { loop in
      let bound = try BoundSockets(
        to: [.ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0)], type: .stream,
        sharing: true, settings: SocketSettings())
      let listener = try Listener(bound.sockets, on: loop)
      for address in listener.addresses + listener.addresses.reversed() {
        async let accepted = listener.accept()
        let client = try await Connector(on: loop).connect(to: [address])
        let server = try await accepted
        #expect(server.peer == client.local)
        #expect(server.local == address)
        try await client.write([1])
        #expect(try await server.read(limit: 5) == [1])
      }
    }
  }

  @Test func `addresses take turns, and an attempt never waits`() async throws {
    try await onLoop { loop in
      let bound = try BoundSockets(
        to: [.ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0)], type: .stream,
        sharing: true, settings: SocketSettings())
      let listener = try Listener(bound.sockets, on: loop)
      #expect(try listener.tryAccept() === nil)
      var clients: [StreamSocket] = []
      for address in listener.addresses + listener.addresses.prefix(1) {
        clients.append(try await Connector(on: loop).connect(to: [address]))
      }
      var families: [AddressFamily] = []
      while let server = try listener.tryAccept() { families.append(server.local.family) }
      #expect(families == [.ipv4, .ipv6, .ipv4])
      listener.close()
    }
  }

  static let shortages: [(Errno, Bool)] = [
    (.tooManyOpenFiles, true), (.tooManyOpenFilesInSystem, true), (.noBufferSpace, true),
    (.noMemory, true), (.invalidArgument, false), (.connectionAbort, false),
  ]

  @Test(arguments: shortages)
  func `what has run out is told from what is wrong`(errno: Errno, isShortage: Bool) {
    #expect(StreamError(.accept, .standardInput, .system(errno)).isShortage == isShortage)
  }

  @Test func `a client that connected before is accepted at once`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let clients = [
        try await Connector(on: loop).connect(to: listener.addresses),
        try await Connector(on: loop).connect(to: listener.addresses),
      ]
      for client in clients {
        #expect(try await listener.accept(by: Deadline(nanoseconds: 0)).peer == client.local)
      }
    }
  }

  @Test func `a deadline, a cancellation and a close end the wait`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let late = await streamError { try await listener.accept(by: .after(.milliseconds(1))) }
      #expect(late?.timeout == .accept)
      #expect(late?.operation == .accept)
      #expect(late?.subject == .address(listener.addresses[0]))
      let task = Task(executorPreference: loop) {
        await streamError { try await listener.accept() }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
      async let waiting = streamError { try await listener.accept() }
      await loop.yield()
      listener.close()
      #expect(await waiting?.isClosed == true)
      #expect(await streamError { try await listener.accept() }?.isClosed == true)
    }
  }

  @Test(arguments: [true, false])
  func `after closing the next client is refused, the accepted one stays`(
    isUnix: Bool
  ) async throws {
    try await onLoop { loop in
      let place = try Place()
      let address = isUnix ? place.address : .ipv4(.loopback, port: 0)
      let listener = try Listener(
        [BoundSocket(to: address, type: .stream, sharing: true)], on: loop)
      let client = try await Connector(on: loop).connect(to: listener.addresses)
      let server = try await listener.accept()
      listener.close()
      let refused = await streamError {
        try await Connector(on: loop).connect(to: listener.addresses)
      }
      #expect(refused?.errno == (isUnix ? .noSuchFileOrDirectory : .connectionRefused))
      try await client.write([1])
      #expect(try await server.read(limit: 5) == [1])
    }
  }

  @Test func `a listener that goes away takes its path with it`() async throws {
    try await onLoop { loop in
      let place = try Place()
      do {
        _ = try Listener([BoundSocket(to: place.address, type: .stream, sharing: true)], on: loop)
      }
      #expect(!place.exists)
    }
  }

  @Test func `a port that another listens on is in use`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let error = await streamError {
        try Listener(
          [BoundSocket(to: listener.addresses[0], type: .stream, sharing: true)], on: loop)
      }
      #expect(error?.errno == .addressInUse)
      #expect(error?.subject == .address(listener.addresses[0]))
    }
  }

  @Test func `a port that another is about to listen on is in use at last`() async throws {
    try await onLoop { loop in
      let first = try BoundSocket(to: .ipv4(.loopback, port: 0), type: .stream, sharing: true)
      let second = try BoundSocket(to: first.address, type: .stream, sharing: true)
      let listener = try Listener([first], on: loop)
      let error = await streamError { try Listener([second], on: loop) }
      #expect(error?.errno == .addressInUse)
      #expect(error?.operation == .listen)
      listener.close()
    }
  }

  @Test func `a port may be listened on while old connections linger`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let client = try await Connector(on: loop).connect(to: listener.addresses)
      let server = try await listener.accept()
      try server.close()
      #expect(try await client.readToEnd() == [])
      try client.close()
      listener.close()
      _ = try Listener(
        [BoundSocket(to: listener.addresses[0], type: .stream, sharing: true)], on: loop)
    }
  }

  @Test func `a client that was reset before it was accepted does no harm`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      try await Connector(on: loop).connect(to: listener.addresses).abort()
      let client = try await Connector(on: loop).connect(to: listener.addresses)
      var server = try await listener.accept()
      if server.peer != client.local { server = try await listener.accept() }
      #expect(server.peer == client.local)
    }
  }

  @Test func `accepted sockets have the listener's settings`() async throws {
    try await onLoop { loop in
      var settings = SocketSettings()
      settings.keepAlive = .init(idle: 7)
      let (near, far) = try await tcpPair(settings: settings, on: loop)
      for stream in [near, far] {
        #expect(try stream.withSocket { socket throws(Errno) in try socket.get(.noDelay) })
        #expect(
          try stream.withSocket { socket throws(Errno) in try socket.get(.keepAliveIdle) } == 7)
      }
    }
  }

  @Test func `packets are accepted too`() async throws {
    try await onLoop { loop in
      let place = try Place()
      let listener = try Listener(
        [BoundSocket(to: place.address, type: .sequencedPacket, sharing: true)], on: loop)
      var connector = Connector(on: loop)
      connector.type = .sequencedPacket
      let client = try await connector.connect(to: [place.address])
      let server = try await listener.accept()
      #expect(server.type == .sequencedPacket)
      // Whom to name: the listener's path at the client, nobody at the server.
      #expect(client.peer == place.address)
      try await client.write([1])
      try await client.write([2])
      #expect(try await server.read(limit: 5) == [1])
      #expect(try await server.read(limit: 5) == [2])
    }
  }

  @Test func `an inherited listener that blocks is never waited for in the kernel`() async throws {
    try await onLoop { loop in
      let place = try Place()
      let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      let inherited = SocketDescriptor(owning: number)
      try inherited.bind(to: place.address)
      try inherited.listen()
      let listener = Listener(
        inheriting: [try BoundSocket(inheriting: inherited, type: .stream)], on: loop)
      #expect(listener.addresses == [place.address])
      let late = await streamError { try await listener.accept(by: .after(.milliseconds(1))) }
      #expect(late?.timeout == .accept)
      async let accepted = listener.accept()
      let client = try await Connector(on: loop).connect(to: [place.address])
      try await client.write([1])
      #expect(try await accepted.read(limit: 5) == [1])
      #expect(fcntl(number, F_GETFL) & O_NONBLOCK == 0)
      listener.close()
      // Who bound it removes it.
      #expect(place.exists)
    }
  }
}
