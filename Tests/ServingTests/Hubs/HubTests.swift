import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct HubTests {
  @Test func `of fifty members one is stuck, one resets, one is slow, and the rest get all`()
    async throws
  {
    try await onLoop { loop in
      var policy = Hub.Policy()
      policy.queueLimit = 100_000
      policy.overflowLimit = 0
      policy.slowMember = .disconnect(after: .seconds(3))
      let server = try HubServer(policy, on: loop)
      let clients = try await server.connect(50)
      let feeding = server.feed()
      let bytes = patternBytes(2_000_000)
      let good = await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          _ = try? await server.input.write(bytes)
          _ = try? await server.input.closeWrite(by: .never)
          return true
        }
        // The first never reads.
        group.addTask {
          _ = try? await clients[1].readExactly(10_000)
          clients[1].abort()
          return true
        }
        group.addTask { (try? await slowly(clients[2], loop)) == bytes }
        for client in clients[3...] {
          group.addTask { (try? await client.readToEnd()) == bytes }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(good == 50)
      #expect(await feeding.value == nil)
      #expect(server.events.list == [.disconnected(1)])
      #expect(server.hub.disconnectedCount == 1)
      #expect(server.running.events.error(of: 1)?.errno == .noBufferSpace)
      #expect(server.running.events.error(of: 2) != nil)
      for client in clients.dropFirst(2) { try client.close() }
      try await until(loop) { server.running.server.activeCount == 0 }
      #expect(server.hub.memberCount == 0)
    }
  }

  @Test func `a stuck member does not hold up the rest, and is disconnected after the end too`()
    async throws
  {
    try await onLoop { loop in
      var policy = Hub.Policy()
      policy.queueLimit = 100_000
      policy.slowMember = .disconnect(after: .seconds(4))
      let server = try HubServer(policy, on: loop)
      let clients = try await server.connect(2)
      let feeding = server.feed()
      let bytes = patternBytes(2_000_000)
      async let sending: Void = {
        try await server.input.write(bytes)
        try await server.input.closeWrite(by: .never)
      }()
      let began = ContinuousClock.now
      let isSame = try await clients[1].readToEnd() == bytes
      #expect(isSame)
      #expect(ContinuousClock.now - began < .seconds(4))
      try await sending
      #expect(await feeding.value == nil)
      try await until(loop) { server.events.list == [.disconnected(1)] }
      clients[0].abort()
    }
  }

  @Test func `with wait a stuck member stalls the rest, and nobody loses anything`() async throws {
    try await onLoop { loop in
      var policy = Hub.Policy()
      policy.queueLimit = 100_000
      policy.slowMember = .wait
      let server = try HubServer(policy, on: loop)
      let clients = try await server.connect(2)
      let feeding = server.feed()
      let bytes = patternBytes(2_000_000)
      async let sending: Void = {
        try await server.input.write(bytes)
        try await server.input.closeWrite(by: .never)
      }()
      async let quick = clients[0].readToEnd()
      let flow = try #require(server.running.events.accepted.first).flows.sent
      var last = -1
      while flow.bytesWritten != last || last == 0 {
        last = flow.bytesWritten
        await loop.sleep(until: .after(.milliseconds(80)))
      }
      #expect(last < bytes.count)
      let isSame = try await clients[1].readToEnd() == bytes
      #expect(isSame)
      let isSameThere = try await quick == bytes
      #expect(isSameThere)
      try await sending
      #expect(await feeding.value == nil)
      #expect(server.events.list == [])
    }
  }

  @Test func `the source is read only while a member is there`() async throws {
    try await onLoop { loop in
      let server = try HubServer(on: loop)
      let feeding = server.feed()
      try await server.input.write([1])
      await loop.sleep(until: soon)
      #expect(!server.hub.hasGivenBytes)
      let first = try await server.connect(1)[0]
      #expect(try await first.readExactly(1) == [1])
      first.abort()
      try await until(loop) { server.hub.memberCount == 0 }
      try await server.input.write([2])
      await loop.sleep(until: soon)
      let second = try await server.connect(1)[0]
      #expect(try await second.readExactly(1) == [2])
      feeding.cancel()
      #expect(await feeding.value?.isCancellation == true)
    }
  }

  @Test func `one member alone can be meant, and the source waits for him`() async throws {
    try await onLoop { loop in
      let server = try HubServer(on: loop)
      let feeding = server.feed()
      let clients = try await server.connect(2)
      server.hub.target = 2
      try await server.input.write([1])
      #expect(try await clients[1].readExactly(1) == [1])
      clients[1].abort()
      try await until(loop) { server.hub.memberCount == 1 }
      #expect(!server.hub.hasAudience)
      try await server.input.write([2])
      await loop.sleep(until: soon)
      server.hub.target = nil
      #expect(try await clients[0].readExactly(1) == [2])
      feeding.cancel()
      _ = await feeding.value
    }
  }

  @Test func `one member's end is not the others'`() async throws {
    try await onLoop { loop in
      let server = try HubServer(on: loop)
      let feeding = server.feed()
      let clients = try await server.connect(2)
      try await server.input.write([1])
      try await until(loop) { server.hub.hasGivenBytes }
      server.hub.end(1)
      #expect(try await clients[0].readToEnd() == [1])
      try await server.input.write([2])
      #expect(try await clients[1].readExactly(2) == [1, 2])
      feeding.cancel()
      _ = await feeding.value
    }
  }

  @Test func `the source's end half-closes all, later arrivals too`() async throws {
    try await onLoop { loop in
      let server = try HubServer(on: loop)
      let feeding = server.feed()
      let early = try await server.connect(2)
      try await server.input.write([1])
      try await server.input.closeWrite(by: .never)
      for client in early { #expect(try await client.readToEnd() == [1]) }
      #expect(await feeding.value == nil)
      let late = try await server.running.connect()
      #expect(try await late.readToEnd() == [])
      try await late.write([1])
      #expect(server.running.server.activeCount == 3)
    }
  }

  @Test func `a source that ends before its first byte is none`() async throws {
    try await onLoop { loop in
      let server = try HubServer(on: loop)
      let feeding = server.feed()
      let client = try await server.connect(1)[0]
      try await server.input.closeWrite(by: .never)
      #expect(await feeding.value == nil)
      let late = await streamError { try await client.read(limit: 1, by: soon) }
      #expect(late?.timeout == .total)
      try await client.closeWrite(by: .never)
      #expect(try await client.readToEnd() == [])
      try await until(loop) { server.running.events.endedWell(1) }
    }
  }

  @Test func `what clients say goes to the output, each write whole`() async throws {
    try await onLoop { loop in
      let sink = Collector(on: loop)
      let server = try HubServer(output: SharedOutput(to: sink, on: loop), on: loop)
      let clients = try await server.connect(2)
      try await clients[0].write([1, 1])
      try await until(loop) { sink.bytes == [1, 1] }
      sink.isFull = true
      let much = patternBytes(300_000)
      async let sending: Void = clients[1].write(much)
      async let other: Void = clients[0].write(much)
      await loop.sleep(until: soon)
      sink.open()
      try await sending
      try await other
      try await until(loop) { sink.bytes.count == 600_002 }
    }
  }
}

/// Reads to the end in small pieces, with pauses.
private func slowly(_ stream: StreamSocket, _ loop: EventLoop) async throws -> [UInt8] {
  var bytes: [UInt8] = []
  while let more = try await stream.read(limit: 50_000) {
    bytes += more
    await loop.sleep(until: .after(.milliseconds(5)))
  }
  return bytes
}

@Suite struct PieceQueueTests {
  private func take(_ count: Int, from queue: inout PieceQueue) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var span = OutputRawSpan(
        buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      filled = queue.take(into: &span)
    }
  }

  @Test func `pieces come out as one stream, and cost nothing when they are gone`() {
    var queue = PieceQueue()
    var (sent, received): ([UInt8], [UInt8]) = ([], [])
    for size in [1, 0, 5, 300, 2, 70] + [Int](repeating: 3, count: 300) {
      let piece = patternBytes(size)
      queue.append(piece)
      sent += piece
      if size == 3 { received += take(2, from: &queue) }
    }
    #expect(queue.byteCount == sent.count - received.count)
    #expect(queue.cost > queue.byteCount)
    while !queue.isEmpty { received += take(100, from: &queue) }
    let isSame = received == sent
    #expect(isSame)
    #expect(queue.cost == 0)
    #expect(take(5, from: &queue) == [])
  }
}
