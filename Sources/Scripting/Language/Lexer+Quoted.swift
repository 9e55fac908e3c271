import ByteText

extension Lexer {
  /// Takes what stands in quotes: C escapes decoded, `${name}` as a part of its own.
  mutating func quoted() throws(ScriptError) -> Token {
    var parts: [TextPart] = []
    var piece = offset + 1
    var index = piece
    while true {
      guard index < bytes.count, !isLineEnd(index) else {
        throw source.error("this quote is not closed", at: offset)
      }
      switch bytes[index] {
      case UInt8(ascii: "\""):
        try append(piece..<index, to: &parts)
        return token(.string(parts), endingAt: index + 1)
      case UInt8(ascii: "\\"):
        index += isEscaped(index + 1) ? 2 : 1
      case UInt8(ascii: "$") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{"):
        try append(piece..<index, to: &parts)
        parts.append(.variable(try variable(&index)))
        piece = index
      default:
        index += try characterLength(at: index)
      }
    }
  }

  /// Takes a pattern; a slash in it has a backslash before it, which PCRE2 takes as the slash.
  mutating func pattern() throws(ScriptError) -> Token {
    var index = offset + 1
    while index < bytes.count, !isLineEnd(index), bytes[index] != UInt8(ascii: "/") {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] < 0x80,
        !isLineEnd(index + 1)
      {
        index += 1
      }
      index += try characterLength(at: index)
    }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "/") else {
      throw source.error("this pattern is not closed", at: offset)
    }
    guard index > offset + 1 else { throw source.error("the pattern is empty", at: offset) }
    if index + 1 < bytes.count, Self.isWordByte(bytes[index + 1]) {
      throw source.error(
        "nothing may stick to a pattern", at: index + 1, hint: "options stand in it: /(?i)…/")
    }
    return token(.pattern(Array(bytes[offset + 1..<index])), endingAt: index + 1)
  }

  /// Decodes a range of the source.
  ///
  /// - Throws: ``ScriptError`` at the backslash of an escape that is none.
  func decoded(_ range: Range<Int>) throws(ScriptError) -> [UInt8] {
    var decoder = EscapeDecoder(lineBreaks: .content)
    var output: [UInt8] = []
    do throws(TextFormatError) {
      try decoder.decode(bytes.span.extracting(range).bytes, into: &output)
      try decoder.finish(into: &output)
    } catch {
      let offset = source.offset(from: range.lowerBound, line: error.line, column: error.column)
      throw source.error(
        error.problem.description, at: offset, hint: "a backslash itself is \\\\")
    }
    return output
  }

  /// Where the variables of a quoted text stand that was taken before.
  func variableOffsets(in quoted: Range<Int>) -> [Int] {
    var offsets: [Int] = []
    var index = quoted.lowerBound + 1
    while index < quoted.upperBound - 1 {
      if bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "{") {
        offsets.append(index)
      }
      index += bytes[index] == UInt8(ascii: "\\") && isEscaped(index + 1) ? 2 : 1
    }
    return offsets
  }

  private func append(_ range: Range<Int>, to parts: inout [TextPart]) throws(ScriptError) {
    if !range.isEmpty { parts.append(.bytes(try decoded(range))) }
  }

  /// Takes `${name}` and says what it names.
  private func variable(_ index: inout Int) throws(ScriptError) -> String {
    let start = index
    guard hasVariables else {
      throw source.error(
        "there are no variables at the prompt", at: start, hint: "${ itself is \\x24{")
    }
    var end = start + 2
    while end < bytes.count, isInName(bytes[end]) {
      end += 1
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), end > start + 2 else {
      throw source.error(
        "this names no variable", at: start, hint: "\"${name}\"; ${ itself is \\x24{")
    }
    index = end + 1
    return source.text(start + 2..<end)
  }

  private func isInName(_ byte: UInt8) -> Bool {
    byte < 0x80 && Self.isWordByte(byte) && !"/@%+*?[]".utf8.contains(byte)
  }

  private func isEscaped(_ index: Int) -> Bool {
    index < bytes.count
      && (bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\"))
  }

  private func isLineEnd(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n")
      || bytes[index] == UInt8(ascii: "\r") && index + 1 < bytes.count
        && bytes[index + 1] == UInt8(ascii: "\n")
  }
}
