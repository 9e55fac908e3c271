import ByteText

/// Reads statements from tokens.
///
/// What stands behind a statement's name is read by functions of its own, which the commands at the
/// prompt share.
package struct StatementParser: Sendable {
  var lexer: Lexer
  /// How what is read now is written; the hint of errors about missing and superfluous arguments.
  var usage = ""

  /// Begins where the lexer stands.
  package init(_ lexer: Lexer) {
    self.lexer = lexer
  }

  /// All statements of a text, and all that is wrong in it: after an error the next line is read.
  package static func parse(
    _ source: ScriptSource
  ) -> (statements: [PlacedStatement], errors: [ScriptError]) {
    var parser = StatementParser(Lexer(source))
    var statements: [PlacedStatement] = []
    var errors: [ScriptError] = []
    while true {
      do throws(ScriptError) {
        guard let statement = try parser.next() else { return (statements, errors) }
        statements.append(statement)
      } catch {
        errors.append(error)
        parser.lexer.skipLine()
      }
    }
  }

  /// The next statement, or nil at the end of the text; empty lines are passed.
  ///
  /// - Throws: ``ScriptError`` at what is none; then the lexer still stands in that line.
  package mutating func next() throws(ScriptError) -> PlacedStatement? {
    while true {
      let token = try lexer.peek()
      if token.kind == .end { return nil }
      if token.kind != .lineEnd { break }
      lexer.offset = token.range.upperBound
    }
    lexer.skipBlanks()
    let (line, column) = lexer.source.position(of: lexer.offset)
    let statement = try statement()
    try requireEnd()
    return PlacedStatement(statement, at: Place(line: line, column: column))
  }

  private mutating func statement() throws(ScriptError) -> Statement {
    let token = try lexer.next()
    guard let name = token.word else {
      throw error("a statement begins with its name", at: token)
    }
    usage = Self.usages[name] ?? ""
    switch name {
    case "send": return .send(try values())
    case "half-close": return .halfClose
    case "close": return .close
    case "reset": return .reset
    case "starttls": return .startTLS(name: try optionalName())
    case "set": return .set(try setting())
    default: throw unknown(token, "no such statement", among: Array(Self.usages.keys))
    }
  }

  private mutating func setting() throws(ScriptError) -> Setting {
    let token = try required("the name of a setting")
    usage = Self.settingUsages[token.word ?? ""] ?? usage
    switch token.word {
    case "newline": return .newline(try newline())
    case "encoding": return .encoding(try encoding())
    case "timeout": return .timeout(try timeout())
    default: throw unknown(token, "no such setting", among: Array(Self.settingUsages.keys))
    }
  }

  private static let usages = [
    "send": #"send "TEXT" | hex BYTES | file "PATH" | line "TEXT" …"#,
    "half-close": "half-close", "close": "close", "reset": "reset",
    "starttls": "starttls [NAME]", "set": "set newline|encoding|timeout VALUE",
  ]

  private static let settingUsages = [
    "newline": "set newline lf|crlf|cr|none", "encoding": "set encoding NAME",
    "timeout": "set timeout DURATION",
  ]

  private func unknown(
    _ token: Token, _ message: String, among names: [String]
  ) -> ScriptError {
    let near = token.word.flatMap { nearestName(to: $0, among: names.sorted()) }
    let text = safeLine(lexer.source.text(token.range))
    return error(
      message + ": \"" + text + "\"", at: token,
      hint: near ?? names.sorted().joined(separator: ", ")
    )
  }
}
