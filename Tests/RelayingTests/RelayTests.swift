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
      let noise = patternBytes(9999)
      async let flood = streamError { while true { try await relay.peer.write(noise) } }
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
}
