/// What a line that could not be read looks like from afar, so that one error is told once.
///
/// It tells whether a block begins in the line, and which names it would have set.
struct LineOutline {
  /// Opening braces less closing ones.
  private(set) var balance = 0
  private(set) var hasBrace = false
  /// Words outside of quotes and patterns.
  private(set) var words: [String] = []
  /// The named groups of patterns.
  private(set) var groups: [String] = []
  /// Whether a quote is open at its end.
  private(set) var hasOpenQuote = false
  /// Whether a slash began no pattern; looking for the end of one at each slash takes too long.
  private var hasPath = false
  /// The last byte that is no blank.
  private var lastByte: UInt8 = 0

  /// Looks at a line from a byte on.
  init(of bytes: [UInt8], from start: Int) {
    var index = start
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "#")
    {
      if !Self.isBlank(bytes[index]) { lastByte = bytes[index] }
      index = pass(bytes, index)
    }
  }

  /// Whether lines that follow belong to a block that begins here.
  var opensBlock: Bool {
    balance > 0 || hasOpenQuote && lastByte == UInt8(ascii: "{") && isHeader
  }

  /// Whether it begins as the statements do that are followed by a block.
  var isHeader: Bool {
    guard let first = words.first else { return false }
    return blockStatementNames.contains(first) || words == ["expect"]
      || words.starts(with: ["expect", "within"])
  }

  /// Takes what begins at a byte and says where the next begins.
  private mutating func pass(_ bytes: [UInt8], _ index: Int) -> Int {
    switch bytes[index] {
    case UInt8(ascii: "\""): return passQuote(bytes, index)
    case UInt8(ascii: "/"):
      if let end = endOfPattern(bytes, index) {
        noteGroups(bytes[index..<end])
        return end
      }
      return passWord(bytes, index)
    case UInt8(ascii: "{"), UInt8(ascii: "}"):
      hasBrace = true
      balance += bytes[index] == UInt8(ascii: "{") ? 1 : -1
      return index + 1
    case let byte: return Lexer.isWordByte(byte) ? passWord(bytes, index) : index + 1
    }
  }

  private mutating func passWord(_ bytes: [UInt8], _ index: Int) -> Int {
    let end = bytes[index...].firstIndex { !Lexer.isWordByte($0) } ?? bytes.count
    words.append(String(decoding: bytes[index..<end], as: UTF8.self))
    // The name of a peer before a statement.
    if words.count == 1, end < bytes.count, bytes[end] == UInt8(ascii: ":") { words = [] }
    return end
  }

  private mutating func passQuote(_ bytes: [UInt8], _ start: Int) -> Int {
    if let end = Self.end(of: bytes, start) { return end }
    hasOpenQuote = true
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    lastByte = bytes[start..<end].last { !Self.isBlank($0) } ?? lastByte
    return end
  }

  /// Behind the sign that also began it, if that comes in the same line.
  private static func end(of bytes: [UInt8], _ start: Int) -> Int? {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
      if bytes[index] == bytes[start] { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Behind a pattern, if what begins at a slash is one and not a path.
  private mutating func endOfPattern(_ bytes: [UInt8], _ start: Int) -> Int? {
    if hasPath { return nil }
    guard let end = Self.end(of: bytes, start),
      end == bytes.count || !Lexer.isWordByte(bytes[end])
    else {
      hasPath = true
      return nil
    }
    return end
  }

  /// Finds `(?<name>` and `(?P<name>`.
  private mutating func noteGroups(_ pattern: ArraySlice<UInt8>) {
    let pieces = pattern.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false)
    for (before, piece) in zip(pieces, pieces.dropFirst()) {
      let isGroup =
        before.suffix(2).elementsEqual("(?".utf8) || before.suffix(2).elementsEqual("?P".utf8)
      guard isGroup, let end = piece.firstIndex(of: UInt8(ascii: ">")) else { continue }
      groups.append(String(decoding: piece[..<end], as: UTF8.self))
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
