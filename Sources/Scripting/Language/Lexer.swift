import ByteText

/// Cuts a text into tokens, one at each call.
///
/// A slash begins a word unless the parser asks for a pattern, so that paths need no quotes. After
/// an error the next token is asked for behind ``skipLine()``.
package struct Lexer: Sendable {
  package let source: ScriptSource
  /// Whether `${name}` may stand in quotes; at the prompt there are no variables.
  package let hasVariables: Bool
  /// Where the next token is looked for.
  package var offset: Int

  /// Begins at a byte of a text.
  package init(_ source: ScriptSource, at offset: Int = 0, hasVariables: Bool = true) {
    self.source = source
    self.offset = offset
    self.hasVariables = hasVariables
  }

  var bytes: [UInt8] { source.bytes }

  /// The next token.
  ///
  /// - Throws: ``ScriptError`` at what can be none: a quote that is not closed, an escape that does
  ///   not exist, a control character, bytes that are no UTF-8.
  package mutating func next() throws(ScriptError) -> Token {
    skipBlanks()
    let start = offset
    guard start < bytes.count else { return Token(kind: .end, range: start..<start) }
    switch bytes[start] {
    case UInt8(ascii: "\n"):
      return token(.lineEnd, endingAt: start + 1)
    case UInt8(ascii: "\""):
      return try quoted()
    default:
      let end = try endOfWord(from: start)
      if end > start { return token(.word(source.text(start..<end)), endingAt: end) }
      return try punctuation()
    }
  }

  /// The next token, which stays where it is.
  package func peek() throws(ScriptError) -> Token {
    var copy = self
    return try copy.next()
  }

  /// The next token if it is a pattern, `/…/`; nil if no slash comes next.
  package mutating func nextPattern() throws(ScriptError) -> Token? {
    let start = afterBlanks()
    guard start < bytes.count, bytes[start] == UInt8(ascii: "/") else { return nil }
    offset = start
    return try pattern()
  }

  /// Goes on in the next line.
  package mutating func skipLine() {
    while offset < bytes.count {
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\n") { return }
    }
  }

  /// Passes spaces, tabs, the CR of a CRLF, and a comment.
  package mutating func skipBlanks() {
    offset = afterBlanks()
    if let comment = comment() { offset = comment.upperBound }
  }

  /// Where spaces, tabs and the CR of a CRLF end.
  func afterBlanks() -> Int {
    var index = offset
    while index < bytes.count, isBlank(at: index) {
      index += 1
    }
    return index
  }

  /// The comment that begins here, to the end of its line, or nil.
  func comment() -> Range<Int>? {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "#") else { return nil }
    return offset..<(bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count)
  }

  /// Takes what ends at a byte.
  mutating func token(_ kind: Token.Kind, endingAt end: Int) -> Token {
    defer { offset = end }
    return Token(kind: kind, range: offset..<end)
  }

  /// Checks the character at a byte and says how long it is.
  ///
  /// - Throws: ``ScriptError`` at one that controls without being seen, or at none.
  func characterLength(at index: Int) throws(ScriptError) -> Int {
    let length: Int
    switch bytes[index] {
    case 0x20...0x7e: return 1
    case 0xc0...0xdf: length = 2
    case 0xe0...0xef: length = 3
    case 0xf0...0xff: length = 4
    default: length = 1
    }
    let end = min(index + length, bytes.count)
    guard let text = String(validating: bytes[index..<end], as: UTF8.self) else {
      let escape = "\\x" + hexString(of: [bytes[index]])
      throw source.error("not UTF-8", at: index, hint: "in quotes: " + escape)
    }
    guard text == "\t" || safeLine(text) == text else {
      throw source.error("a control character", at: index, hint: "in quotes: " + escape(of: text))
    }
    return end - index
  }

  private func escape(of character: String) -> String {
    guard let number = character.unicodeScalars.first?.value else { return "" }
    if number < 0x80 { return "\\x" + hexString(of: [UInt8(number)]) }
    return "\\u{" + String(number, radix: 16) + "}"
  }

  private func isBlank(at index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): true
    case UInt8(ascii: "\r"): index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "\n")
    default: false
    }
  }

  private mutating func punctuation() throws(ScriptError) -> Token {
    for sign in Punctuation.allCases where bytes[offset...].starts(with: sign.rawValue.utf8) {
      return token(.punctuation(sign), endingAt: offset + sign.rawValue.utf8.count)
    }
    let end = offset + (try characterLength(at: offset))
    let isVariable = bytes[offset] == UInt8(ascii: "$")
    throw source.error(
      "unexpected \"" + source.text(offset..<end) + "\"", at: offset,
      hint: isVariable ? "a variable stands in quotes: \"${name}\"" : nil)
  }
}
