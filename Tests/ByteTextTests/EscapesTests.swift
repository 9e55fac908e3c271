import ByteText
import TestSupport
import Testing

@Suite struct EscapesTests {
  @Test(arguments: [
    ("", ""),
    ("GET / HTTP/1.0\r\n", "GET / HTTP/1.0\\r\\n"),
    ("\u{7}\u{8}\t\n\u{b}\u{c}\r", "\\a\\b\\t\\n\\v\\f\\r"),
    ("\0007", "\\x00007"),
    ("\u{1b}[2J", "\\x1b[2J"),
    ("a\\n", "a\\\\n"),
    ("\"it's\"", "\"it's\""),
    ("\u{7f}", "\\x7f"),
    ("gr\u{fc}n \u{4e5b} \u{1f600}", "gr\u{fc}n \u{4e5b} \u{1f600}"),
    ("\u{85}", "\\xc2\\x85"),
    ("\u{202e}", "\\xe2\\x80\\xae"),
    ("\u{2028}", "\\xe2\\x80\\xa8"),
    ("\u{e0041}", "\\xf3\\xa0\\x81\\x81"),
  ])
  func `what cannot be printed is escaped`(plain: String, escaped: String) {
    #expect(text(escape(Array(plain.utf8))) == escaped)
  }

  @Test(
    arguments: [
      ([0xff, 0x41], "\\xffA"),
      ([0xe4, 0xb9], "\\xe4\\xb9"),
      ([0xe4, 0xb9, 0x41], "\\xe4\\xb9A"),
      ([0xc0, 0x80], "\\xc0\\x80"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
      ([0x9b], "\\x9b"),
    ] as [([UInt8], String)])
  func `bytes that are no character are escaped`(bytes: [UInt8], escaped: String) {
    #expect(text(escape(bytes)) == escaped)
  }

  @Test func `every single byte stays in its line and comes back`() throws {
    for byte in UInt8.min...UInt8.max {
      let escaped = escape([byte])
      #expect(escaped.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
      #expect(try decode(escaped) == [byte])
    }
  }

  @Test func `any bytes escaped and decoded are the same`() throws {
    var generator = SeededGenerator(state: 1)
    for count in 0...300 {
      let bytes = [UInt8].random(count: count, using: &generator)
      let escaped = escape(bytes)
      #expect(isUTF8(escaped))
      #expect(!escaped.contains(0x0a))
      #expect(try decode(escaped) == bytes)
      #expect(try decode(escaped, pieces: 1 + count % 5, lineBreaks: .layout) == bytes)
    }
  }

  @Test func `pieces that were escaped one by one can be joined`() throws {
    var generator = SeededGenerator(state: 2)
    for size in 1...7 {
      let bytes = [UInt8].random(count: 200, using: &generator)
      let escaped = bytes.pieces(of: size).flatMap(escape)
      #expect(try decode(escaped) == bytes)
    }
  }

  private func escape(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    appendEscaped(bytes.span.bytes, to: &output)
    return output
  }
}

/// Decodes a text that is fed in pieces of the given size.
func decode(
  _ text: [UInt8], pieces size: Int = .max / 2, lineBreaks: EscapeDecoder.LineBreaks = .content
) throws(TextFormatError) -> [UInt8] {
  var decoder = EscapeDecoder(lineBreaks: lineBreaks)
  var output: [UInt8] = []
  for piece in text.pieces(of: size) {
    try decoder.decode(piece.span.bytes, into: &output)
  }
  try decoder.finish(into: &output)
  return output
}
