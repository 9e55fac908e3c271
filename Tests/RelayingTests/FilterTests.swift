import Relaying
import Sockets
import TestSupport
import Testing

@Suite struct LineEndingsTests {
  static let rows = [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb\r\n", "a\r\nb\r\n"),
    ("\r", "\r"), ("\ra", "\ra"), ("\r\r\n", "\r\r\n"), ("\n\n", "\r\n\r\n"),
    ("\r\n\n", "\r\n\r\n"), ("\n\r\n", "\r\n\r\n"), ("\0\n\0", "\0\r\n\0"),
  ]

  @Test(arguments: rows)
  func `LF becomes CRLF and CRLF stays, cut anywhere`(plain: String, sent: String) throws {
    for size in 1...3 {
      #expect(try convert(Array(plain.utf8), size, LineEndings()) == Array(sent.utf8))
    }
  }
}

@Suite struct CharacterSetConverterTests {
  /// 些 is d0 a9 in GBK, e4 ba 9b in UTF-8.
  static let text = "a\u{4e9b}b\u{4e9b}\nc"

  static let gbk: [UInt8] = [0x61, 0xd0, 0xa9, 0x62, 0xd0, 0xa9, 0x0a, 0x63]

  @Test(arguments: 1...10)
  func `text comes across both ways, cut anywhere`(size: Int) throws {
    #expect(try convert(Self.gbk, size, converter("GBK", "UTF-8")) == Array(Self.text.utf8))
    #expect(try convert(Array(Self.text.utf8), size, converter("UTF-8", "GBK")) == Self.gbk)
  }

  @Test func `much text comes across`() throws {
    let bytes = Array(repeatElement(Self.gbk, count: 20_000).joined())
    let text = Array(repeatElement(Array(Self.text.utf8), count: 20_000).joined())
    #expect(try convert(bytes, 4093, converter("GBK", "UTF-8")) == text)
  }

  @Test func `a set with states returns to its first one`() throws {
    let bytes = try convert(Array("\u{3042}".utf8), 1, converter("UTF-8", "ISO-2022-JP"))
    #expect(bytes == [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42])
  }

  @Test func `an unknown name is nil`() {
    let converter = CharacterSetConverter(
      from: "NO-SUCH-SET", to: "UTF-8", onError: .fail, subject: .standardInput)
    #expect(converter == nil)
  }

  @Test(
    arguments: [
      ([0x61, 0xff, 0x62], "offset 1", "ff", [0x61]),
      ([0x61, 0xe4, 0xba], "offset 1", "e4 ba", [0x61]),
      ([0x61, 0x62, 0xe4, 0x63], "offset 2", "e4", [0x61, 0x62]),
    ] as [([UInt8], String, String, [UInt8])], 1...4)
  func `bad bytes fail with their offset, cut anywhere`(
    row: (bytes: [UInt8], offset: String, digits: String, good: [UInt8]), size: Int
  ) throws {
    var output: [UInt8] = []
    var error: StreamError?
    let filter = try converter("UTF-8", "GBK")
    do { try convert(row.bytes, size, filter, into: &output) } catch let met { error = met }
    #expect(output == row.good)
    #expect(error?.operation == .convert)
    guard case .layer(let layer)? = error?.cause else {
      Issue.record("no layer's error")
      return
    }
    #expect(layer.failure == .local)
    #expect(layer.text.contains("bytes \(row.digits)"))
    #expect(layer.text.contains(row.offset))
    #expect(layer.text.contains("from UTF-8 to GBK"))
  }

  @Test(arguments: 1...6)
  func `bad bytes are replaced and counted, cut anywhere`(size: Int) throws {
    let filter = try converter("UTF-8", "GBK", .replace)
    // No character; one without a place in GBK; the beginning of one.
    let bytes: [UInt8] = [0x61, 0xff, 0x62, 0xf0, 0x9f, 0x98, 0x80, 0x63, 0xe4]
    #expect(try convert(bytes, size, filter) == Array("a?b????c?".utf8))
    #expect(filter.replacements == 6)
  }

  private func converter(
    _ source: String, _ target: String, _ policy: CharacterSetConverter.ErrorPolicy = .fail
  ) throws -> CharacterSetConverter {
    try #require(
      CharacterSetConverter(
        from: source, to: target, onError: policy, subject: .standardInput))
  }
}

