import ByteText

extension StatementParser {
  /// The bytes of a word of hex digits, in which `??` is any byte where something is expected.
  func maskBytes(_ token: Token, isExpected: Bool) throws(ScriptError) -> [UInt8?] {
    let word = lexer.bytes[token.range]
    guard let question = word.firstIndex(of: UInt8(ascii: "?")) else { return try hexBytes(token) }
    guard isExpected else {
      throw lexer.source.error("?? stands only where something is expected", at: question)
    }
    return try stride(from: word.startIndex, to: word.endIndex, by: 2).map {
      (index) throws(ScriptError) in
      try maskByte(word[index..<min(index + 2, word.endIndex)])
    }
  }

  private func maskByte(_ digits: ArraySlice<UInt8>) throws(ScriptError) -> UInt8? {
    if digits.elementsEqual("??".utf8) { return nil }
    let values = digits.compactMap(hexDigitValue)
    guard values.count == 2 else {
      throw lexer.source.error("a byte is two hex digits or ??", at: digits.startIndex)
    }
    return values[0] << 4 | values[1]
  }

  /// The bytes of a word of hex digits.
  func hexBytes(_ token: Token) throws(ScriptError) -> [UInt8] {
    var decoder = HexDecoder()
    var bytes: [UInt8] = []
    do throws(TextFormatError) {
      let text = lexer.bytes[token.range]
      try decoder.decode(Array(text).span.bytes, into: &bytes)
      try decoder.finish(into: &bytes)
    } catch {
      let source = lexer.source
      let offset = source.offset(
        from: token.range.lowerBound, line: error.line, column: error.column)
      guard case .unexpectedByte = error.problem else {
        throw source.error(error.problem.description, at: offset)
      }
      throw source.error("not a hex digit", at: offset, hint: "text among hex stands in quotes")
    }
    return bytes
  }
}
