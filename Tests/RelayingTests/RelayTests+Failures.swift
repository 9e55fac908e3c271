import Glibc
import Relaying
import Sockets
import TestSupport
import Testing

extension RelayTests {
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
      let (near, far) = try await tcpPair(settings: smallBuffers, on: loop)
      _ = try await fillUp(near)
      let local = try LocalSide(on: loop, source: BytesSource())
      let relay = RunningRelay(local, near, far, on: loop) { $0.receives = false }
      // The relay has told its end and waits.
      for _ in 0..<10 { await loop.yield() }
      far.abort()
      #expect(await relay.outcome?.code == ECONNRESET)
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
      let sent = try await fillUp(near)
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
}

private var smallBuffers: SocketSettings {
  var settings = SocketSettings()
  settings.sendBuffer = 32768
  settings.receiveBuffer = 32768
  return settings
}

/// Writes more than the peer's window and less than that and our own buffer; nobody reads.
private func fillUp(_ stream: StreamSocket) async throws -> Int {
  var count = 0
  while true {
    count += try stream.fill()
    if await streamError({ try await stream.waitWritable(by: soon) }) != nil { return count }
  }
}
