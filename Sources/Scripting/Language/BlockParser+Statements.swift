extension BlockParser {
  /// The beginning of a statement: its name, and the peer's before it.
  struct Head {
    let line: Line
    let place: Place
    let peer: String?
    let name: Token

    /// The statement that begins so.
    func placed(_ statement: Statement, peer: String? = nil) -> PlacedStatement {
      PlacedStatement(statement, at: place, peer: peer ?? self.peer, comment: line.comment)
    }
  }

  /// Reads a statement with its block; nil if it was wrong, which is recorded.
  mutating func statement(_ line: Line, in scope: Scope) -> PlacedStatement? {
    do throws(ScriptError) {
      let head = try head(line)
      arguments.usage = statementUsages[head.name.word ?? ""] ?? ""
      checkSpeaker(head, in: scope)
      return try statement(head, in: scope)
    } catch {
      record(error)
      recover(from: line.start, in: scope)
      return nil
    }
  }

  private mutating func head(_ line: Line) throws(ScriptError) -> Head {
    let name = try arguments.lexer.next()
    guard name.word != nil else {
      throw arguments.error("a statement begins with its name", at: name)
    }
    let place = place(of: line.start)
    guard try arguments.takes(.colon) else {
      return Head(line: line, place: place, peer: nil, name: name)
    }
    let peer = try peer(name)
    arguments.usage = "PEER: send|expect|half-close|close|reset|starttls …"
    let action = try arguments.required("what is said to " + peer)
    guard let word = action.word, actionNames.contains(word) else {
      throw noAction(action, to: peer)
    }
    return Head(line: line, place: place, peer: peer, name: action)
  }

  /// The peer whose name stands before a statement.
  private func peer(_ token: Token) throws(ScriptError) -> String {
    guard let name = token.word, isName(name) else { throw arguments.noName(token) }
    guard !assembly.hasOnePeer else {
      throw arguments.error(
        "no such peer: \"" + name + "\"", at: token,
        hint: "there is one peer here, and statements speak to it without a name")
    }
    assembly.names.use(name, as: .peer, at: token.range.lowerBound)
    return name
  }

  private func noAction(_ token: Token, to peer: String) -> ScriptError {
    guard let word = token.word else { return arguments.unexpected(token) }
    if statementUsages[word] == nil, word.utf8.count <= 64 {
      return arguments.unknownStatement(token)
    }
    return arguments.error(
      arguments.shown(token) + " is not said to a peer", at: token, hint: "with " + peer + " {")
  }

  /// Sees to it that what is said to a peer is said to one.
  private func checkSpeaker(_ head: Head, in scope: Scope) {
    guard let name = head.name.word, head.peer == nil, actionNames.contains(name) else { return }
    switch scope.speaker {
    case .somebody: break
    case .caller(of: let procedure): assembly.names.speakingProcedures.insert(procedure)
    case .nobody:
      let hint = "PEER: " + name + " …, or with PEER {"
      record(arguments.error("there is no peer here to speak to", at: head.name, hint: hint))
    }
  }

  private mutating func statement(
    _ head: Head, in scope: Scope
  ) throws(ScriptError) -> PlacedStatement? {
    switch head.name.word {
    case "expect" where try beginsChoice(): return choice(head, in: scope)
    case "if": return branch(head, in: scope)
    case "repeat": return repetition(head, in: scope)
    case "loop": return loop(head, in: scope)
    case "with": return with(head, in: scope)
    case "procedure": return procedure(head, in: scope)
    case "include": return try include(head, in: scope)
    case "else": throw arguments.error("else without if", at: head.name, hint: "} else {")
    case "break" where !scope.isInLoop:
      throw arguments.error(
        "break stands in no loop", at: head.name, hint: "it leaves repeat and loop")
    case "peer" where assembly.hasOnePeer:
      throw arguments.error(
        "there is one peer here, and it is open", at: head.name,
        hint: "sockcat run is for scripts that open peers")
    default: return try simpleStatement(head, in: scope)
    }
  }

  private mutating func simpleStatement(
    _ head: Head, in scope: Scope
  ) throws(ScriptError) -> PlacedStatement {
    let statement = try arguments.statement(head.name)
    if case .call(let procedure, let values) = statement {
      let kind = NameUse.Kind.procedure(argumentCount: values.count, speaker: scope.speaker)
      assembly.names.use(procedure, as: kind, at: head.name.range.lowerBound)
    }
    return head.placed(statement)
  }
}
