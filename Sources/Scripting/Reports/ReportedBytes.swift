import ByteText

/// Bytes that came from a peer, as reports show them: in quotes, or as a dump if they are no text.
struct ReportedBytes: Sendable {
  private static let limit = 512

  /// The end of them, or their beginning.
  let shown: [UInt8]
  /// How many there were.
  let count: Int

  /// The end of so many bytes.
  init(_ bytes: [UInt8], of count: Int) {
    let last = Array(bytes.suffix(Self.limit))
    self.count = max(count, bytes.count)
    shown = last.count < self.count ? withoutHalfCharacter(last) : last
  }

  /// The beginning of bytes.
  init(beginningOf bytes: [UInt8]) {
    count = bytes.count
    var first = Array(bytes.prefix(Self.limit))
    let half = incompleteSuffixLength(of: first.span.bytes)
    if first.count < count, isValidUTF8(first.span.bytes.extracting(droppingLast: half)) {
      first.removeLast(half)
    }
    shown = first
  }

  /// Whether all of them are shown.
  var isWhole: Bool { shown.count == count }

  /// What is shown as rows: a line of text each, or the rows of a dump.
  var rows: [String] {
    guard isReportedAsText(shown) else { return dumpRows }
    var lines: [[UInt8]] = [[]]
    for byte in shown {
      lines[lines.count - 1].append(byte)
      if byte == UInt8(ascii: "\n") { lines.append([]) }
    }
    return lines.filter { !$0.isEmpty }.map(quoted)
  }

  /// Where each byte stands in what came, and the marker of what was received: as in any dump.
  private var dumpRows: [String] {
    var dump = Hexdump(receivedOffset: UInt64(count - shown.count))
    var text: [UInt8] = []
    dump.append(shown.span.bytes, .received, to: &text)
    return text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// A few bytes within a line: in quotes, or as hex digits.
func shortText(_ bytes: [UInt8], limit: Int = 16) -> String {
  let end = bytes.count > limit ? "\u{2026}" : ""
  var shown = Array(bytes.prefix(limit))
  if !end.isEmpty { shown.removeLast(incompleteSuffixLength(of: shown.span.bytes)) }
  guard !isReportedAsText(shown) else { return quoted(shown) + end }
  return "hex " + shown.map { hexString(of: [$0]) }.joined(separator: " ") + end
}

/// The bytes in quotes, as a script would have them.
func quoted(_ bytes: [UInt8]) -> String {
  var escaped: [UInt8] = []
  appendEscaped(bytes.span.bytes, to: &escaped)
  return "\"" + String(decoding: escaped, as: UTF8.self).withEscapedQuotes + "\""
}

/// Tells whether bytes are better read as text: characters, and only controls that texts have.
func isReportedAsText(_ bytes: [UInt8]) -> Bool {
  let half = incompleteSuffixLength(of: bytes.span.bytes)
  guard half < max(bytes.count, 1), isValidUTF8(bytes.span.bytes.extracting(droppingLast: half))
  else { return false }
  return !bytes.contains { $0 < 0x07 || (0x0e..<0x1b).contains($0) || (0x1c..<0x20).contains($0) }
}

/// Leaves out the rest of a character at the beginning of what was cut from a text.
private func withoutHalfCharacter(_ bytes: [UInt8]) -> [UInt8] {
  let rest = bytes.prefix(3).prefix { $0 & 0xc0 == 0x80 }.count
  let whole = Array(bytes.dropFirst(rest))
  return isReportedAsText(whole) ? whole : bytes
}
