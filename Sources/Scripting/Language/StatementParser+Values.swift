import ByteText

extension StatementParser {
  /// Takes the values up to the end of the line, at least one.
  ///
  /// Behind `hex`, words are hex digits until the next keyword; quoted text may stand between.
  mutating func values(beginningWithHex: Bool = false) throws(ScriptError) -> [Value] {
    var values: [Value] = []
    var isHex = beginningWithHex
    while true {
      let token = try lexer.peek()
      if token.endsStatement { break }
      lexer.offset = token.range.upperBound
      switch token.kind {
      case .string(let text): values.append(.text(text))
      case .word("hex"):
        isHex = true
        _ = try required("hex digits")
        lexer.offset = token.range.upperBound
      case .word("file"):
        isHex = false
        values.append(.file(try path()))
      case .word("line"):
        isHex = false
        values.append(.line(try string("text in quotes")))
      case .word where isHex: try appendHex(token, to: &values)
      default: throw unexpectedValue(token)
      }
    }
    if values.isEmpty { throw missing(beginningWithHex ? "hex digits" : "something to send") }
    return values
  }

  /// Takes a path: in quotes, or one word.
  mutating func path() throws(ScriptError) -> String {
    let token = try required("a path")
    switch token.kind {
    case .word(let path): return path
    case .string(let parts): return try path(parts, token)
    default: throw error("a path stands in quotes", at: token, hint: usage)
    }
  }

  /// Adds a word of hex digits to those before it.
  private func appendHex(_ token: Token, to values: inout [Value]) throws(ScriptError) {
    let bytes = try hexBytes(token)
    if case .hex(let before)? = values.last {
      values[values.count - 1] = .hex(before + bytes)
    } else {
      values.append(.hex(bytes))
    }
  }

  private func hexBytes(_ token: Token) throws(ScriptError) -> [UInt8] {
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

  /// Takes text in quotes.
  private mutating func string(_ what: String) throws(ScriptError) -> [TextPart] {
    let token = try required(what)
    guard case .string(let parts) = token.kind else { throw unexpectedValue(token) }
    return parts
  }

  /// What a path in quotes comes to.
  func path(_ parts: [TextPart], _ token: Token) throws(ScriptError) -> String {
    guard let bytes = parts.literalBytes else {
      throw error("a path cannot hold a variable", at: token)
    }
    guard !bytes.isEmpty, !bytes.contains(0), let path = String(validating: bytes, as: UTF8.self)
    else {
      throw error("a path is text, and not empty", at: token)
    }
    return path
  }

  private func unexpectedValue(_ token: Token) -> ScriptError {
    let text = safeLine(lexer.source.text(token.range))
    guard token.word != nil else { return unexpected(token) }
    return error("text stands in quotes", at: token, hint: "\"" + text + "\"")
  }
}
