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
    let duration = try duration()
    return duration == .zero ? nil : duration
  }

  /// Takes a duration.
  mutating func duration() throws(ScriptError) -> Duration {
    let token = try required("a duration")
    guard let duration = Duration(written: token.word ?? "") else {
      throw wrong(token, "a duration is like 500ms, 2s, 1m or 1.5")
    }
    return duration
  }

  /// Takes a name if there is one.
  mutating func optionalName() throws(ScriptError) -> String? {
    let token = try lexer.peek()
    if token.endsStatement { return nil }
    lexer.offset = token.range.upperBound
    return try name(token)
  }

  /// Takes a host's name if there is one; in quotes it may name variables.
  mutating func optionalHost() throws(ScriptError) -> [TextPart]? {
    let token = try lexer.peek()
    if case .string(let parts) = token.kind, parts.literalBytes == nil {
      lexer.offset = token.range.upperBound
      note(parts, in: token)
      return parts
    }
    return try optionalName().map { [.bytes(Array($0.utf8))] }
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

  /// Takes a sign if it comes next.
  mutating func takes(_ sign: Punctuation) throws(ScriptError) -> Bool {
    try takes(.punctuation(sign))
  }

  /// Takes a word if it comes next.
  mutating func takes(_ word: String) throws(ScriptError) -> Bool {
    try takes(.word(word))
  }

  private mutating func takes(_ kind: Token.Kind) throws(ScriptError) -> Bool {
    let token = try lexer.peek()
    guard token.kind == kind else { return false }
    lexer.offset = token.range.upperBound
    return true
  }

  /// Takes a sign, which has to come next.
  mutating func require(_ sign: Punctuation) throws(ScriptError) {
    let token = try required("\"" + sign.rawValue + "\"")
    if token.kind != .punctuation(sign) { throw unexpected(token) }
  }

  /// Takes a word, which has to come next.
  mutating func requireWord(_ word: String) throws(ScriptError) {
    let token = try required("\"" + word + "\"")
    if token.word != word { throw unexpected(token) }
  }

  /// Takes the brace at the end of a line, and that end; where the brace is.
  mutating func openingBrace() throws(ScriptError) -> Int {
    let brace = try required("\"{\"")
    guard brace.kind == .punctuation(.leftBrace) else { throw unexpected(brace) }
    let end = try lexer.next()
    guard end.endsStatement else {
      throw error("a block begins in the line below its brace", at: end, hint: usage)
    }
    return brace.range.lowerBound
  }

  func missing(_ what: String) -> ScriptError {
    lexer.source.error(what + " expected", at: lexer.offset, hint: usage.isEmpty ? nil : usage)
  }

  func unexpected(_ token: Token) -> ScriptError {
    let text = shown(token)
    let quoted = text.hasPrefix("\"") ? text : "\"" + text + "\""
    return error("unexpected " + quoted, at: token, hint: usage)
  }

  /// A token as messages show it; of a long one the beginning.
  func shown(_ token: Token) -> String {
    let text = lexer.source.text(token.range)
    return safeLine(text.utf8.count <= 80 ? text : text.prefix(60) + "…")
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
