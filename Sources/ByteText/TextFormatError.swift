/// Where and why a text does not follow the format that it was said to have.
package struct TextFormatError: Error, Equatable, Sendable {
  /// What is wrong at the place.
  package enum Problem: Equatable, Sendable {
    /// A backslash is followed by a byte that begins no escape.
    case unknownEscape(UInt8)
    /// The text ends inside an escape.
    case unfinishedEscape
    /// `\x` is not followed by two hex digits.
    case malformedHexEscape
    /// An octal escape is neither `\0` alone nor three digits from `\000` to `\377`.
    case malformedOctalEscape
    /// `\u` is followed neither by four hex digits nor by one to six in braces.
    case malformedUnicodeEscape
    /// `\u{…}` names a surrogate or a number above 10FFFF.
    case noSuchCharacter(UInt32)
    /// A hex digit stands alone where two make a byte.
    case unpairedHexDigit
    /// A byte stands where the format has no place for it.
    case unexpectedByte(UInt8)
    /// A line among the rows of a dump is none.
    case notDumpRow
  }

  /// The line, counted from 1.
  package let line: Int
  /// The column in characters, counted from 1; for an escape, that of its backslash.
  package let column: Int
  /// What is wrong there.
  package let problem: Problem

  /// Makes an error from a place and what is wrong there.
  package init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }
}

extension TextFormatError: CustomStringConvertible {
  /// The error in one line, ready to stand behind a subject.
  package var description: String {
    "line \(line), column \(column): \(problem)"
  }
}

extension TextFormatError.Problem: CustomStringConvertible {
  /// What is wrong, in lower case and without a full stop.
  package var description: String {
    switch self {
    case .unknownEscape(let byte): "unknown escape \"\\\(shown(byte))\""
    case .unfinishedEscape: "unfinished escape"
    case .malformedHexEscape: "\\x needs two hex digits"
    case .malformedOctalEscape: "an octal escape is \\0 alone or \\000 to \\377"
    case .malformedUnicodeEscape: "\\u needs four hex digits, or one to six in braces"
    case .noSuchCharacter(let number): "no character has the number \(hex(number))"
    case .unpairedHexDigit: "a hex digit without its second one"
    case .unexpectedByte(let byte): "unexpected \"\(shown(byte))\""
    case .notDumpRow: "not a row of a hex dump"
    }
  }

  private func shown(_ byte: UInt8) -> String {
    var text: [UInt8] = []
    appendEscaped([byte].span.bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private func hex(_ number: UInt32) -> String {
    String(number, radix: 16, uppercase: true)
  }
}
