import ByteText

/// Reads one command of the prompt; arguments that a script has too are read by its parser.
struct PromptParser {
  private let source: ScriptSource
  private var arguments: StatementParser

  init(_ line: String) {
    source = ScriptSource("/" + line)
    arguments = StatementParser(Lexer(source, at: 1, hasVariables: false))
  }

  mutating func command() throws(ScriptError) -> PromptCommand {
    let description = try takeName()
    arguments.usage = Self.shown(description)
    if let statement = try statement(description.name) {
      return .statement(statement)
    }
    let command = try promptCommand(description.name)
    try requireEnd()
    return command
  }

  private mutating func requireEnd() throws(ScriptError) {
    try arguments.requireEnd()
    let end = arguments.lexer.offset
    if end < source.bytes.count { throw source.error("a command is one line", at: end) }
  }

  /// What a script can say too, or nil.
  private mutating func statement(_ name: String) throws(ScriptError) -> Statement? {
    let statement: Statement
    switch name {
    case "send": statement = .send(try sentText())
    case "hex": statement = .send(try arguments.values(beginningWithHex: true))
    case "file": statement = .send([.file(try path())])
    case "half-close": statement = .halfClose
    case "close": statement = .close
    case "reset": statement = .reset
    case "starttls":
      let name = try arguments.optionalName()
      statement = .startTLS(name: name.map { [.bytes(Array($0.utf8))] })
    case "newline": statement = .set(.newline(try arguments.newline()))
    case "encoding": statement = .set(.encoding(try arguments.encoding()))
    case "timeout": statement = .set(.timeout(try arguments.timeout()))
    default: return nil
    }
    try requireEnd()
    return statement
  }

  private mutating func promptCommand(_ name: String) throws(ScriptError) -> PromptCommand {
    switch name {
    case "secret": return .secret
    case "shell": return .shell(try requiredRest("a shell command"))
    case "reconnect": return .reconnect
    case "peers": return .peers
    case "peer": return .peer(try peer())
    case "dump": return .dump(try arguments.isOn())
    case "escape": return .escape(try arguments.isOn())
    case "stats": return .stats
    case "info": return .info
    case "save": return .save(path: try path())
    case "history":
      let text = trimmed(rest())
      arguments.lexer.offset = source.bytes.count
      return .history(text.isEmpty ? nil : source.text(text))
    case "help": return .help(try helpName())
    case "quit": return .quit
    default: preconditionFailure("a command of the table is not parsed")
    }
  }

  /// Takes free text with C escapes, or the values of the script's `send` if a quote comes first.
  private mutating func sentText() throws(ScriptError) -> [Value] {
    let start = rest()
    guard !start.isEmpty else { throw arguments.missing("text") }
    if source.bytes[start.lowerBound] == UInt8(ascii: "\"") { return try arguments.values() }
    let text = try arguments.lexer.decoded(start)
    arguments.lexer.offset = start.upperBound
    return [.text([.bytes(text)])]
  }

  /// Takes a path in quotes, or what is left of the line; blanks behind it come from completion.
  private mutating func path() throws(ScriptError) -> String {
    let text = trimmed(rest())
    guard !text.isEmpty else { throw arguments.missing("a path") }
    if source.bytes[text.lowerBound] == UInt8(ascii: "\"") { return try arguments.path() }
    guard !source.bytes[text].contains(0) else {
      throw source.error("a path is text, and not empty", at: text.lowerBound)
    }
    arguments.lexer.offset = source.bytes.count
    return source.text(text)
  }

  private mutating func peer() throws(ScriptError) -> PeerChoice {
    let token = try arguments.required("a number or all")
    if token.word == "all" { return .all }
    guard let word = token.word, !word.hasPrefix("+"), let number = Int(word), number > 0 else {
      throw arguments.wrong(token, "a peer is a number from 1 on, or all")
    }
    return .number(number)
  }

  private mutating func helpName() throws(ScriptError) -> String? {
    let token = try arguments.lexer.peek()
    if token.endsStatement { return nil }
    arguments.lexer.offset = token.range.upperBound
    let name = token.word.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    return try resolve(name ?? "", at: token.range.lowerBound).name
  }

  /// Takes all that is left of the line as it is, blanks before it left out.
  private mutating func requiredRest(_ what: String) throws(ScriptError) -> String {
    let range = rest()
    guard !trimmed(range).isEmpty else { throw arguments.missing(what) }
    arguments.lexer.offset = range.upperBound
    return source.text(range)
  }

  /// Where what is left of the line stands, without the blanks before it.
  private func rest() -> Range<Int> {
    let bytes = source.bytes
    let end = bytes.count
    let start = bytes[arguments.lexer.offset...].firstIndex { !Self.isBlank($0) } ?? end
    return start..<end
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    let last = source.bytes[range].lastIndex { !Self.isBlank($0) }
    return range.lowerBound..<(last.map { $0 + 1 } ?? range.lowerBound)
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}

extension PromptParser {
  /// Takes the command's name.
  private mutating func takeName() throws(ScriptError) -> CommandDescription {
    let bytes = source.bytes
    let end = bytes[1...].firstIndex { Self.isBlank($0) || $0 == UInt8(ascii: "\n") } ?? bytes.count
    guard end > 1 else {
      throw source.error("the name of a command expected", at: 1, hint: Self.otherwise)
    }
    let description = try resolve(source.text(1..<end), at: 1)
    arguments.lexer.offset = end
    return description
  }

  /// The command of that name, or the only one whose name begins so.
  private func resolve(
    _ typed: String, at offset: Int
  ) throws(ScriptError) -> CommandDescription {
    if let exact = CommandDescription.named(typed) { return exact }
    let begun = CommandDescription.all.filter { !typed.isEmpty && $0.name.hasPrefix(typed) }
    if begun.count == 1 { return begun[0] }
    guard begun.isEmpty else {
      let names = begun.map { "/" + $0.name }.joined(separator: ", ")
      throw source.error("\"" + typed + "\" begins several commands", at: offset, hint: names)
    }
    let near = nearestName(to: typed.lowercased(), among: CommandDescription.all.map(\.name))
    throw source.error(
      "no such command: \"" + safeLine(typed) + "\"", at: offset,
      hint: near.flatMap(CommandDescription.named).map(Self.shown) ?? Self.otherwise)
  }

  /// How a command is written.
  private static func shown(_ command: CommandDescription) -> String {
    "/" + command.name + (command.usage.isEmpty ? "" : " " + command.usage)
  }

  private static let otherwise = "/help shows the commands, // sends a line that begins with /"
}
