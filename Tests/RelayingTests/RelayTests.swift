import Glibc
import Relaying
import Sockets
import TestSupport
import Testing

@Suite struct RelayTests {
  // MARK: 1. When local input ends

  @Test(arguments: [Transport.tcp, .unixStream])
  func `when local input ends, the peer is told and its answer is still read`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), transport, on: loop)
      try await relay.local.input.write([1, 2])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.readToEnd() == [1, 2])
      try await relay.peer.write([3, 4])
      try relay.peer.close()
      #expect(try await relay.local.output.readToEnd() == [3, 4])
      #expect(await relay.outcome == nil)
      #expect(relay.events.list == [])
      #expect(relay.flows.sent.bytesRead == 2)
      #expect(relay.flows.sent.bytesWritten == 2)
      #expect(relay.flows.received.bytesRead == 2)
      #expect(relay.flows.received.bytesWritten == 2)
    }
  }

  @Test(arguments: [Transport.tcp, .unixStream])
  func `--on-eof close leaves as soon as the peer has acknowledged`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), transport, on: loop) {
        $0.whenLocalEnds = .close
      }
      try await relay.local.input.write([1, 2])
      try await relay.local.input.closeWrite(by: .never)
      // The peer stays silent and open.
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [1, 2])
    }
  }

  @Test func `--on-eof close throws away what comes, and our tail arrives`() async throws {
    try await onLoop { loop in
      let tail = patternBytes(3_000_000)
      let local = try LocalSide(on: loop, source: BytesSource(tail))
      let relay = try await RunningRelay(local, .tcp, on: loop) { $0.whenLocalEnds = .close }
      async let flood = streamError {
        while true { try await relay.peer.write(patternBytes(9999)) }
      }
      async let output = streamError { try await local.output.readToEnd() }
      #expect(try await relay.peer.readExactly(tail.count) == tail)
      #expect(await relay.outcome == nil)
      #expect(await flood != nil)
      try await local.stream.closeWrite(by: .never)
      _ = await output
    }
  }

  @Test func `--on-eof stay tells the peer nothing before it has ended itself`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.whenLocalEnds = .stay
      }
      try await relay.local.input.write([1])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.read(limit: 5) == [1])
      let silence = await streamError { try await relay.peer.read(limit: 1, by: soon) }
      #expect(silence?.timeout == .total)
      try await relay.peer.write([2])
      try await relay.peer.closeWrite(by: .never)
      #expect(try await relay.local.output.readToEnd() == [2])
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [])
      #expect(relay.events.list == [])
    }
  }

  // MARK: 2. Input that is none

  @Test func `a listener's input that ends before its first byte is no input`() async throws {
    try await onLoop { loop in
      let local = try LocalSide(on: loop, source: BytesSource())
      let relay = try await RunningRelay(local, on: loop) { $0.ignoresEmptyInput = true }
      let silence = await streamError { try await relay.peer.read(limit: 1, by: soon) }
      #expect(silence?.timeout == .total)
      try await relay.peer.write([1])
      try await relay.peer.closeWrite(by: .never)
      #expect(try await local.output.readToEnd() == [1])
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [])
    }
  }

  @Test func `a listener's input that gave a byte half-closes`() async throws {
    try await onLoop { loop in
      let local = try LocalSide(on: loop, source: BytesSource([1]))
      let relay = try await RunningRelay(local, on: loop) { $0.ignoresEmptyInput = true }
      #expect(try await relay.peer.readToEnd() == [1])
      try relay.peer.close()
      #expect(await relay.outcome == nil)
    }
  }

  @Test func `a client's empty input half-closes at once`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop, source: BytesSource()), on: loop)
      #expect(try await relay.peer.readToEnd() == [])
      try await relay.peer.write([1])
      try relay.peer.close()
      #expect(try await relay.local.output.readToEnd() == [1])
      #expect(await relay.outcome == nil)
    }
  }

  @Test func `--recv-only never reads local input, and half-closes only at the end`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) { $0.sends = false }
      try await relay.local.input.write([9])
      try await relay.peer.write([1])
      #expect(try await relay.local.output.read(limit: 5) == [1])
      let silence = await streamError { try await relay.peer.read(limit: 1, by: soon) }
      #expect(silence?.timeout == .total)
      try await relay.peer.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [])
      #expect(relay.flows.sent.bytesRead == 0)
    }
  }

  @Test func `--send-only throws away what comes, and leaves after the acknowledgement`()
    async throws
  {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.receives = false
      }
      try await relay.peer.write(patternBytes(3_000_000))
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      try await relay.local.input.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [])
      let nothing = await streamError { try await relay.local.output.read(limit: 1, by: soon) }
      #expect(nothing?.timeout == .total)
    }
  }

  @Test func `--send-only does not watch the output`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.receives = false
      }
      relay.local.closeOutput()
      try await relay.peer.write([1])
      try await relay.local.input.write([2])
      #expect(try await relay.peer.read(limit: 5) == [2])
      try await relay.local.input.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
    }
  }

  // MARK: 3. When the peer ends

  @Test func `when the peer ends, a terminal counts as ended`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.inputIsTerminal = true
      }
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      try await relay.peer.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(try await relay.local.output.readToEnd() == [])
      #expect(try await relay.peer.readToEnd() == [])
    }
  }

  @Test func `when the peer ends, input that never gave a byte counts as ended`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      try await relay.peer.write([1])
      try await relay.peer.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(try await relay.local.output.readToEnd() == [1])
      #expect(relay.events.list == [])
    }
  }

  @Test(arguments: [true, false])
  func `when the peer half-closes, other input is sent to its end`(gaveByte: Bool) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      if gaveByte {
        try await relay.local.input.write([1])
        #expect(try await relay.peer.read(limit: 5) == [1])
        try await relay.peer.write([8])
      }
      // Without a byte from either side it is a peer that only takes.
      try await relay.peer.closeWrite(by: .never)
      #expect(try await relay.local.output.readToEnd() == (gaveByte ? [8] : []))
      try await relay.local.input.write([2])
      #expect(try await relay.peer.read(limit: 5) == [2])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.readToEnd() == [])
      #expect(await relay.outcome == nil)
      #expect(relay.events.list == [.stillSending])
    }
  }

  @Test func `--on-peer-eof close leaves the input where it is`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.whenPeerEnds = .close
      }
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      try await relay.peer.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(relay.events.list == [])
    }
  }

  @Test func `--on-peer-eof send sends also from a terminal`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.whenPeerEnds = .send
        $0.inputIsTerminal = true
      }
      try await relay.peer.write([9])
      try await relay.peer.closeWrite(by: .never)
      #expect(try await relay.local.output.readToEnd() == [9])
      try await relay.local.input.write([1])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.readToEnd() == [1])
      #expect(await relay.outcome == nil)
    }
  }

  @Test(arguments: [Transport.unixStream, .unixPackets])
  func `a full close on a Unix socket ends us, and nobody is said to be sent to`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), transport, on: loop)
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      try await relay.peer.write([2])
      try relay.peer.close()
      #expect(await relay.outcome == nil)
      #expect(try await relay.local.output.readToEnd() == [2])
      #expect(relay.events.list == [])
    }
  }

  @Test func `a half-close on a Unix socket does not end us`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), on: loop)
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      try await relay.peer.closeWrite(by: .never)
      #expect(try await relay.local.output.readToEnd() == [])
      try await relay.local.input.write([2])
      #expect(try await relay.peer.read(limit: 5) == [2])
      try relay.peer.close()
      #expect(await relay.outcome == nil)
    }
  }

  @Test func `a full close that cuts an upload is an error`() async throws {
    try await onLoop { loop in
      let local = try LocalSide(on: loop, source: BytesSource(patternBytes(3_000_000)))
      let relay = try await RunningRelay(local, on: loop)
      _ = try await relay.peer.readExactly(100)
      try relay.peer.close()
      let error = await relay.outcome
      #expect([EPIPE, ECONNRESET].contains(error?.code))
      #expect(error?.subject.isLocal == false)
      #expect(relay.flows.sent.bytesWritten < 3_000_000)
    }
  }

  // MARK: 4. When both have ended

  @Test func `a peer that ends without a byte after our half-close is told of`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      try await relay.peer.write([7])
      #expect(try await relay.local.output.read(limit: 5) == [7])
      try await relay.local.input.write([1])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.readToEnd() == [1])
      try relay.peer.close()
      #expect(await relay.outcome == nil)
      #expect(relay.events.list == [.noAnswer])
    }
  }

  // MARK: 5. When the peer resets

  @Test func `when the peer resets, what came before is drained, then it is an error`()
    async throws
  {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      let content = patternBytes(200_000)
      async let received = relay.local.output.readToEnd()
      try await relay.peer.write(content)
      // All of it has arrived in our kernel.
      try await relay.peer.untilAcknowledged()
      relay.peer.abort()
      #expect(await relay.outcome?.code == ECONNRESET)
      #expect(try await received == content)
    }
  }

  @Test func `a reset that sending met first is reported after reading to the end`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let content = patternBytes(50_000)
      try await far.write(content)
      try await far.untilAcknowledged()
      far.abort()
      #expect(await streamError { try await near.write([1]) }?.code == ECONNRESET)
      let local = try LocalSide(on: loop)
      let relay = RunningRelay(local, near, far, on: loop)
      try await local.input.write([1, 2, 3])
      #expect(try await local.output.readToEnd() == content)
      #expect(await relay.outcome?.code == ECONNRESET)
      #expect(await relay.outcome?.subject.isLocal == false)
    }
  }

  @Test func `a reset while the last bytes wait for their acknowledgement is an error`()
    async throws
  {
    try await onLoop { loop in
      let local = try LocalSide(on: loop, source: BytesSource([1, 2, 3]))
      let relay = try await RunningRelay(local, .tcp, on: loop) { $0.receives = false }
      _ = relay.peer
      // A peer that never reads is not enough for a reset: its closed window holds our end back.
      let large = try LocalSide(on: loop, source: BytesSource(patternBytes(4_000_000)))
      let (near, far) = try await tcpPair(settings: smallBuffers, on: loop)
      let other = RunningRelay(large, near, far, on: loop) { $0.receives = false }
      _ = try await far.readExactly(1)
      far.abort()
      #expect(await other.outcome?.code == ECONNRESET)
      #expect(await relay.outcome == nil)
    }
  }

  // MARK: 6. When the reader of our output is gone

  @Test func `when the reader of our output is gone, we stop while the peer is silent`()
    async throws
  {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop)
      try await relay.local.input.write([1])
      #expect(try await relay.peer.read(limit: 5) == [1])
      relay.local.closeOutput()
      let error = await relay.outcome
      #expect(error?.isReaderGone == true)
      #expect(error?.subject == .standardOutput)
    }
  }

  // MARK: 7. When our output cannot be written

  @Test func `when our output cannot be written, we stop and it is our failure`() async throws {
    try await onLoop { loop in
      let full = try Descriptor(opening: "/dev/full", flags: O_WRONLY)
      let sink = DescriptorSink(full.number, subject: .standardOutput, on: loop)
      let relay = try await RunningRelay(LocalSide(on: loop, sink: sink), .tcp, on: loop)
      try await relay.peer.write([1])
      let error = await relay.outcome
      #expect(error?.code == ENOSPC)
      #expect(error?.subject.isLocal == true)
      #expect(relay.flows.received.bytesWritten == 0)
    }
  }

  // MARK: 8. Acknowledgement

  @Test func `what is not acknowledged in time is in doubt`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(settings: smallBuffers, on: loop)
      // More than the peer's window, less than that and our own buffer.
      var sent = 0
      while true {
        sent += try near.fill()
        if await streamError({ try await near.waitWritable(by: soon) }) != nil { break }
      }
      let local = try LocalSide(on: loop, source: BytesSource())
      let relay = RunningRelay(local, near, far, on: loop) {
        $0.receives = false
        $0.acknowledgementTimeout = .milliseconds(30)
      }
      let error = await relay.outcome
      guard case .acknowledgement(let count)? = error?.timeout else {
        Issue.record("no such timeout: \(String(describing: error))")
        return
      }
      #expect((1...sent + 1).contains(count))
    }
  }

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
        $0.idleTimeout = .milliseconds(300)
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

/// A moment that nothing is expected to happen before.
private var soon: Deadline { .after(.milliseconds(20)) }

private var smallBuffers: SocketSettings {
  var settings = SocketSettings()
  settings.sendBuffer = 32768
  settings.receiveBuffer = 32768
  return settings
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
