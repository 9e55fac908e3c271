/// A text that is parsed: a script, a command typed at the prompt, or a pattern.
package struct ScriptSource: Sendable {
  /// As it was read; a byte order mark is left out.
  package let bytes: [UInt8]
  private let lineStarts: [Int]

  /// A text of any bytes; the lexer refuses what is no UTF-8.
  package init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    var starts = [0]
    for (index, byte) in text.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(index + 1)
    }
    self.bytes = text
    lineStarts = starts
  }

  /// A text.
  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// Line and column of a byte, both counted from 1; the place after the last byte has one too.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let line = lineIndex(of: offset)
    let before = bytes[lineStarts[line]..<min(offset, bytes.count)]
    return (line + 1, before.count { $0 & 0xc0 != 0x80 } + 1)
  }

  /// The byte at a place of this text.
  package func offset(of place: Place) -> Int {
    guard place.line > 0, place.line <= lineStarts.count else { return 0 }
    return offset(from: lineStarts[place.line - 1], line: 1, column: place.column)
  }

  /// The byte at a line and column that were counted, from 1, in what begins at another byte.
  func offset(from start: Int, line: Int, column: Int) -> Int {
    var place = (line: 1, column: 0)
    for index in start..<bytes.count {
      if bytes[index] & 0xc0 != 0x80 { place.column += 1 }
      if place == (line, column) { return index }
      if bytes[index] == UInt8(ascii: "\n") { place = (place.line + 1, 0) }
    }
    return bytes.count
  }

  /// The bytes as text; what is no UTF-8 appears as replacement characters.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// An error at a byte.
  package func error(_ message: String, at offset: Int, hint: String? = nil) -> ScriptError {
    let (line, column) = position(of: offset)
    let start = lineStarts[line - 1]
    var end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return ScriptError(
      message, line: line, column: column, sourceLine: text(start..<end), hint: hint)
  }

  /// The last line that begins at or before the byte.
  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
