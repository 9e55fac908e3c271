import ByteText
import TestSupport
import Testing

@Suite struct HexdumpReaderTests {
  private static let conversation = """

    > 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 30 0d 0a  |GET / HTTP/1.0..|

    < 00000000  48 54 54 50                                       |HTTP|
    > 00000010  0d 0a                                             |..|
    < 00000004                                                    ||

    """

  @Test(
    arguments: [
      (.sent, "GET / HTTP/1.0\r\n\r\n"), (.received, "HTTP"),
      (.both, "GET / HTTP/1.0\r\nHTTP\r\n"),
    ] as [(HexdumpReader.Rows, String)])
  func `only the wanted rows give bytes`(wanted: HexdumpReader.Rows, bytes: String) throws {
    for size in [1, 2, 7, 80, 1000] {
      #expect(try read(Self.conversation, wanted, pieces: size) == Array(bytes.utf8))
    }
  }

  @Test(arguments: [
    ("> 00000000  41 42", "AB"),
    ("> 00000000  41 42   ", "AB"),
    ("> 00000000  41 42\r\n> 00000002  43\r\n\r\n", "ABC"),
    ("> 00000000  ", ""),
    ("> 100000000  41", "A"),
    ("12 > 00000000  41", "A"),
    ("12:00:00 7 > 00000000  41", "A"),
    ("a<b > 1 > 00000000  41", "A"),
    ("gr\u{fc}n > 00000000  41", "A"),
    ("> 0000abcd  41\n> 00000000  42", "AB"),
    ("\n \t\r\n> 00000000  41\n \t\n", "A"),
    ("> 00000000  41                                                |A|  from ::1", "A"),
    ("> 00000000  41                                                42 43", "A"),
    ("< 00000000  41\n> 00000000  42", "B"),
    ("4142 43\n44", "ABCD"),
    ("\n \n41\n", "A"),
    ("", ""),
    (" \n\n", ""),
  ])
  func `rows are read by column, other text as digits`(text: String, bytes: String) throws {
    for size in [1, 3, 1000] {
      #expect(try read(text, .sent, pieces: size) == Array(bytes.utf8))
    }
  }

  @Test func `the ASCII column can look like anything`() throws {
    for text in ["|00 41 42 43 44|||", "> 00000000  41 ", "< 00000000  41 ", "||||||||||||||||"] {
      #expect(try read(dumped([(Array(text.utf8), .sent)]), .both, pieces: 1) == Array(text.utf8))
    }
  }

  @Test(
    arguments: [
      ("> 00000000  41\n4142", 2, 1, .notDumpRow),
      ("> 00000000  41\n> 0000  42", 2, 1, .notDumpRow),
      ("> 00000000  41\n> 00000000 42", 2, 1, .notDumpRow),
      ("> 00000000  41\nlistening", 2, 1, .notDumpRow),
      ("> 00000000  4 42", 1, 13, .unpairedHexDigit),
      ("\n> 00000000  41  4", 2, 17, .unpairedHexDigit),
      ("> 00000000  41 4", 1, 16, .unpairedHexDigit),
      ("> 00000000  41 g2", 1, 16, .unexpectedByte(0x67)),
      ("> 00000000  41 2g", 1, 17, .unexpectedByte(0x67)),
      ("> 00000000  4142", 1, 15, .unexpectedByte(0x34)),
      ("> 00000000  41    43", 1, 19, .unexpectedByte(0x34)),
      ("> 00000000  41 |A|", 1, 16, .unexpectedByte(0x7c)),
      ("\u{e4} > 00000000  41 |A|", 1, 18, .unexpectedByte(0x7c)),
      ("< 00000000  4g", 1, 14, .unexpectedByte(0x67)),
      ("> 00000000  00 01 02 03 04 05 06 07 08", 1, 37, .unexpectedByte(0x30)),
      (
        "> 00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f 10", 1, 62,
        .unexpectedByte(0x31)
      ),
      ("\n\n4g", 3, 2, .unexpectedByte(0x67)),
      ("41\n4", 2, 1, .unpairedHexDigit),
      ("41\n> 00000000  42", 2, 1, .unexpectedByte(0x3e)),
      ("hello", 1, 1, .unexpectedByte(0x68)),
    ] as [(String, Int, Int, TextFormatError.Problem)])
  func `anything else is an error at its place`(
    text: String, line: Int, column: Int, problem: TextFormatError.Problem
  ) {
    let error = TextFormatError(line: line, column: column, problem: problem)
    for size in [1, 2, 5, 1000] {
      #expect(throws: error) { try read(text, .sent, pieces: size) }
    }
  }

  @Test func `a long line of digits is read as it comes`() throws {
    let text = String(repeating: "41 4242", count: 1000)
    #expect(try read(text, .sent, pieces: 1) == Array(String(repeating: "ABB", count: 1000).utf8))
    var reader = HexdumpReader()
    var output: [UInt8] = []
    try reader.decode(Array(text.utf8).span.bytes, into: &output)
    #expect(output.count == 3000)
  }

  @Test func `a long note is not looked at`() throws {
    let note = String(repeating: "> 00000000  ff ", count: 100)
    for size in [1, 500, 5000] {
      let text = dumped([([0x41, 0x42], .sent)], labels: .init(note: Array(note.utf8)))
      #expect(try read(text + text, .sent, pieces: size) == Array("ABAB".utf8))
    }
  }

  @Test(arguments: 0...100)
  func `what was dumped is read back`(length: Int) throws {
    var generator = SeededGenerator(state: UInt64(length))
    let chunks = randomChunks(upTo: length, using: &generator)
    let labels = [
      Hexdump.Labels(),
      Hexdump.Labels(connection: UInt64(length) * 999),
      Hexdump.Labels(
        time: Array("2026-01-02T03:04:05.678901Z".utf8), connection: 7,
        note: Array("[::1]:9".utf8)),
    ][length % 3]
    let text = dumped(chunks, labels: labels)
    let sent = chunks.filter { $0.direction == .sent }.flatMap(\.bytes)
    let received = chunks.filter { $0.direction == .received }.flatMap(\.bytes)
    for size in [1, Int.random(in: 2...200, using: &generator), 100_000] {
      #expect(try read(text, .sent, pieces: size) == sent)
      #expect(try read(text, .received, pieces: size) == received)
      #expect(try read(text, .both, pieces: size) == chunks.flatMap(\.bytes))
    }
  }

  private typealias Chunk = (bytes: [UInt8], direction: Hexdump.Direction)

  private func randomChunks(
    upTo length: Int, using generator: inout SeededGenerator
  ) -> [Chunk] {
    (0..<6).map { _ in
      let count = Int.random(in: 0...length, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      return (bytes, Bool.random(using: &generator) ? .sent : .received)
    } + [([UInt8](repeating: UInt8(ascii: "|"), count: length), .sent)]
  }

  private func dumped(_ chunks: [Chunk], labels: Hexdump.Labels = .init()) -> String {
    var dump = Hexdump()
    var output: [UInt8] = []
    for chunk in chunks {
      dump.append(chunk.bytes.span.bytes, chunk.direction, labels: labels, to: &output)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func read(
    _ text: String, _ rows: HexdumpReader.Rows, pieces size: Int
  ) throws(TextFormatError) -> [UInt8] {
    var reader = HexdumpReader(rows: rows)
    var output: [UInt8] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = bytes.span.bytes.extracting(start..<min(start + size, bytes.count))
      try reader.decode(piece, into: &output)
    }
    try reader.finish(into: &output)
    return output
  }
}
