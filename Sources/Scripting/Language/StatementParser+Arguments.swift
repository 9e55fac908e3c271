import ByteText

extension StatementParser {
  /// Takes a newline's name.
  mutating func newline() throws(ScriptError) -> Newline {
    let token = try required("lf, crlf, cr or none")
    guard let newline = Newline(rawValue: token.word ?? "") else {
      throw wrong(token, "a newline is lf, crlf, cr or none")
    }
    return newline
  }

  /// Takes a character set's name.
  mutating func encoding() throws(ScriptError) -> String {
    try name(try required("the name of a character set"))
  }

  /// Takes a duration; nil for 0, which is never.
  mutating func timeout() throws(ScriptError) -> Duration? {
    let token = try required("a duration")
    guard let duration = Duration(written: token.word ?? "") else {
      throw wrong(token, "a duration is like 500ms, 2s, 1m or 1.5")
    }
    return duration == .zero ? nil : duration
  }

  /// Takes a name if there is one.
  mutating func optionalName() throws(ScriptError) -> String? {
    let token = try lexer.peek()
    if token.endsStatement { return nil }
    lexer.offset = token.range.upperBound
    return try name(token)
  }

  /// Takes `on` or `off`.
  mutating func isOn() throws(ScriptError) -> Bool {
    let token = try required("on or off")
    switch token.word {
    case "on": return true
    case "off": return false
    default: throw wrong(token, "this is on or off")
    }
  }

  /// Takes the next token.
  ///
  /// - Throws: ``ScriptError`` if the statement ends here.
  mutating func required(_ what: String) throws(ScriptError) -> Token {
    let token = try lexer.peek()
    if token.endsStatement { throw missing(what) }
    lexer.offset = token.range.upperBound
    return token
  }

  /// Takes the end of the line.
  ///
  /// - Throws: ``ScriptError`` if something stands before it.
  mutating func requireEnd() throws(ScriptError) {
    let token = try lexer.next()
    if !token.endsStatement { throw unexpected(token) }
  }

  func missing(_ what: String) -> ScriptError {
    lexer.source.error(what + " expected", at: lexer.offset, hint: usage)
  }

  func unexpected(_ token: Token) -> ScriptError {
    let text = safeLine(lexer.source.text(token.range))
    let quoted = text.hasPrefix("\"") ? text : "\"" + text + "\""
    return error("unexpected " + quoted, at: token, hint: usage)
  }

  func wrong(_ token: Token, _ message: String) -> ScriptError {
    error(message, at: token, hint: usage)
  }

  func error(_ message: String, at token: Token, hint: String? = nil) -> ScriptError {
    lexer.source.error(message, at: token.range.lowerBound, hint: hint)
  }

  /// What a word or a text in quotes names.
  private func name(_ token: Token) throws(ScriptError) -> String {
    switch token.kind {
    case .word(let name): return name
    case .string(let parts):
      if let bytes = parts.literalBytes, !bytes.isEmpty, !bytes.contains(0),
        let name = String(validating: bytes, as: UTF8.self)
      {
        return name
      }
      throw error("this is no name", at: token, hint: usage)
    default: throw unexpected(token)
    }
  }
}
