import Relaying
import Sockets
import TestSupport
import Testing

/// How long bytes are held back.
///
/// Run alone: beside others it would tell of them.
struct LatencyTests {
  @Test func `a byte that trickles in after bulk is not held back`() async throws {
    try await onLoop { loop in
      let pair = try await tcpPair(on: loop)
      let (flow, task) = discard(pair.near, on: loop)
      try await pair.far.writeUntilCollected(by: pair.near, flow, on: loop)
      var delays: [Duration] = []
      for _ in 1...9 {
        let (start, before) = (Deadline.now, flow.bytesWritten)
        try await pair.far.write([1])
        while flow.bytesWritten == before { await loop.yield() }
        delays.append(Deadline.now.since(start))
        try await pair.far.write(patternBytes(1 << 20))
        while flow.bytesWritten < before + 1 + 1 << 20 { await loop.yield() }
      }
      #expect(delays.sorted()[4] < .milliseconds(20))
      try pair.far.close()
      _ = await task.value
    }
  }

  @Test func `messages that wait for an answer are not taken for bulk again and again`()
    async throws
  {
    try await onLoop { loop in
      let pair = try await tcpPair(on: loop)
      let (flow, task) = discard(pair.near, on: loop)
      let message = patternBytes(20_000)
      var heldBack = 0
      for number in 1...600 {
        let start = Deadline.now
        try await pair.far.write(message)
        while flow.bytesWritten < number * message.count { await loop.yield() }
        if Deadline.now.since(start) > .milliseconds(9) { heldBack += 1 }
      }
      #expect(heldBack < 8)
      try pair.far.close()
      _ = await task.value
    }
  }
}
