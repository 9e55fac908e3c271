import ByteText
import Testing

@Suite struct HexTests {
  @Test(
    arguments: [
      ("", []),
      ("48656c6C", [0x48, 0x65, 0x6c, 0x6c]),
      (" 48 65\t6c\r\n6C\n", [0x48, 0x65, 0x6c, 0x6c]),
      ("\n\u{b}\u{c}00 ff", [0, 0xff]),
    ] as [(String, [UInt8])])
  func `digits in pairs are bytes wherever they are cut`(text: String, bytes: [UInt8]) throws {
    for size in 1...5 {
      #expect(try decodeHex(text, pieces: size) == bytes)
    }
  }

  @Test(
    arguments: [
      ("4", 1, 1, .unpairedHexDigit),
      ("48 6 5", 1, 4, .unpairedHexDigit),
      ("48\n6\n5", 2, 1, .unpairedHexDigit),
      ("48 65\n 6", 2, 2, .unpairedHexDigit),
      ("4g", 1, 2, .unexpectedByte(0x67)),
      ("0x48", 1, 2, .unexpectedByte(0x78)),
      ("48 65\n\n6c:6c", 3, 3, .unexpectedByte(0x3a)),
      ("48\u{e4}", 1, 3, .unexpectedByte(0xc3)),
      ("48\0", 1, 3, .unexpectedByte(0)),
    ] as [(String, Int, Int, TextFormatError.Problem)])
  func `the error is at its byte wherever the text is cut`(
    text: String, line: Int, column: Int, problem: TextFormatError.Problem
  ) {
    let error = TextFormatError(line: line, column: column, problem: problem)
    for size in 1...8 {
      #expect(throws: error) { try decodeHex(text, pieces: size) }
    }
  }

  @Test func `bytes become lower-case digits that come back`() throws {
    let bytes = Array(UInt8.min...UInt8.max)
    let digits = hexString(of: bytes)
    #expect(digits.hasPrefix("000102"))
    #expect(digits.hasSuffix("fdfeff"))
    #expect(try decodeHex(digits, pieces: 3) == bytes)
    #expect(hexString(of: []) == "")
  }

  private func decodeHex(_ text: String, pieces size: Int) throws(TextFormatError) -> [UInt8] {
    var decoder = HexDecoder()
    var output: [UInt8] = []
    for piece in Array(text.utf8).pieces(of: size) {
      try decoder.decode(piece.span.bytes, into: &output)
    }
    try decoder.finish(into: &output)
    return output
  }
}
