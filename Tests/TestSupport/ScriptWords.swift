/// One word of a statement, after quotes and variables.
struct ScriptWord: Equatable {
  var bytes: [UInt8] = []
  var isQuoted = false

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it is this word, written without quotes.
  func isBare(_ text: String) -> Bool { !isQuoted && self.text == text }
}

/// Splits a statement into words.
///
/// White space separates. `'…'` stands for itself; in `"…"` and outside of quotes `$NAME`,
/// `${NAME}` and `$1` stand for variables; in `"…"` the escapes `\n \r \t \0 \\ \" \$ \xHH` are
/// known. An expanded variable is never split.
struct ScriptWordReader {
  private var rest: Substring.UTF8View
  private let variables: [String: String]

  init(_ statement: String, variables: [String: String]) {
    rest = Substring(statement).utf8
    self.variables = variables
  }

  mutating func words() throws -> [ScriptWord] {
    var words: [ScriptWord] = []
    while true {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if rest.isEmpty { return words }
      words.append(try word())
    }
  }

  private mutating func word() throws -> ScriptWord {
    var word = ScriptWord()
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): return word
      case UInt8(ascii: "'"):
        word.isQuoted = true
        guard let end = rest.firstIndex(of: byte) else { throw TestError("no closing '") }
        word.bytes += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case UInt8(ascii: "\""):
        word.isQuoted = true
        word.bytes += try doubleQuoted()
      case UInt8(ascii: "$"): word.bytes += try variable()
      default: word.bytes.append(byte)
      }
    }
    return word
  }

  private mutating func doubleQuoted() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return bytes
      case UInt8(ascii: "\\"): bytes.append(try escape())
      case UInt8(ascii: "$"): bytes += try variable()
      default: bytes.append(byte)
      }
    }
    throw TestError("no closing \"")
  }

  private mutating func escape() throws -> UInt8 {
    let letter = rest.popFirst().map { Character(Unicode.Scalar($0)) } ?? " "
    switch letter {
    case "n": return 10
    case "r": return 13
    case "t": return 9
    case "0": return 0
    case "\\", "\"", "$": return letter.asciiValue ?? 0
    case "x":
      let digits = String(Substring(rest.prefix(2)))
      guard digits.count == 2, let value = UInt8(digits, radix: 16) else { break }
      rest = rest.dropFirst(2)
      return value
    default: break
    }
    throw TestError("unknown escape \\\(letter)")
  }

  private mutating func variable() throws -> [UInt8] {
    var name: Substring.UTF8View
    if rest.first == UInt8(ascii: "{") {
      name = rest.dropFirst().prefix { $0 != UInt8(ascii: "}") }
      rest = rest.dropFirst(name.count + 2)
    } else {
      name = rest.prefix { Self.isNamePart($0) }
      if let first = name.first, first < 0x3a { name = name.prefix(1) }
      rest = rest.dropFirst(name.count)
    }
    guard let value = variables[String(Substring(name))] else {
      throw TestError("no variable $\(Substring(name)) (quote a $ with '…' or \\$)")
    }
    return Array(value.utf8)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return byte < 0x80 && (character.isLetter || character.isNumber || character == "_")
  }
}
