import ByteText
import Sockets
import TestSupport
import SystemPackage
import Testing

@testable import Transcripts

@Suite struct TranscriptWriterTests {
  @Test func `records go out whole and at once`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(.dump(withTime: false), to: sink, on: loop)
      let recorder = Recorder(TranscriptConnection(), in: writer)
      recorder.record(Array("ab".utf8).span.bytes, .sent)
      recorder.record(Array("c".utf8).span.bytes, .received)
      recorder.record(Array("d".utf8).span.bytes, .sent)
      #expect(sink.lines.count == 3)
      #expect(
        sink.lines.map { $0.prefix(14) } == ["> 00000000  61", "< 00000000  63", "> 00000002  64"])
      try await writer.finish(by: .never)
      #expect(sink.hasEnded)
      // What comes after the end is not written.
      recorder.record(([1] as [UInt8]).span.bytes, .sent)
      #expect(sink.lines.count == 3)
    }
  }

  @Test func `records of two connections never mix, however slow the sink is`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(room: 0, on: loop)
      sink.step = 7
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      let recorders = (1...2).map { Recorder(TranscriptConnection(number: $0), in: writer) }
      for count in 1...50 {
        for recorder in recorders {
          recorder.record([UInt8](repeating: 0x61, count: count).span.bytes, .received)
        }
        sink.room = 100
        await loop.yield()
      }
      sink.room = .max
      try await writer.finish(by: .never)
      #expect(sink.lines.count == 100)
      for (index, line) in sink.lines.enumerated() {
        #expect(line.hasPrefix("{\"time\":"))
        #expect(line.contains("\"connection\":\(index % 2 + 1),\"bytes\":\(index / 2 + 1),"))
        #expect(line.hasSuffix("\"}"))
      }
    }
  }

  @Test func `a full queue stops the streams that feed it`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(room: 0, on: loop)
      let writer = TranscriptWriter(.json(.base64), to: sink, on: loop)
      let pair = try unixPair(on: loop)
      let stream = RecordedStream(pair.near, in: [Recorder(TranscriptConnection(), in: writer)])
      let chunk = patternBytes(16 * 1024)
      var sent = 0
      while !writer.isFull {
        #expect(try stream.tryWrite(chunk.span.bytes) == .moved(chunk.count))
        #expect(try await pair.far.readExactly(chunk.count) == chunk)
        sent += chunk.count
        if sent > 1_000_000 { break }
      }
      #expect(sent < 400_000)
      // Neither direction moves now, though the peer is ready for both.
      try await pair.far.write([1, 2, 3])
      #expect(try stream.tryWrite(chunk.span.bytes) == .wouldBlock)
      #expect(await streamError { try await stream.read(limit: 3, by: .now) }?.timeout != nil)
      let error = await streamError { try await stream.waitWritable(by: .now) }
      #expect(error?.timeout != nil)
      // With room it goes on.
      sink.room = .max
      try await stream.waitWritable(by: .never)
      #expect(!writer.isFull)
      #expect(try await stream.read(limit: 3) == [1, 2, 3])
      try await writer.finish(by: .never)
      #expect(sink.lines.count == sent / chunk.count + 1)
    }
  }

  @Test func `a failed sink is a local failure of its streams`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(room: 0, on: loop)
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      let recorder = Recorder(TranscriptConnection(), in: writer)
      let pair = try unixPair(on: loop)
      let stream = RecordedStream(pair.near, in: [recorder])
      recorder.record(.connected)
      sink.failure = StreamError(.write, .standardOutput, .system(.noSpace))
      while writer.failure == nil { await loop.yield() }
      for error in [
        await streamError { try stream.tryWrite(([1] as [UInt8]).span.bytes) },
        await streamError { try await stream.read(limit: 1) },
        await streamError { try await recorder.waitForRoom() },
        await streamError { try await writer.finish(by: .never) },
      ] {
        #expect(error?.subject == .standardOutput)
        #expect(error?.errno == .noSpace)
      }
      // Nothing was taken from the peer, or sent to it.
      #expect(try await pair.far.readNow() == nil)
    }
  }

  @Test func `finishing waits for the sink, but no longer than its deadline`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(room: 0, on: loop)
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      Recorder(TranscriptConnection(), in: writer).record(.closed)
      #expect(await streamError { try await writer.finish(by: .now) }?.timeout != nil)
      sink.room = .max
      try await writer.finish(by: .never)
      #expect(sink.lines.count == 1)
      #expect(sink.hasEnded)
    }
  }

  @Test func `the output of a transcript takes what is in it already`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let output = TranscriptSink(TranscriptWriter(.json(.automatic), to: sink, on: loop))
      try await output.write([1, 2, 3])
      #expect(sink.bytes.isEmpty)
      sink.failure = .readerGone(.standardOutput)
      try await output.waitReaderGone()
    }
  }

  @Test func `half a character waits a moment for its rest`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      let recorder = Recorder(TranscriptConnection(), in: writer)
      recorder.record(([0xc3] as [UInt8]).span.bytes, .received)
      #expect(sink.bytes.isEmpty)
      recorder.record(([0xa9] as [UInt8]).span.bytes, .received)
      #expect(sink.lines.count == 1)
      #expect(sink.text.contains("\"text\":\"é\""))
      recorder.record(([0xc3] as [UInt8]).span.bytes, .received)
      while sink.lines.count < 2 { await loop.yield() }
      #expect(sink.text.contains("\"base64\":\"ww==\""))
    }
  }

  @Test func `datagrams have their sender and their time`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let peer = SocketAddress.ipv4(.loopback, port: 9)
      let dump = TestSink(on: loop)
      let dumper = Recorder(
        TranscriptConnection(),
        in: TranscriptWriter(.dump(withTime: true), to: dump, on: loop))
      dumper.record(datagram: [UInt8]().span.bytes, .received, peer: peer, time: 0)
      dumper.record(
        datagram: ([0x61] as [UInt8]).span.bytes, .received, peer: peer, isTruncated: true,
        time: 1_000)
      #expect(dump.lines.count == 2)
      #expect(dump.lines[0].hasPrefix("1970-01-01T00:00:00.000000Z < 00000000 "))
      #expect(dump.lines[0].hasSuffix("127.0.0.1:9"))
      #expect(dump.lines[1].hasPrefix("1970-01-01T00:00:00.000001Z < 00000000  61 "))
      #expect(dump.lines[1].hasSuffix("|a|  127.0.0.1:9 truncated"))
    }
  }
}

