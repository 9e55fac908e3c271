import ByteText
import Sockets
import TestSupport
import Testing

@testable import Transcripts

@Suite struct ConversationLogTests {
  /// What a record does, to a recorder of any kind.
  private typealias Step = @Sendable (Recorder) -> Void

  private static let peer = SocketAddress.ipv4(.loopback, port: 9)
  private static let steps: [Step] = [
    { $0.record(.connecting(to: "localhost:9")) }, { $0.record(.connected) },
    { $0.record(Array("hello\n".utf8).span.bytes, .sent) },
    { $0.record(patternBytes(40).span.bytes, .received) },
    { $0.record(.halfClosed(by: .local)) },
    { $0.record(datagram: RawSpan(), .sent, peer: peer, time: 5) },
    {
      $0.record(
        datagram: ([1] as [UInt8]).span.bytes, .received, peer: peer, local: peer,
        isTruncated: true, time: 6)
    },
    { $0.record(.error("gone")) }, { $0.record(.closed) },
  ]

  /// Lines without the time of an event, which two recorders read one after the other.
  private func withoutTime(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      switch line.first {
      case "{": "{" + line.dropFirst(#"{"time":"2026-03-01T12:00:00.000000Z","#.count)
      case "2", "1": String(line.dropFirst("2026-03-01T12:00:00.000000Z ".count))
      default: String(line)
      }
    }
  }

  @Test(arguments: 0..<5)
  func `a replay is what a transcript would have been`(index: Int) async throws {
    let formats: [TranscriptFormat] = [
      .dump(withTime: true), .dump(withTime: false), .json(.automatic), .json(.base64),
      .json(.text),
    ]
    try await onLoop { loop async throws in
      let sink = TestSink(on: loop)
      let writer = TranscriptWriter(formats[index], to: sink, on: loop)
      let log = ConversationLog()
      for number in 1...2 {
        let connection = TranscriptConnection(number: number, peer: Self.peer)
        for recorder in [Recorder(connection, in: writer), Recorder(connection, in: log)] {
          for step in Self.steps { step(recorder) }
        }
      }
      var replayed: [UInt8] = []
      log.write(formats[index], into: &replayed)
      #expect(withoutTime(replayed) == withoutTime(sink.bytes))
      #expect(!replayed.isEmpty)
      #expect(log.dropped == ConversationLog.Dropped())
    }
  }

  @Test func `half a character that waited too long stands before what came then`() {
    let log = ConversationLog()
    let connection = LoggedConnection(TranscriptConnection(number: 1))
    let other = LoggedConnection(TranscriptConnection(number: 2))
    func add(_ bytes: [UInt8], to connection: LoggedConnection, milliseconds: Int64) {
      log.add(
        LoggedRecord(
          connection, .bytes(.received), bytes.span.bytes, time: milliseconds * 1_000_000))
    }
    add([0x61, 0xc3], to: connection, milliseconds: 0)
    add([0x62], to: other, milliseconds: 10)
    add([0x63], to: other, milliseconds: 30)
    add([0xa9], to: connection, milliseconds: 40)
    add([0xc3], to: connection, milliseconds: 100)
    add([0xa9], to: connection, milliseconds: 119)
    var replayed: [UInt8] = []
    log.write(.json(.automatic), into: &replayed)
    let lines = withoutTime(replayed)
    #expect(
      lines.map { $0.contains(#""connection":1"#) }
        == [true, false, true, false, true, true])
    #expect(
      lines.map { $0.contains("base64") } == [false, false, true, false, true, false])
  }

  @Test func `the oldest go, and offsets stay right`() {
    let log = ConversationLog(limit: 10_000)
    let recorder = Recorder(TranscriptConnection(), in: log)
    for number in 0..<100 {
      recorder.record([UInt8](repeating: UInt8(number), count: 1000).span.bytes, .sent)
      recorder.record(([1, 2] as [UInt8]).span.bytes, .received)
    }
    let dropped = log.dropped
    #expect(dropped.sent >= 90_000 && dropped.sent < 100_000)
    // They were recorded in turns, the sent one first.
    #expect([0, 2].contains(dropped.sent / 1000 * 2 - dropped.received))
    var replayed: [UInt8] = []
    log.write(.dump(withTime: false), into: &replayed)
    let rows = String(decoding: replayed, as: UTF8.self).split(separator: "\n")
    let offset = { (row: Substring?) in UInt64(row?.dropFirst(2).prefix(8) ?? "", radix: 16) }
    #expect(offset(rows.first { $0.hasPrefix(">") }) == dropped.sent)
    #expect(offset(rows.first { $0.hasPrefix("<") }) == dropped.received)
    #expect(offset(rows.last { $0.hasPrefix("<") }) == 198)
  }