@Suite struct FilteredSourceTests {
  @Test(arguments: [1, 2, 3, 100])
  func `what is read is converted, whatever the pieces`(size: Int) async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource(Array("a\nb\r\n\n".utf8), pieces: size)
      let source = FilteredSource(base, LineEndings())
      #expect(try await source.readToEnd() == Array("a\r\nb\r\n\r\n".utf8))
      #expect(try await source.read(limit: 5) == nil)
    }
  }

  @Test func `a reader with little room gets everything`() async throws {
    try await onLoop { _ async throws in
      let source = FilteredSource(PiecewiseSource(Array("\n\n".utf8), pieces: 9), LineEndings())
      var bytes: [UInt8] = []
      while let byte = try await source.read(limit: 1) { bytes += byte }
      #expect(bytes == Array("\r\n\r\n".utf8))
    }
  }

  @Test func `good bytes come before the error`() async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource([0x61, 0x62, 0xff, 0x63], pieces: 9)
      let source = FilteredSource(base, try strictConverter())
      #expect(try await source.read(limit: 9) == Array("ab".utf8))
      for _ in 0..<2 {
        #expect(await streamError { try await source.read(limit: 9) }?.operation == .convert)
      }
    }
  }

  @Test func `an incomplete character at the end is an error after the good bytes`() async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource([0x61, 0xe4], pieces: 9)
      let source = FilteredSource(base, try strictConverter())
      #expect(try await source.read(limit: 9) == [0x61])
      #expect(await streamError { try await source.read(limit: 9) }?.operation == .convert)
    }
  }
}

@Suite struct FilteredSinkTests {
  @Test(arguments: [1, 2, 3, 100], [1, 2, 100])
  func `what is written is converted, also by a sink that blocks`(
    size: Int, room: Int
  ) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, LineEndings())
      for piece in pieces(of: Array("a\nb\r\n\n".utf8), size) { try await sink.write(piece) }
      try await sink.closeWrite(by: .never)
      #expect(base.bytes == Array("a\r\nb\r\n\r\n".utf8))
      #expect(base.isEnded)
    }
  }

  @Test(arguments: [1, 100])
  func `good bytes are written before the error`(room: Int) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, try strictConverter())
      let error = await streamError {
        try await sink.write([0x61, 0x62, 0x63, 0xff, 0x64])
        try await sink.closeWrite(by: .never)
      }
      #expect(error?.operation == .convert)
      #expect(base.bytes == Array("abc".utf8))
      #expect(!base.isEnded)
      #expect(await streamError { try await sink.write([0x61]) }?.operation == .convert)
    }
  }

  @Test(arguments: [1, 100])
  func `an incomplete character at the end is an error after the good bytes`(
    room: Int
  ) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, try strictConverter())
      try await sink.write([0x61, 0x62, 0x63, 0xe4])
      for _ in 0..<2 {
        let error = await streamError { try await sink.closeWrite(by: .never) }
        #expect(error?.operation == .convert)
        #expect(base.bytes == Array("abc".utf8))
      }
      #expect(!base.isEnded)
    }
  }

  @Test func `little is held back when the base takes nothing`() async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: 0, on: loop)
      let sink = FilteredSink(base, LineEndings())
      let taken = try sink.fill(with: 10)
      #expect(taken <= 65536)
    }
  }
}

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
      let pace = Pace(bytesPerSecond: 20)
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

private func strictConverter() throws -> CharacterSetConverter {
  try #require(
    CharacterSetConverter(from: "UTF-8", to: "GBK", onError: .fail, subject: .standardInput))
}

private func pieces(of bytes: [UInt8], _ size: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
}

/// Puts bytes through a filter in pieces of a size.
private func convert(
  _ bytes: [UInt8], _ size: Int, _ filter: some ByteFilter
) throws(StreamError) -> [UInt8] {
  var output: [UInt8] = []
  try convert(bytes, size, filter, into: &output)
  return output
}

private func convert(
  _ bytes: [UInt8], _ size: Int, _ filter: some ByteFilter, into output: inout [UInt8]
) throws(StreamError) {
  var filter = filter
  for piece in pieces(of: bytes, size) { try filter.convert(piece.span.bytes, into: &output) }
  try filter.finish(into: &output)
}

/// Gives its bytes in pieces of a size, and blocks before each.
private final class PiecewiseSource: ByteSource, @unchecked Sendable {
  private var rest: [[UInt8]]
  private var isReady = false

  init(_ bytes: [UInt8], pieces size: Int) { rest = pieces(of: bytes, size) }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    isReady.toggle()
    if isReady { return .wouldBlock }
    if rest.isEmpty { return .endOfFile }
    let piece = rest.removeFirst()
    let count = min(piece.count, buffer.freeCapacity)
    if count < piece.count { rest.insert(Array(piece[count...]), at: 0) }
    piece.withUnsafeBytes { buffer.append(copying: $0[..<count]) }
    return .moved(count)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {}
}

/// Takes so many bytes at once, and blocks after each time.
private final class NarrowSink: ByteSink, @unchecked Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var isEnded = false
  private let room: Int
  private let loop: EventLoop
  private var isReady = true

  init(room: Int, on loop: EventLoop) {
    self.room = room
    self.loop = loop
  }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if !isReady || room == 0 { return .wouldBlock }
    isReady = false
    let count = min(room, bytes.byteCount)
    self.bytes += bytes.withUnsafeBytes { Array($0[..<count]) }
    return .moved(count)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    isReady = true
    await loop.yield()
  }

  func waitReaderGone() async throws(StreamError) { await loop.sleep(until: .never) }

  func closeWrite(by deadline: Deadline) async throws(StreamError) { isEnded = true }
}
