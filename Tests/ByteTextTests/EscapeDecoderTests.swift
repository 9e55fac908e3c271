import ByteText
import Testing

@Suite struct EscapeDecoderTests {
  @Test(
    arguments: [
      ("", []),
      (#"\a\b\e\f\n\r\t\v"#, [7, 8, 0x1b, 0xc, 0xa, 0xd, 9, 0xb]),
      (#"\\\"\'"#, [0x5c, 0x22, 0x27]),
      (#"\0"#, [0]),
      (#"\0\0"#, [0, 0]),
      (#"\08"#, [0, 0x38]),
      (#"\0\n"#, [0, 0xa]),
      (#"\000\012\377"#, [0, 0xa, 0xff]),
      (#"\0127"#, [0xa, 0x37]),
      (#"\x00\xfF"#, [0, 0xff]),
      (#"\x411"#, [0x41, 0x31]),
      (#"\u{41}\u{e4}\u{20AC}\u{01f600}"#, Array("A\u{e4}\u{20ac}\u{1f600}".utf8)),
      (#"\u00e4\u20ACa"#, Array("\u{e4}\u{20ac}a".utf8)),
      ("gr\u{fc}n", Array("gr\u{fc}n".utf8)),
    ] as [(String, [UInt8])])
  func `an escape becomes its bytes wherever it is cut`(text: String, bytes: [UInt8]) throws {
    #expect(try decodeEscapes(text) == bytes)
    for size in 1...4 {
      #expect(try decode(Array(text.utf8), pieces: size) == bytes)
    }
  }

  @Test(
    arguments: [
      (#"\q"#, 1, 1, .unknownEscape(0x71)),
      (#"ab\8"#, 1, 3, .unknownEscape(0x38)),
      ("a\n\u{e4}\u{1f600}\\\u{e4}", 2, 3, .unknownEscape(0xc3)),
      ("ab\\\ncd", 1, 3, .unknownEscape(0x0a)),
      (#"ok\"#, 1, 3, .unfinishedEscape),
      (#"\x4"#, 1, 1, .unfinishedEscape),
      (#"\01"#, 1, 1, .unfinishedEscape),
      (#"\u"#, 1, 1, .unfinishedEscape),
      (#"\u{41"#, 1, 1, .unfinishedEscape),
      (#"\x"#, 1, 1, .unfinishedEscape),
      (#"\xg0"#, 1, 1, .malformedHexEscape),
      (#"\x4 "#, 1, 1, .malformedHexEscape),
      (#"\18 "#, 1, 1, .malformedOctalEscape),
      (#"\018"#, 1, 1, .malformedOctalEscape),
      (#"\400"#, 1, 1, .malformedOctalEscape),
      (#"\u41g"#, 1, 1, .malformedUnicodeEscape),
      (#"\u41"#, 1, 1, .unfinishedEscape),
      (#"\ud800"#, 1, 1, .noSuchCharacter(0xd800)),
      (#"\u{}"#, 1, 1, .malformedUnicodeEscape),
      (#"\u{x}"#, 1, 1, .malformedUnicodeEscape),
      (#"\u{0000041}"#, 1, 1, .malformedUnicodeEscape),
      (#"\u{d800}"#, 1, 1, .noSuchCharacter(0xd800)),
      (#"\u{110000}"#, 1, 1, .noSuchCharacter(0x110000)),
      ("1\r\n2\r\n345\\z", 3, 4, .unknownEscape(0x7a)),
    ] as [(String, Int, Int, TextFormatError.Problem)])
  func `the error is at the backslash wherever the text is cut`(
    text: String, line: Int, column: Int, problem: TextFormatError.Problem
  ) {
    let error = TextFormatError(line: line, column: column, problem: problem)
    for size in 1...12 {
      for lineBreaks in [EscapeDecoder.LineBreaks.content, .layout] {
        #expect(throws: error) {
          try decode(Array(text.utf8), pieces: size, lineBreaks: lineBreaks)
        }
      }
    }
  }

  @Test(arguments: [
    ("a\nb\r\nc", "abc"),
    ("a\\n\nb\\r\\n\n", "a\nb\r\n"),
    ("a\rb\r", "a\rb\r"),
    ("a\r\r\nb", "a\rb"),
    ("a\r\\n", "a\r\n"),
    ("\n\n", ""),
  ])
  func `raw line breaks are layout if so told`(text: String, bytes: String) throws {
    for size in 1...4 {
      let decoded = try decode(Array(text.utf8), pieces: size, lineBreaks: .layout)
      #expect(decoded == Array(bytes.utf8))
    }
  }

  @Test func `raw line breaks are content if so told`() throws {
    for size in 1...4 {
      let text = Array("a\nb\r\nc\r\\n".utf8)
      #expect(try decode(text, pieces: size) == Array("a\nb\r\nc\r\n".utf8))
    }
  }

  @Test func `bytes that are no UTF-8 pass`() throws {
    #expect(try decode([0xff, 0x5c, 0x6e, 0x80]) == [0xff, 0x0a, 0x80])
  }

  @Test func `what stood before the error has been decoded`() {
    var decoder = EscapeDecoder(lineBreaks: .content)
    var output: [UInt8] = []
    #expect(throws: TextFormatError.self) {
      try decoder.decode(Array(#"ab\n\q"#.utf8).span.bytes, into: &output)
    }
    #expect(text(output) == "ab\n")
  }

  @Test(
    arguments: [
      (.unknownEscape(0x71), #"line 2, column 3: unknown escape "\q""#),
      (.unknownEscape(0x0a), #"line 2, column 3: unknown escape "\\n""#),
      (.malformedHexEscape, #"line 2, column 3: \x needs two hex digits"#),
      (.malformedOctalEscape, #"line 2, column 3: an octal escape is \0 alone or \000 to \377"#),
      (.noSuchCharacter(0xd800), "line 2, column 3: no character has the number D800"),
      (.unexpectedByte(0x1b), #"line 2, column 3: unexpected "\x1b""#),
    ] as [(TextFormatError.Problem, String)])
  func `an error says place and reason in one line`(
    problem: TextFormatError.Problem, message: String
  ) {
    #expect(TextFormatError(line: 2, column: 3, problem: problem).description == message)
  }
}
