extension BlockParser {
  mutating func branch(_ head: Head, in scope: Scope) -> PlacedStatement? {
    var blocks: [ConditionalBlock] = []
    var otherwise: Block = []
    var start = head.line.start
    var isLast = false
    repeat {
      arguments.usage = isLast ? "} else {" : statementUsages["if"] ?? ""
      let header = header(from: start) { (parser) throws(ScriptError) in
        isLast ? nil : try parser.condition()
      }
      guard let header else { return nil }
      let block = body(header.brace, in: header.value == nil ? scope.guessed : scope.inside())
      if isLast {
        otherwise = block
      } else if let condition = header.value, let condition {
        blocks.append(ConditionalBlock(condition, block))
      }
      start = arguments.lexer.offset
    } while beginsElse(&isLast)
    endBlock(in: scope)
    return head.placed(.branch(blocks, otherwise: otherwise))
  }

  /// Takes `else` or `else if` behind a brace; none comes behind the last one.
  private mutating func beginsElse(_ isLast: inout Bool) -> Bool {
    // What cannot be a token is found again, and told, by whoever asks for the end of the line.
    guard !isLast, (try? arguments.takes("else")) == true else { return false }
    isLast = (try? arguments.takes("if")) != true
    return true
  }

  mutating func repetition(_ head: Head, in scope: Scope) -> PlacedStatement? {
    let header = header(from: head.line.start) { (parser) throws(ScriptError) in
      let count = try parser.expression()
      return (count: count, counter: try parser.nameBehindAs())
    }
    return statement(header, head, in: scope, scope.inside(isInLoop: true)) { value, block in
      head.placed(.repeated(value.count, counter: value.counter, block))
    }
  }

  mutating func loop(_ head: Head, in scope: Scope) -> PlacedStatement? {
    let header = header(from: head.line.start) { (_) throws(ScriptError) in () }
    return statement(header, head, in: scope, scope.inside(isInLoop: true)) { _, block in
      head.placed(.loop(block))
    }
  }

  mutating func with(_ head: Head, in scope: Scope) -> PlacedStatement? {
    let hasOnePeer = assembly.hasOnePeer
    let header = header(from: head.line.start) { (parser) throws(ScriptError) in
      guard !hasOnePeer else {
        throw parser.error(
          "there is one peer here, and all is said to it", at: head.name,
          hint: "sockcat run is for scripts that open peers")
      }
      let peer = try parser.peerName()
      guard try parser.takes("in") else { return (peer: peer, isParallel: false) }
      try parser.requireWord("parallel")
      return (peer: peer, isParallel: true)
    }
    // What runs in parallel cannot leave a loop that is elsewhere by then.
    let inside = scope.inside(
      speaker: .somebody, isInLoop: header?.value?.isParallel == true ? false : nil)
    return statement(header, head, in: scope, inside) { value, block in
      head.placed(.with(block, inParallel: value.isParallel), peer: value.peer)
    }
  }

  /// Reads a procedure, which is no statement.
  mutating func procedure(_ head: Head, in scope: Scope) -> PlacedStatement? {
    if scope.depth > 0, !scope.isGuessed {
      record(arguments.error("a procedure stands outside of all blocks", at: head.name))
    }
    let outer = assembly.names.parameters
    assembly.names.parameters = []
    defer { assembly.names.parameters = outer }
    var nameOffset = 0
    let header = header(from: head.line.start) { (parser) throws(ScriptError) in
      nameOffset = parser.lexer.afterBlanks()
      return try parser.procedureHead()
    }
    let speaker = header?.value.map { Speaker.caller(of: $0.name) } ?? .somebody
    return statement(header, head, in: scope, Scope(speaker: speaker, depth: scope.depth + 1)) {
      [self] value, block in
      define(
        Procedure(
          name: value.name, parameters: value.parameters, block: block, at: head.place),
        at: nameOffset)
      return nil
    }
  }

  private func define(_ procedure: Procedure, at offset: Int) {
    let name = procedure.name
    if let before = assembly.procedures[name] {
      let file = before.place.file == index ? "" : assembly.files[before.place.file].name + ", "
      let hint = "the other one is in " + file + "line " + String(before.place.line)
      record(source.error("there is a procedure " + name + " already", at: offset, hint: hint))
      return
    }
    assembly.procedures[name] = procedure
    assembly.names.procedures[name] = procedure.parameters
  }

  /// Reads the block behind a header and makes a statement of both; nil if the header was wrong.
  private mutating func statement<Value>(
    _ header: Header<Value>?, _ head: Head, in scope: Scope, _ inside: Scope,
    _ make: (Value, Block) -> PlacedStatement?
  ) -> PlacedStatement? {
    guard let header else { return nil }
    guard let value = header.value else {
      _ = body(nil, in: scope.guessed)
      endBlock(in: scope)
      return nil
    }
    let block = body(header.brace, in: inside)
    endBlock(in: scope)
    return make(value, block)
  }
}
