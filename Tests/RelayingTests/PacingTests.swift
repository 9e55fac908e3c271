import Relaying
import Sockets
import TestSupport
import Testing

@Suite struct PacingTests {
  @Test func `a paced source keeps its rate`() async throws {
    try await onLoop { loop async throws in
      let flow = Flow()
      let pace = Pace(bytesPerSecond: 100_000)
      let source = PacedSource(BytesSource(patternBytes(50_000)), pace, flow: flow, on: loop)
      let start = Deadline.now
      #expect(try await source.readToEnd() == patternBytes(50_000))
      let duration = Deadline.now.since(start)
      #expect(duration >= .milliseconds(350))
      #expect(duration < .seconds(3))
      #expect(flow.pausedUntil != nil)
    }
  }

  @Test func `a paced sink keeps its rate`() async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: 1_000_000, on: loop)
      let pace = Pace(bytesPerSecond: 100_000)
      let sink = PacedSink(base, pace, flow: Flow(), on: loop)
      let start = Deadline.now
      try await sink.write(patternBytes(50_000))
      try await sink.closeWrite(by: .never)
      let duration = Deadline.now.since(start)
      #expect(duration >= .milliseconds(350))
      #expect(duration < .seconds(3))
      #expect(base.bytes == patternBytes(50_000))
      #expect(base.isEnded)
    }
  }

  @Test func `a slow rate moves single bytes`() async throws {
    try await onLoop { loop async throws in
      let pace = Pace(bytesPerSecond: 10)
      let source = PacedSource(BytesSource([1, 2, 3, 4]), pace, flow: Flow(), on: loop)
      let start = Deadline.now
      #expect(try await source.read(limit: 9) == [1])
      #expect(try await source.readToEnd() == [2, 3, 4])
      #expect(Deadline.now.since(start) >= .milliseconds(100))
    }
  }

  @Test func `lines come one by one, with a pause between`() async throws {
    try await onLoop { loop async throws in
      let flow = Flow()
      let text = Array("a\nbc\n\nrest".utf8)
      let source = LinePacedSource(
        PiecewiseSource(text, pieces: 4), delay: .milliseconds(20), flow: flow, on: loop)
      let start = Deadline.now
      var lines: [String] = []
      var line = ""
      while let part = try await source.read(limit: 100) {
        line += String(decoding: part, as: UTF8.self)
        if line.hasSuffix("\n") {
          lines.append(line)
          line = ""
        }
      }
      #expect(lines == ["a\n", "bc\n", "\n"])
      #expect(line == "rest")
      #expect(Deadline.now.since(start) >= .milliseconds(60))
      #expect(flow.pausedUntil != nil)
    }
  }

  @Test func `a pause ends by cancellation`() async throws {
    try await onLoop { loop async throws in
      let source = LinePacedSource(
        BytesSource(Array("a\nb".utf8)), delay: .seconds(100), flow: Flow(), on: loop)
      #expect(try await source.read(limit: 9) == Array("a\n".utf8))
      let task = Task(executorPreference: loop) {
        await streamError { try await source.read(limit: 9) }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }
}
