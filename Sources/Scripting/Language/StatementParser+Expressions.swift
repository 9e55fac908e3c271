import ByteText

extension StatementParser {
  /// Takes two values and what has to hold between them.
  mutating func condition() throws(ScriptError) -> Condition {
    let left = try expression()
    let token = try required("a comparison")
    if token.kind == .punctuation(.matches) { return .matches(left, try regularExpression()) }
    if token.kind == .punctuation(.assign) {
      throw error("= sets nothing here", at: token, hint: "== compares")
    }
    guard case .punctuation(let sign) = token.kind,
      let comparison = Comparison(rawValue: sign.rawValue)
    else { throw unexpectedBehindExpression(token) }
    return .comparison(left, comparison, try expression())
  }

  /// Takes a pattern between slashes, which has to come.
  private mutating func regularExpression() throws(ScriptError) -> BytePattern {
    guard let pattern = try optionalRegularExpression() else {
      let token = try required("a pattern")
      throw error("a pattern stands between slashes", at: token, hint: "/REGEX/")
    }
    return pattern
  }

  /// Takes a pattern between slashes if there is one.
  mutating func optionalRegularExpression() throws(ScriptError) -> BytePattern? {
    guard let token = try lexer.nextPattern() else { return nil }
    let inside = token.range.lowerBound + 1..<token.range.upperBound - 1
    let pattern = try BytePattern(inside, of: lexer.source)
    try note(pattern, at: token.range.lowerBound)
    return pattern
  }

  /// Takes a value, which may be calculated.
  mutating func expression() throws(ScriptError) -> Expression {
    expressionSize = 0
    var value = try term()
    while let sign = try takeOperator([.plus, .minus]) {
      value = .arithmetic(value, sign, try term())
    }
    return value
  }

  private mutating func term() throws(ScriptError) -> Expression {
    var value = try factor()
    while let sign = try takeOperator([.times, .dividedBy, .modulo]) {
      value = .arithmetic(value, sign, try factor())
    }
    return value
  }

  private mutating func takeOperator(
    _ signs: [ArithmeticOperator]
  ) throws(ScriptError) -> ArithmeticOperator? {
    let token = try lexer.peek()
    guard let word = token.word, let sign = ArithmeticOperator(rawValue: word), signs.contains(sign)
    else { return nil }
    try deepen(token)
    lexer.offset = token.range.upperBound
    return sign
  }

  /// Counts what makes an expression deeper: it is calculated, copied and freed from the outside in.
  private mutating func deepen(_ token: Token) throws(ScriptError) {
    expressionSize += 1
    guard expressionSize <= 64 else {
      throw error("this is too long", at: token, hint: "let NAME = EXPR keeps a part of it")
    }
  }

  /// Takes a value that nothing is calculated with.
  mutating func factor() throws(ScriptError) -> Expression {
    let token = try required("a value")
    switch token.kind {
    case .string(let parts):
      note(parts, in: token)
      return .text(parts)
    case .word("hex"): return .hex(try hexLiteral())
    case .word("file"): return .file(try path())
    case .word("length"):
      try deepen(token)
      try requireWord("of")
      return .length(of: try factor())
    case .word(let word): return try numberOrVariable(word, token)
    default: throw unexpected(token)
    }
  }

  private func numberOrVariable(_ word: String, _ token: Token) throws(ScriptError) -> Expression {
    let digits = word.utf8.first == UInt8(ascii: "-") ? word.utf8.dropFirst() : word.utf8[...]
    if !digits.isEmpty, digits.allSatisfy(isDigit) {
      guard let number = Int64(word) else {
        throw error("the number does not fit 64 bits", at: token)
      }
      return .number(number)
    }
    guard !keywords.contains(word) else { throw isKeyword(word, at: token.range.lowerBound) }
    let pieces = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isFact = pieces.count == 2 && (isName(String(pieces[1])) || word.hasPrefix("env."))
    guard isName(String(pieces[0])), pieces.count == 1 || isFact else { throw noValue(token) }
    names.useVariable(word, at: token.range.lowerBound)
    return .variable(word)
  }

  private func noValue(_ token: Token) -> ScriptError {
    let isGlued = shown(token).utf8.contains { "+-*/%".utf8.contains($0) }
    let hint =
      isGlued ? "blanks stand around + - * / %" : "text stands in quotes, numbers are decimal"
    return error(
      "\"" + shown(token) + "\" is neither a number nor a name", at: token, hint: hint)
  }

  /// Takes hex digits as long as words are such.
  private mutating func hexLiteral() throws(ScriptError) -> [UInt8] {
    let first = try required("hex digits")
    guard first.word != nil else { throw unexpected(first) }
    var bytes = try hexBytes(first)
    while true {
      let token = try lexer.peek()
      guard let word = token.word, word.utf8.allSatisfy({ hexDigitValue($0) != nil }) else {
        return bytes
      }
      lexer.offset = token.range.upperBound
      bytes += try hexBytes(token)
    }
  }

  /// What is wrong where neither an operator nor a comparison comes.
  private func unexpectedBehindExpression(_ token: Token) -> ScriptError {
    guard let sign = token.word?.utf8.first, "+-*/%".utf8.contains(sign) else {
      return unexpected(token)
    }
    return error(
      "unexpected \"" + shown(token) + "\"", at: token, hint: "blanks stand around + - * / %")
  }
}
