import ByteText

extension StatementParser {
  /// Takes the values up to the end of the line, or of what is expected; at least one.
  ///
  /// Behind `hex`, words are hex digits until the next keyword; quoted text may stand between.
  mutating func values(
    beginningWithHex: Bool = false, isExpected: Bool = false
  ) throws(ScriptError) -> [Value] {
    var list = ValueList(isHex: beginningWithHex)
    while true {
      if isExpected { try refusePattern() }
      let token = try lexer.peek()
      if token.endsStatement || isExpected && endsPattern(token) { break }
      lexer.offset = token.range.upperBound
      switch token.kind {
      case .string(let text):
        note(text, in: token)
        list.append(.text(text))
      case .word("hex"): try beginHex(&list, isExpected: isExpected)
      case .word(let word) where Self.valueNames.contains(word):
        list.isHex = false
        list.append(try value(word, token, isExpected: isExpected))
      case .word where list.isHex: list.append(try maskBytes(token, isExpected: isExpected))
      default: throw unexpectedValue(token, isExpected: isExpected)
      }
    }
    let values = list.finish()
    if values.isEmpty { throw missing(beginningWithHex ? "hex digits" : Self.wanted(isExpected)) }
    return values
  }

  private mutating func beginHex(_ list: inout ValueList, isExpected: Bool) throws(ScriptError) {
    let token = try lexer.peek()
    if token.endsStatement || isExpected && endsPattern(token) { throw missing("hex digits") }
    list.isHex = true
  }

  /// Takes what stands behind the name of a value.
  private mutating func value(
    _ name: String, _ token: Token, isExpected: Bool
  ) throws(ScriptError) -> Value {
    switch name {
    case "file": return .file(try path())
    case "line": return .line(try text("text in quotes", orAlone: isExpected ? token : nil))
    // A number stands for what a script knows; at the prompt it is typed.
    case _ where !lexer.hasVariables: throw unexpectedValue(token, isExpected: false)
    case "length":
      try requireWord("of")
      return .length(of: try factor())
    default:
      let format = try integerFormat(token)
      if isExpected, endsOperand(try lexer.peek()) {
        throw error(
          "a number is read alone", at: token, hint: "an expect for each, or a number behind it")
      }
      return .integer(format, try expression())
    }
  }

  /// Takes the byte order behind a number's size.
  mutating func integerFormat(_ token: Token) throws(ScriptError) -> IntegerFormat {
    let count = IntegerFormat.byteCounts[token.word ?? ""] ?? 1
    let order = try lexer.peek()
    guard order.word == "be" || order.word == "le" else { return IntegerFormat(byteCount: count) }
    guard count > 1 else { throw error("one byte has no order", at: order, hint: "u8 EXPR") }
    lexer.offset = order.range.upperBound
    return IntegerFormat(byteCount: count, isLittleEndian: order.word == "le")
  }

  /// Tells whether a token cannot begin the number that is written.
  private func endsOperand(_ token: Token) -> Bool {
    if endsPattern(token) { return true }
    guard let word = token.word else { return false }
    return IntegerFormat.byteCounts[word] != nil || word == "line"
      || lonePatternNames.contains(word)
  }

  /// Refuses a slash where only values may stand.
  private func refusePattern() throws(ScriptError) {
    let next = lexer.afterBlanks()
    if next < lexer.bytes.count, lexer.bytes[next] == UInt8(ascii: "/") {
      throw lexer.source.error("a pattern between slashes stands alone", at: next, hint: usage)
    }
  }

  private func unexpectedValue(_ token: Token, isExpected: Bool) -> ScriptError {
    guard let word = token.word else { return unexpected(token) }
    if isExpected, lonePatternNames.contains(word) {
      return error(word + " stands alone", at: token, hint: usage)
    }
    return textWithoutQuotes(token)
  }

  private static func wanted(_ isExpected: Bool) -> String {
    isExpected ? "a pattern" : "something to send"
  }

  private static let valueNames: Set = ["file", "line", "length", "u8", "u16", "u32", "u64"]
}

extension IntegerFormat {
  static let byteCounts = ["u8": 1, "u16": 2, "u32": 4, "u64": 8]
}

/// Values that are read one after the other; neighbouring hex digits become one.
private struct ValueList {
  /// Whether words are hex digits.
  var isHex: Bool
  private var values: [Value] = []
  private var run: [UInt8?] = []

  init(isHex: Bool) { self.isHex = isHex }

  mutating func append(_ value: Value) {
    endRun()
    values.append(value)
  }

  mutating func append(_ bytes: [UInt8?]) { run += bytes }

  mutating func finish() -> [Value] {
    endRun()
    return values
  }

  private mutating func endRun() {
    if run.isEmpty { return }
    let bytes = run.compactMap(\.self)
    values.append(bytes.count == run.count ? .hex(bytes) : .mask(run))
    run = []
  }
}
