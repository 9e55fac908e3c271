/// A place in a text that arrives in pieces: lines end with LF, columns count characters.
struct TextPosition: Equatable, Sendable {
  var line = 1
  var column = 1

  /// Moves past one byte; the second and later bytes of a UTF-8 character take no column.
  mutating func pass(_ byte: UInt8) {
    if byte == ASCII.lineFeed {
      line += 1
      column = 1
    } else if byte & 0xc0 != 0x80 {
      column += 1
    }
  }

  /// Moves past bytes among which there is no LF.
  mutating func pass(_ bytes: Slice<UnsafeRawBufferPointer>) {
    for byte in bytes where byte & 0xc0 != 0x80 {
      column += 1
    }
  }

  func error(_ problem: TextFormatError.Problem) -> TextFormatError {
    TextFormatError(line: line, column: column, problem: problem)
  }
}