  @Test func `a record larger than the whole log is dropped at once`() {
    let log = ConversationLog(limit: 100)
    let recorder = Recorder(TranscriptConnection(), in: log)
    recorder.record(patternBytes(200).span.bytes, .received)
    #expect(log.dropped.received == 200)
    var replayed: [UInt8] = []
    log.write(.json(.automatic), into: &replayed)
    #expect(replayed.isEmpty)
  }

  @Test func `many small records take no more than the limit`() {
    let log = ConversationLog(limit: 100_000)
    let recorder = Recorder(TranscriptConnection(), in: log)
    for _ in 0..<50_000 { recorder.record(([1] as [UInt8]).span.bytes, .sent) }
    var replay = log.replay(as: .dump(withTime: false))
    var count = 0
    var row: [UInt8] = []
    while replay.next(into: &row) { count += 1 }
    #expect(count <= 100_000 / 33)
    #expect(UInt64(count) + log.dropped.sent == 50_000)
  }

  @Test func `a replay does not see what happens later`() {
    let log = ConversationLog(limit: 2000)
    let recorder = Recorder(TranscriptConnection(), in: log)
    recorder.record(Array("before".utf8).span.bytes, .sent)
    var replay = log.replay(as: .dump(withTime: false))
    recorder.record(patternBytes(1900).span.bytes, .sent)
    var replayed: [UInt8] = []
    while replay.next(into: &replayed) {}
    #expect(String(decoding: replayed, as: UTF8.self).contains("> 00000000  62 65 66"))
    #expect(replayed.count < 100)
  }
}

@Suite struct HidingTests {
  private func rows(_ body: @escaping @Sendable (Recorder) -> Void) async throws -> [String] {
    try await onLoop { loop async throws in
      let sink = TestSink(on: loop)
      let log = ConversationLog()
      let writer = TranscriptWriter(.dump(withTime: false), to: sink, on: loop)
      body(Recorder(TranscriptConnection(), in: writer))
      body(Recorder(TranscriptConnection(), in: log))
      var replayed: [UInt8] = []
      log.write(.dump(withTime: false), into: &replayed)
      #expect(sink.text == String(decoding: replayed, as: UTF8.self))
      return sink.lines.map { String($0.prefix(14)) }
    }
  }

  @Test func `what is sent while it is hidden leaves no trace`() async throws {
    let rows = try await rows { recorder in
      recorder.record(([1] as [UInt8]).span.bytes, .sent)
      recorder.hidesSent = true
      recorder.record(([2, 2] as [UInt8]).span.bytes, .sent)
      recorder.record(datagram: ([2, 2] as [UInt8]).span.bytes, .sent, peer: nil)
      recorder.record(([3] as [UInt8]).span.bytes, .received)
      recorder.hidesSent = false
      recorder.record(([4] as [UInt8]).span.bytes, .sent)
    }
    #expect(rows == ["> 00000000  01", "< 00000000  03", "> 00000001  04"])
  }

  @Test func `offsets count on while nothing is shown`() async throws {
    let rows = try await rows { recorder in
      recorder.record(([1] as [UInt8]).span.bytes, .sent)
      recorder.isEnabled = false
      recorder.record(([2, 2] as [UInt8]).span.bytes, .sent)
      recorder.record(datagram: ([3, 3, 3] as [UInt8]).span.bytes, .received, peer: nil)
      recorder.record(.connected)
      recorder.isEnabled = true
      recorder.record(([4] as [UInt8]).span.bytes, .sent)
      recorder.record(([5] as [UInt8]).span.bytes, .received)
    }
    #expect(rows == ["> 00000000  01", "> 00000003  04", "< 00000003  05"])
  }

  @Test func `a stream hides what is written, and tells the end of each connection`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try unixPair(on: loop), try unixPair(on: loop))
      let slot = StreamSlot(first.near)
      let log = ConversationLog()
      let recorder = { Recorder(TranscriptConnection(number: $0), in: log) }
      let stream = RecordedStream(slot, in: [recorder(1)])
      stream.hidesSent = true
      try await stream.write(Array("secret".utf8))
      #expect(try await first.far.read(limit: 9) == Array("secret".utf8))
      try first.far.close()
      #expect(try await stream.read(limit: 9) == nil)
      slot.replace(with: second.near)
      stream.beginConnection(in: [recorder(2)])
      try await stream.write(Array("secret".utf8))
      stream.hidesSent = false
      try await stream.write(Array("open".utf8))
      #expect(try await second.far.readExactly(10) == Array("secretopen".utf8))
      try second.far.close()
      while try await stream.read(limit: 9) != nil {}
      var replayed: [UInt8] = []
      log.write(.json(.automatic), into: &replayed)
      let text = String(decoding: replayed, as: UTF8.self)
      #expect(!text.contains("secret"))
      let lines = text.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines.first?.contains(#""half-closed","connection":1"#) == true)
      #expect(lines.last?.contains(#""half-closed","connection":2"#) == true)
    }
  }
}
