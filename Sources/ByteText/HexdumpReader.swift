/// Reads hex input: the rows of a dump by column, or bare hex digits; in pieces cut anywhere.
///
/// The first line that is not blank decides which of the two it is. On a row, what stands before
/// the marker and from the ASCII column on is not looked at, as it can be any text; offsets are not
/// compared, so that rows may be edited, left out and moved. After an error nothing more may be
/// decoded.
package struct HexdumpReader: Sendable {
  /// Which rows give bytes; the others are only checked.
  package enum Rows: Sendable {
    /// Those marked `>`.
    case sent
    /// Those marked `<`.
    case received
    /// All of them, in their order.
    case both
  }

  private enum Format {
    case undecided
    case rows
    case digits
  }

  /// More of a line is not kept: a row stands well within it, and the rest is not looked at.
  private static let lineLimit = 512

  private let wanted: Rows
  private var format = Format.undecided
  private var digits = HexDecoder()
  private var lineNumber = 1
  private var line: [UInt8] = []

  /// Makes a reader for one input.
  package init(rows: Rows = .sent) {
    wanted = rows
  }

  /// Appends the bytes of the input so far; of rows, those of all lines that have ended.
  ///
  /// - Throws: ``TextFormatError`` at the first place that follows neither format.
  package mutating func decode(
    _ bytes: RawSpan, into output: inout [UInt8]
  ) throws(TextFormatError) {
    var start = 0
    while start < bytes.byteCount {
      guard format != .digits else {
        return try digits.decode(bytes.extracting(start..<bytes.byteCount), into: &output)
      }
      let end = endOfLine(in: bytes, from: start)
      start += keep(bytes.extracting(start..<end))
      if format == .undecided, line.count == Self.lineLimit {
        try decide(into: &output)
      } else if end < bytes.byteCount {
        try endLine(into: &output)
        start = end + 1
      } else {
        start = end
      }
    }
  }

  /// Appends the bytes of a last line that does not end with LF.
  ///
  /// - Throws: ``TextFormatError`` if that line follows neither format.
  package mutating func finish(into output: inout [UInt8]) throws(TextFormatError) {
    if format != .digits { try endLine(into: &output) }
    try digits.finish(into: &output)
  }

  private func endOfLine(in bytes: RawSpan, from start: Int) -> Int {
    bytes.withUnsafeBytes { bytes in
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
        end += 1
      }
      return end
    }
  }

  /// Adds to the line what it has room for, and says how much that is.
  private mutating func keep(_ bytes: RawSpan) -> Int {
    let count = min(bytes.byteCount, Self.lineLimit - line.count)
    bytes.extracting(0..<count).withUnsafeBytes { line.append(contentsOf: $0) }
    return count
  }

  private mutating func endLine(into output: inout [UInt8]) throws(TextFormatError) {
    if format == .undecided { try decide(into: &output) }
    switch format {
    case .undecided: break
    case .rows: try readRow(into: &output)
    case .digits: try digits.decode([UInt8(ascii: "\n")].span.bytes, into: &output)
    }
    line.removeAll(keepingCapacity: true)
    lineNumber += 1
  }

  /// Decides the format by what is known of the line, unless that is blank.
  private mutating func decide(into output: inout [UInt8]) throws(TextFormatError) {
    if line.allSatisfy(isBlank) {
      line.removeAll(keepingCapacity: true)
    } else if DumpRow(line) != nil {
      format = .rows
    } else {
      format = .digits
      digits = HexDecoder(startingAtLine: lineNumber)
      let begun = line
      try digits.decode(begun.span.bytes, into: &output)
    }
  }

  private func readRow(into output: inout [UInt8]) throws(TextFormatError) {
    if line.allSatisfy(isBlank) { return }
    guard let row = DumpRow(line) else {
      throw TextFormatError(line: lineNumber, column: 1, problem: .notDumpRow)
    }
    let count = output.count
    try row.appendBytes(of: line, lineNumber, to: &output)
    let isWanted =
      switch wanted {
      case .sent: row.marker == sentMarker
      case .received: row.marker == receivedMarker
      case .both: true
      }
    if !isWanted { output.removeLast(output.count - count) }
  }
}

/// What makes a line a row: a marker, an offset of eight digits or more, and the place of the bytes.
private struct DumpRow {
  let marker: UInt8
  /// Where the first digit of the first byte stands.
  let start: Int

  init?(_ line: [UInt8]) {
    for place in line.indices where line[place] == sentMarker || line[place] == receivedMarker {
      guard let start = Self.endOfOffset(in: line, after: place) else { continue }
      marker = line[place]
      self.start = start
      return
    }
    return nil
  }

  /// Finds where space, offset and two spaces end, if they follow the marker.
  private static func endOfOffset(in line: [UInt8], after marker: Int) -> Int? {
    var end = marker + 2
    while end < line.count, hexDigitValue(line[end]) != nil {
      end += 1
    }
    guard end >= marker + 10, end + 2 <= line.count else { return nil }
    let space = UInt8(ascii: " ")
    let hasGaps = line[marker + 1] == space && line[end] == space && line[end + 1] == space
    return hasGaps ? end + 2 : nil
  }

  /// Appends the bytes that stand in the hex columns.
  func appendBytes(
    of line: [UInt8], _ lineNumber: Int, to output: inout [UInt8]
  ) throws(TextFormatError) {
    let text = HexColumns(line: line, lineNumber: lineNumber, start: start)
    var hasEnded = false
    for place in 0..<bytesPerRow {
      let column = hexColumn(ofByte: place)
      if let byte = try text.byte(at: column) {
        guard !hasEnded else { throw text.unexpected(at: column) }
        output.append(byte)
      } else {
        hasEnded = true
      }
      try text.requireSpace(at: column + 2)
      if place % 8 == 7 { try text.requireSpace(at: column + 3) }
    }
  }
}

/// The hex columns of a line; what its end cuts off counts as spaces, as editors take those away.
private struct HexColumns {
  let line: [UInt8]
  let lineNumber: Int
  let start: Int

  subscript(column: Int) -> UInt8 {
    let place = start + column
    guard place < line.count else { return UInt8(ascii: " ") }
    let isEnd = place == line.count - 1 && line[place] == UInt8(ascii: "\r")
    return isEnd ? UInt8(ascii: " ") : line[place]
  }

  /// Reads the two digits of a byte; nil if there are two spaces.
  func byte(at column: Int) throws(TextFormatError) -> UInt8? {
    let high = hexDigitValue(self[column])
    let low = hexDigitValue(self[column + 1])
    if let high, let low { return high << 4 | low }
    if high == nil { try requireSpace(at: column) }
    if low == nil { try requireSpace(at: column + 1) }
    if high != nil { throw error(.unpairedHexDigit, at: column) }
    if low != nil { throw error(.unpairedHexDigit, at: column + 1) }
    return nil
  }

  func requireSpace(at column: Int) throws(TextFormatError) {
    guard self[column] == UInt8(ascii: " ") else { throw unexpected(at: column) }
  }

  func unexpected(at column: Int) -> TextFormatError {
    error(.unexpectedByte(self[column]), at: column)
  }

  /// Counts characters, as what stands before the marker can be any text.
  private func error(_ problem: TextFormatError.Problem, at column: Int) -> TextFormatError {
    let before = line.prefix(start + column).count { $0 & 0xc0 != 0x80 }
    return TextFormatError(line: lineNumber, column: before + 1, problem: problem)
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte)
}
