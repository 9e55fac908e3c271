import ByteText

/// Reads statements that take one line, and the heads of those that are followed by a block.
///
/// What stands behind a statement's name is read by functions of its own, which the commands at the
/// prompt share.
struct StatementParser {
  var lexer: Lexer
  /// How what is read now is written; the hint of errors about missing and superfluous arguments.
  var usage = ""
  /// Where names are noted; whoever reads a whole script looks whether they are set.
  let names: ScriptNames
  /// Whether there can be datagrams where this is said.
  var allowsDatagrams = true
  /// Operators and `length of` in the expression that is read.
  var expressionSize = 0

  /// Begins where the lexer stands.
  init(_ lexer: Lexer, names: ScriptNames = ScriptNames()) {
    self.lexer = lexer
    self.names = names
  }

  /// Takes what stands behind a statement's name, and the end of the line.
  ///
  /// - Throws: ``ScriptError`` at what does not belong there; then the lexer still is in that line.
  mutating func statement(_ name: Token) throws(ScriptError) -> Statement {
    usage = statementUsages[name.word ?? ""] ?? ""
    let statement = try statement(named: name)
    try requireEnd()
    return statement
  }

  private mutating func statement(named token: Token) throws(ScriptError) -> Statement {
    switch token.word {
    case "send": .send(try values())
    case "expect": .expect(try expectation())
    case "half-close": .halfClose
    case "close": .close
    case "reset": .reset
    case "starttls": .startTLS(name: try optionalHost())
    default: try statementWithoutPeer(token)
    }
  }

  private mutating func statementWithoutPeer(_ token: Token) throws(ScriptError) -> Statement {
    switch token.word {
    case "peer": .peer(try peer())
    case "let": try assignment()
    case "set": .set(try setting())
    case "log": .log(try isOn())
    case "break": .leaveLoop
    case "assert": .assert(try condition())
    case "fail": .fail(try text("a text in quotes"))
    case "pass": .pass
    case "print": .print(try values())
    case "sleep": .sleep(try duration())
    case "pause": .pause(try optionalText())
    default: try call(token)
    }
  }

  private mutating func assignment() throws(ScriptError) -> Statement {
    let name = try newVariable()
    try require(.assign)
    return .assign(name: name, try expression())
  }

  private mutating func setting() throws(ScriptError) -> Setting {
    let token = try required("the name of a setting")
    usage = settingUsages[token.word ?? ""] ?? usage
    switch token.word {
    case "newline": return .newline(try newline())
    case "encoding": return .encoding(try encoding())
    case "timeout": return .timeout(try timeout())
    default: throw unknown(token, "no such setting", among: settingUsages.keys)
    }
  }

  /// Takes a procedure's arguments.
  private mutating func call(_ name: Token) throws(ScriptError) -> Statement {
    guard let word = name.word, try lexer.peek().kind == .punctuation(.leftParenthesis) else {
      throw unknownStatement(name)
    }
    usage = word + "(EXPR, …)"
    guard isName(word) else { throw noName(name) }
    let arguments = try inParentheses { (parser) throws(ScriptError) in try parser.expression() }
    return .call(procedure: word, arguments)
  }

  /// Takes any number of things with commas between them.
  mutating func inParentheses<Element>(
    _ read: (inout StatementParser) throws(ScriptError) -> Element
  ) throws(ScriptError) -> [Element] {
    try require(.leftParenthesis)
    if try takes(.rightParenthesis) { return [] }
    var elements = [try read(&self)]
    while try takes(.comma) { elements.append(try read(&self)) }
    try require(.rightParenthesis)
    return elements
  }

  func unknownStatement(_ token: Token) -> ScriptError {
    let word = token.word ?? ""
    if let colon = word.firstIndex(of: ":"), isName(String(word[..<colon])) {
      let spaced = word[...colon] + " " + word[word.index(after: colon)...]
      return error("a blank stands behind the colon", at: token, hint: safeLine(String(spaced)))
    }
    guard word.utf8.count <= 64,
      let near = nearestName(to: word, among: statementUsages.keys.sorted())
    else {
      let known = statementUsages.keys.sorted().joined(separator: ", ")
      return unknown(token, "no such statement", hint: known)
    }
    return unknown(token, "no such statement", hint: near)
  }

  func unknown(
    _ token: Token, _ message: String, among names: some Collection<String>
  ) -> ScriptError {
    let word = token.word.flatMap { $0.utf8.count <= 64 ? $0 : nil }
    let near = word.flatMap { nearestName(to: $0, among: names.sorted()) }
    return unknown(token, message, hint: near ?? names.sorted().joined(separator: ", "))
  }

  private func unknown(_ token: Token, _ message: String, hint: String) -> ScriptError {
    error(message + ": \"" + shown(token) + "\"", at: token, hint: hint)
  }
}
