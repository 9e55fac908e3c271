import ByteText

/// Reads a configuration file line by line.
///
/// A line is `name = value`, a comment after `#`, or blank. A value is the rest of its line, or text
/// with C escapes in double quotes, behind which a comment may stand.
struct ConfigurationReader {
  let path: String
  private(set) var configuration = Configuration()
  private var number = 0
  /// The line of each name that may stand only once.
  private var lines: [String: Int] = [:]

  static let names = [
    "color", "prompt", "newline", "history-size", "timestamps", "secret-pattern",
  ]

  init(path: String) { self.path = path }

  /// Reads a line, which has a number for the messages.
  mutating func read(_ line: Substring, number: Int) throws(UsageError) {
    self.number = number
    let line = trimmed(line)
    guard !line.isEmpty, !line.hasPrefix("#") else { return }
    guard let sign = line.firstIndex(of: "=") else {
      throw error("a line is NAME = VALUE", hint: hint(forName: String(line)))
    }
    let name = String(trimmed(line[..<sign]))
    let value = try value(trimmed(line[line.index(after: sign)...]))
    try refuseSecond(name)
    if name.hasPrefix("@") {
      configuration.aliases.append(try alias(name, value))
    } else {
      try set(name, value)
    }
  }

  private mutating func set(_ name: String, _ value: Value) throws(UsageError) {
    switch name {
    case "color": configuration.color = try choice(name, value)
    case "prompt": configuration.prompt = value.text
    case "newline": configuration.newline = try choice(name, value)
    case "history-size": configuration.historySize = try historySize(value)
    case "timestamps":
      let choice: Switch = try choice(name, value)
      configuration.showsTimestamps = choice == .on
    case "secret-pattern":
      // It would match everything.
      if value.text.isEmpty { throw error("a pattern is missing") }
      let place = safeLine(path) + ": line " + String(number)
      configuration.secretPatterns.append(.init(text: value.text, place: place))
    default:
      throw error("unknown name \"" + safeLine(name) + "\"", hint: hint(forName: name))
    }
  }

  private enum Switch: String, CaseIterable { case on, off }

  /// What stands behind the equals sign.
  private struct Value {
    let text: String
    let isQuoted: Bool
  }

  private func value(_ text: Substring) throws(UsageError) -> Value {
    if text.isEmpty { throw error("a value is missing", hint: "NAME = VALUE, or NAME = \"\"") }
    guard text.first == "\"" else { return Value(text: String(text), isQuoted: false) }
    guard let end = closingQuote(of: text) else { throw error("a quote is not closed") }
    let rest = trimmed(text[text.index(after: end)...])
    guard rest.isEmpty || rest.hasPrefix("#") else {
      throw error("more behind the closing quote", hint: #"\" for a quote inside"#)
    }
    let bytes: [UInt8]
    do throws(TextFormatError) {
      bytes = try decodeEscapes(String(text[text.index(after: text.startIndex)..<end]))
    } catch {
      throw self.error(error.problem.description)
    }
    guard isValidUTF8(bytes.span.bytes) else { throw error("the value is not UTF-8") }
    return Value(text: String(decoding: bytes, as: UTF8.self), isQuoted: true)
  }

  private func closingQuote(of text: Substring) -> Substring.Index? {
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return index
      }
    }
    return nil
  }

  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ value: Value
  ) throws(UsageError) -> Choice {
    if let choice = Choice(rawValue: value.text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let near = nearestName(to: value.text, among: names)
    throw error(
      name + ": \"" + safeLine(value.text) + "\" is not understood",
      hint: near.map { "did you mean " + $0 + "?" } ?? names.joined(separator: ", "))
  }

  private func historySize(_ value: Value) throws(UsageError) -> Int {
    // A sign is no digit.
    if value.text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let size = Int(value.text), size <= 100_000
    {
      return size
    }
    throw error("history-size: a number from 0 to 100000 is needed")
  }

  private func alias(_ name: String, _ value: Value) throws(UsageError) -> Configuration.Alias {
    let bare = name.dropFirst()
    let isName = bare.utf8.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return byte < 0x80 && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    guard isName, !bare.isEmpty else {
      throw error(
        "\"" + safeLine(name) + "\" is no alias",
        hint: "its name has letters, digits, -, _ and .")
    }
    // In quotes it is one word, as a path may hold spaces.
    let words =
      value.isQuoted
      ? [value.text] : value.text.split { $0 == " " || $0 == "\t" }.map(String.init)
    if value.text.isEmpty { throw error("an endpoint is missing") }
    if words.count > 2 { throw error(name + ": an endpoint is one word, or host and port") }
    return Configuration.Alias(name: String(bare), words: words)
  }

  private mutating func refuseSecond(_ name: String) throws(UsageError) {
    if name == "secret-pattern" { return }
    if let line = lines[name] {
      throw error("\"" + safeLine(name) + "\" stands in line " + String(line) + " already")
    }
    lines[name] = number
  }

  private func hint(forName name: String) -> String? {
    let first = name.split { $0 == " " || $0 == "\t" }.first.map(String.init) ?? name
    return nearestName(to: first, among: Self.names).map { "did you mean " + $0 + " = VALUE?" }
      ?? Self.names.joined(separator: ", ") + ", @NAME"
  }

  private func error(_ text: String, hint: String? = nil) -> UsageError {
    UsageError(safeLine(path) + ": line " + String(number) + ": " + text, hint: hint)
  }
}

/// Without the blanks around it, and without the CR of a file from elsewhere.
func trimmed(_ text: Substring) -> Substring {
  var text = text
  while let last = text.unicodeScalars.last, " \t\r".unicodeScalars.contains(last) {
    text.unicodeScalars.removeLast()
  }
  return text.drop { $0 == " " || $0 == "\t" }
}
