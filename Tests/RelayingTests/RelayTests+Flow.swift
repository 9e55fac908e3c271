import Glibc
import Relaying
import Sockets
import TestSupport
import Testing

extension RelayTests {
  // MARK: 9. Slow readers

  @Test func `a slow reader of ours slows the peer, in bounded memory`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      let content = patternBytes(12_000_000)
      let sending = Task(executorPreference: loop) {
        try await relay.peer.write(content)
        try await relay.peer.closeWrite(by: .never)
      }
      await untilStill(relay.flows.received, on: loop)
      #expect(relay.flows.received.bytesRead < content.count)
      #expect(relay.flows.received.bytesInFlight <= ScratchBuffer.size)
      #expect(try await relay.local.output.readToEnd() == content)
      try await sending.value
      #expect(await relay.outcome == nil)
    }
  }

  @Test func `a slow peer slows our input, in bounded memory`() async throws {
    try await onLoop { loop in
      let content = patternBytes(12_000_000)
      let local = try LocalSide(on: loop, source: BytesSource(content))
      let relay = try await RunningRelay(local, .tcp, on: loop)
      await untilStill(relay.flows.sent, on: loop)
      #expect(relay.flows.sent.bytesRead < content.count)
      #expect(relay.flows.sent.bytesInFlight <= ScratchBuffer.size)
      #expect(try await relay.peer.readToEnd() == content)
      try relay.peer.close()
      #expect(await relay.outcome == nil)
    }
  }

  @Test(arguments: [Transport.tcp, .unixStream, .unixPackets])
  func `large amounts both ways at once arrive whole`(transport: Transport) async throws {
    try await onLoop(limit: .seconds(20)) { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), transport, on: loop)
      let (up, down) = (patternBytes(3_000_000), Array(patternBytes(2_500_000).reversed()))
      async let atPeer = relay.peer.readToEnd()
      async let atOutput = relay.local.output.readToEnd()
      async let sent: Void = relay.local.input.writeInRandomPieces(up, seed: 1)
      try await relay.peer.writeInRandomPieces(down, seed: 2)
      try await sent
      #expect(try await atPeer == up)
      #expect(try await atOutput == down)
      #expect(await relay.outcome == nil)
    }
  }

  // MARK: Timeouts and cancellation

  @Test func `nothing moving for too long is an idle timeout`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.idleTimeout = .milliseconds(30)
      }
      try await relay.local.input.write([1])
      let start = Deadline.now
      #expect(await relay.outcome?.timeout == .idle)
      #expect(Deadline.now.since(start) < .seconds(5))
    }
  }

  @Test func `a byte either way keeps the idle timeout off`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.idleTimeout = .milliseconds(400)
      }
      for round in 0..<10 {
        await loop.sleep(until: .after(.milliseconds(50)))
        if round.isMultiple(of: 2) {
          try await relay.local.input.write([1])
          #expect(try await relay.peer.read(limit: 5) == [1])
        } else {
          try await relay.peer.write([1])
          #expect(try await relay.local.output.read(limit: 5) == [1])
        }
      }
      try relay.peer.close()
      try await relay.local.input.closeWrite(by: .never)
      #expect(await relay.outcome?.timeout == nil)
    }
  }

  @Test func `our own pauses are no idleness`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let flows = Flows()
      let source = LinePacedSource(
        BytesSource(Array("a\nb\n".utf8)), delay: .milliseconds(300), flow: flows.sent, on: loop)
      let local = try LocalSide(on: loop, source: source)
      var policy = RelayPolicy()
      policy.idleTimeout = .milliseconds(100)
      let relay = Relay(local: local.stream, peer: near, policy: policy, flows: flows, on: loop)
      async let outcome = streamError { try await relay.run() }
      #expect(try await far.readToEnd() == Array("a\nb\n".utf8))
      try far.close()
      #expect(await outcome == nil)
    }
  }

  @Test(arguments: [nil, Duration.seconds(5)])
  func `a cancelled relay ends promptly and says so`(idle: Duration?) async throws {
    try await onLoop { loop in
      for _ in 0..<20 {
        let relay = try await RunningRelay(LocalSide(on: loop), on: loop) { $0.idleTimeout = idle }
        for _ in 0..<3 { await loop.yield() }
        relay.cancel()
        #expect(await relay.outcome?.isCancellation == true)
      }
    }
  }

  @Test func `a relay leaves no descriptor behind`() async throws {
    try await onLoop { loop in
      let before = try openDescriptorCount()
      for _ in 0..<200 {
        let relay = try await RunningRelay(LocalSide(on: loop), on: loop)
        await loop.yield()
        relay.cancel()
        _ = await relay.outcome
        try relay.peer.close()
      }
      #expect(try openDescriptorCount() < before + 300)
    }
  }
}

/// Waits until nothing has moved for a while: somebody is full.
private func untilStill(_ flow: Flow, on loop: EventLoop) async {
  var last = -1
  while flow.bytesRead != last || last == 0 {
    last = flow.bytesRead
    await loop.sleep(until: .after(.milliseconds(60)))
  }
}

extension ByteSink {
  /// Writes pieces of all sizes, then the end.
  fileprivate func writeInRandomPieces(_ bytes: [UInt8], seed: UInt64) async throws {
    var generator = SeededGenerator(state: seed)
    var rest = bytes[...]
    while !rest.isEmpty {
      let size = 1 << Int.random(in: 0...16, using: &generator)
      try await write(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    try await closeWrite(by: .never)
  }
}