@Suite struct RecordedStreamTests {
  @Test func `both directions and both ends are noted once`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      let pair = try unixPair(on: loop)
      let stream = RecordedStream(pair.near, in: [Recorder(TranscriptConnection(), in: writer)])
      try await stream.write(Array("ask".utf8))
      #expect(try await pair.far.readExactly(3) == Array("ask".utf8))
      try await pair.far.write(Array("answer".utf8))
      #expect(try await stream.readExactly(6) == Array("answer".utf8))
      try await stream.closeWrite(by: .never)
      try await stream.closeWrite(by: .never)
      try await pair.far.closeWrite(by: .never)
      #expect(try await stream.read(limit: 1) == nil)
      #expect(try await stream.read(limit: 1) == nil)
      try stream.close()
      let events = sink.lines.map { $0.split(separator: "\"event\":\"")[1].prefix { $0 != "\"" } }
      #expect(events == ["sent", "received", "half-closed", "half-closed"])
      #expect(sink.lines[0].contains("\"bytes\":3,\"text\":\"ask\""))
      #expect(sink.lines[2].hasSuffix("\"by\":\"local\"}"))
      #expect(sink.lines[3].hasSuffix("\"by\":\"peer\"}"))
    }
  }

  @Test func `only what was accepted is noted`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(.json(.base64), to: sink, on: loop)
      let pair = try unixPair(on: loop)
      let stream = RecordedStream(pair.near, in: [Recorder(TranscriptConnection(), in: writer)])
      let count = try stream.fill()
      let noted = sink.lines.compactMap { line in
        line.split(separator: "\"bytes\":").last.flatMap { Int($0.prefix { $0.isNumber }) }
      }
      #expect(noted.reduce(0, +) == count)
      stream.abort()
    }
  }

  @Test func `several transcripts see the same bytes`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sinks = [TestSink(on: loop), TestSink(on: loop)]
      let recorders = [
        Recorder(
          TranscriptConnection(), in: TranscriptWriter(.json(.automatic), to: sinks[0], on: loop)),
        Recorder(
          TranscriptConnection(),
          in: TranscriptWriter(.dump(withTime: false), to: sinks[1], on: loop)),
      ]
      let pair = try unixPair(on: loop)
      let stream = RecordedStream(pair.near, in: recorders)
      try await stream.write([0x61])
      try await stream.closeWrite(by: .never)
      #expect(sinks[0].lines.count == 2)
      #expect(sinks[1].lines.count == 1)
      try await stream.drain(by: .never)
      #expect(try await pair.far.readToEnd() == [0x61])
      try pair.far.close()
      try await stream.waitReaderGone()
    }
  }

  @Test func `an error of the stream passes`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(.json(.automatic), to: sink, on: loop)
      let pair = try await tcpPair(on: loop)
      let stream = RecordedStream(pair.near, in: [Recorder(TranscriptConnection(), in: writer)])
      pair.far.abort()
      let error = await streamError { try await stream.read(limit: 1) }
      #expect(error?.errno == .connectionReset)
      #expect(!sink.text.contains("half-closed"))
    }
  }
}

extension ByteSource {
  /// What is there now; nil if nothing is.
  fileprivate func readNow() async throws -> [UInt8]? {
    do {
      return try await read(limit: 100, by: .now)
    } catch let error where error.timeout != nil {
      return nil
    }
  }
}
