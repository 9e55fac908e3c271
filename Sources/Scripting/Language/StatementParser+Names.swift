import ByteText

extension StatementParser {
  /// Takes a name that something gets here.
  ///
  /// - Throws: ``ScriptError`` at what is none, or is a word of the language.
  mutating func newName() throws(ScriptError) -> String {
    let token = try required("a name")
    guard let name = token.word, isName(name) else { throw noName(token) }
    guard !keywords.contains(name) else { throw isKeyword(name, at: token.range.lowerBound) }
    return name
  }

  /// Takes the name of a variable that is set here.
  mutating func newVariable() throws(ScriptError) -> String {
    let name = try newName()
    names.variables.insert(name)
    return name
  }

  /// Takes `as NAME` if it comes.
  mutating func nameBehindAs() throws(ScriptError) -> String? {
    try takes("as") ? try newVariable() : nil
  }

  /// Takes the name of a peer that something is said to.
  mutating func peerName() throws(ScriptError) -> String {
    let token = try required("the name of a peer")
    guard let name = token.word, isName(name) else { throw noName(token) }
    names.use(name, as: .peer, at: token.range.lowerBound)
    return name
  }

  /// Takes a procedure's name and parameters, which are known from here on.
  mutating func procedureHead() throws(ScriptError) -> (name: String, parameters: [String]) {
    let name = try newName()
    let parameters = try inParentheses { (parser) throws(ScriptError) in
      let token = try parser.lexer.peek()
      let parameter = try parser.newName()
      guard parser.names.parameters.insert(parameter).inserted else {
        throw parser.error("there is a parameter " + parameter + " already", at: token)
      }
      return parameter
    }
    return (name, parameters)
  }

  /// Remembers the variables that a text names.
  func note(_ parts: [TextPart], in token: Token) {
    let variables = parts.compactMap { part in
      if case .variable(let name) = part { name } else { nil }
    }
    guard !variables.isEmpty else { return }
    for (name, offset) in zip(variables, lexer.variableOffsets(in: token.range)) {
      names.useVariable(name, at: offset)
    }
  }

  /// Remembers the variables that a pattern's groups set.
  func note(_ pattern: BytePattern, at offset: Int) throws(ScriptError) {
    for name in pattern.groupNumbers.keys.sorted() {
      guard !keywords.contains(name) else { throw isKeyword(name, at: offset) }
      names.variables.insert(name)
    }
  }

  func noName(_ token: Token) -> ScriptError {
    error(
      "\"" + shown(token) + "\" is no name", at: token,
      hint: "a name is letters, digits, _ and -, a letter first")
  }

  func isKeyword(_ name: String, at offset: Int) -> ScriptError {
    lexer.source.error(
      name + " is a word of the language", at: offset, hint: "another name, such as my-" + name)
  }
}
