import ByteText

extension StatementParser {
  /// Takes text in quotes; where none follows a word that is also a reading, says that this one
  /// stands alone.
  mutating func text(
    _ what: String, orAlone reading: Token? = nil
  ) throws(ScriptError) -> [TextPart] {
    let next = try lexer.peek()
    if let reading, endsPattern(next) {
      throw error("a line is read alone", at: reading, hint: "expect line, and nothing else")
    }
    let token = try required(what)
    guard case .string(let parts) = token.kind else {
      guard token.word != nil else { throw unexpected(token) }
      throw textWithoutQuotes(token)
    }
    note(parts, in: token)
    return parts
  }

  /// Tells of a word where text should stand.
  func textWithoutQuotes(_ token: Token) -> ScriptError {
    let word = token.word ?? ""
    let isVariable = names.variables.contains(word) || names.parameters.contains(word)
    let hint = isVariable ? "\"${" + word + "}\"" : "\"" + shown(token) + "\""
    return error("text stands in quotes", at: token, hint: hint)
  }

  /// Takes text in quotes if there is something.
  mutating func optionalText() throws(ScriptError) -> [TextPart] {
    try lexer.peek().endsStatement ? [] : try text("text in quotes")
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

  /// What a path in quotes comes to.
  private func path(_ parts: [TextPart], _ token: Token) throws(ScriptError) -> String {
    guard let bytes = parts.literalBytes else {
      throw error("a path cannot hold a variable", at: token)
    }
    guard !bytes.isEmpty, !bytes.contains(0), let path = String(validating: bytes, as: UTF8.self)
    else {
      throw error("a path is text, and not empty", at: token)
    }
    return path
  }
}
