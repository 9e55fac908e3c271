extension StatementParser {
  /// Takes a pattern, the name for what matches, and the time it has.
  mutating func expectation() throws(ScriptError) -> Expectation {
    let pattern = try pattern()
    let next = try lexer.peek()
    if case .nothing = pattern, next.word == "within" {
      throw error(
        "nothing says itself how long", at: next, hint: "expect nothing for 500ms")
    }
    let name = try name(of: pattern)
    let limit = try limit()
    let token = try lexer.peek()
    if token.kind == .punctuation(.leftBrace) {
      throw error(
        "expect with a block has its patterns in the lines below", at: token, hint: "expect {")
    }
    return Expectation(pattern, as: name, within: limit)
  }

  /// Takes `as NAME` if it comes behind a pattern that leaves something to keep.
  mutating func name(of pattern: Pattern) throws(ScriptError) -> String? {
    let token = try lexer.peek()
    if let word = pattern.wordForNoBytes, token.word == "as" {
      throw error(word + " leaves nothing to keep", at: token)
    }
    return try nameBehindAs()
  }

  /// Takes `within DURATION` if it comes.
  mutating func limit() throws(ScriptError) -> Duration? {
    guard try takes("within") else { return nil }
    let token = try lexer.peek()
    let limit = try duration()
    guard limit > .zero else {
      throw error("within 0 leaves no time", at: token, hint: "set timeout 0 waits for ever")
    }
    return limit
  }

  /// Takes what has to come.
  mutating func pattern() throws(ScriptError) -> Pattern {
    if let pattern = try optionalRegularExpression() {
      try requireAlone("a pattern between slashes")
      return .regular(pattern)
    }
    let token = try lexer.peek()
    if endsPattern(token) { throw missing("a pattern") }
    if let word = token.word, lonePatternNames.contains(word) {
      lexer.offset = token.range.upperBound
      let pattern = try lonePattern(token)
      try requireAlone(word)
      return pattern
    }
    if let reading = try reading() { return reading }
    return .literal(try values(isExpected: true))
  }

  private mutating func lonePattern(_ token: Token) throws(ScriptError) -> Pattern {
    switch token.word {
    case "eof": return .endOfFile
    case "close": return .close
    case "reset": return .reset
    case "bytes": return .bytes(try expression())
    case "nothing":
      try requireWord("for")
      return .nothing(for: try duration())
    default:
      guard allowsDatagrams else {
        throw error("the peer sends a stream, which has no datagrams", at: token)
      }
      return .datagram(try datagram())
    }
  }

  private mutating func datagram() throws(ScriptError) -> Pattern? {
    if endsPattern(try lexer.peek()) { return nil }
    if let pattern = try optionalRegularExpression() { return .regular(pattern) }
    return .literal(try values(isExpected: true))
  }

  /// Takes `line` or a number's format if no operand stands behind, which would make it a value.
  private mutating func reading() throws(ScriptError) -> Pattern? {
    let start = lexer.offset
    let token = try lexer.next()
    if token.word == "line", endsPattern(try lexer.peek()) { return .line }
    if token.word == "line" || IntegerFormat.byteCounts[token.word ?? ""] == nil {
      lexer.offset = start
      return nil
    }
    let format = try integerFormat(token)
    if endsPattern(try lexer.peek()) { return .integer(format) }
    lexer.offset = start
    return nil
  }

  /// Tells whether a pattern may end before a token.
  func endsPattern(_ token: Token) -> Bool {
    switch token.kind {
    case .word("as"), .word("within"), .punctuation(.leftBrace): true
    default: token.endsStatement
    }
  }

  /// Makes sure that no other value stands beside one that is expected alone.
  private func requireAlone(_ what: String) throws(ScriptError) {
    let next = lexer.afterBlanks()
    if next < lexer.bytes.count, lexer.bytes[next] == UInt8(ascii: "/") {
      throw lexer.source.error(what + " stands alone", at: next, hint: usage)
    }
    let token = try lexer.peek()
    if !endsPattern(token) { throw error(what + " stands alone", at: token, hint: usage) }
  }
}
