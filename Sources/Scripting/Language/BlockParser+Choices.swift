extension BlockParser {
  /// Tells whether an `expect` is followed by several patterns in a block.
  func beginsChoice() throws(ScriptError) -> Bool {
    let token = try arguments.lexer.peek()
    return token.word == "within" || token.kind == .punctuation(.leftBrace)
  }

  /// Reads `expect {` with all that may come.
  mutating func choice(_ head: Head, in scope: Scope) -> PlacedStatement? {
    arguments.usage = "expect [within DURATION] {"
    let header = header(from: head.line.start) { (parser) throws(ScriptError) in try parser.limit()
    }
    guard let header else { return nil }
    let inside = header.value == nil ? scope.guessed : scope.inside()
    let found = body(header.brace, in: inside) { (parser, scope) in parser.alternatives(in: scope) }
    if let brace = header.brace, found.isEmpty {
      let hint = "PATTERN [as NAME] {"
      record(source.error("no pattern stands in this block", at: brace, hint: hint))
    }
    endBlock(in: scope)
    guard let limit = header.value else { return nil }
    let choice = Choice(found.alternatives, onTimeout: found.onTimeout, within: limit)
    return head.placed(.expectFirst(choice))
  }

  private struct Alternatives {
    var alternatives: [Alternative] = []
    var onTimeout: Block?
    /// Whether there was no line for a pattern, not even a wrong one.
    var isEmpty = true
  }

  private mutating func alternatives(in scope: Scope) -> Alternatives {
    var found = Alternatives()
    while let line = nextLine(in: scope) {
      if isTimeout {
        let isSecond = found.onTimeout != nil
        let block = timeout(line, in: scope, isSecond: isSecond)
        if !isSecond { found.onTimeout = block }
      } else {
        found.isEmpty = false
        if let alternative = alternative(line, in: scope) { found.alternatives.append(alternative) }
      }
    }
    return found
  }

  /// Reads an alternative in a block that may be one of alternatives.
  mutating func passAlternative(_ line: Line, in scope: Scope) {
    if isTimeout {
      _ = timeout(line, in: scope, isSecond: false)
    } else {
      _ = alternative(line, in: scope)
    }
  }

  private var isTimeout: Bool {
    // What is no token is told when it is read as a pattern.
    (try? arguments.lexer.peek())?.word == "timeout"
  }

  /// Reads what to do when nothing comes.
  private mutating func timeout(_ line: Line, in scope: Scope, isSecond: Bool) -> Block {
    arguments.usage = "timeout {"
    let header = header(from: line.start) { (parser) throws(ScriptError) in
      let token = try parser.lexer.next()
      if isSecond { throw parser.error("there is a timeout already", at: token) }
    }
    guard let header else { return [] }
    let block = body(header.brace, in: header.value == nil ? scope.guessed : scope.inside())
    endBlock(in: scope)
    return block
  }

  /// Reads a pattern and its block; nil if one was wrong.
  mutating func alternative(_ line: Line, in scope: Scope) -> Alternative? {
    arguments.usage = "PATTERN [as NAME] {"
    let place = place(of: line.start)
    let header = header(from: line.start) { (parser) throws(ScriptError) in
      try parser.refuseStatement()
      let token = try parser.lexer.peek()
      let pattern = try parser.pattern()
      if case .nothing = pattern {
        throw parser.error("nothing is no alternative", at: token, hint: "timeout {")
      }
      return (pattern: pattern, name: try parser.name(of: pattern))
    }
    guard let header else { return nil }
    let block = body(header.brace, in: header.value == nil ? scope.guessed : scope.inside())
    endBlock(in: scope)
    return header.value.map { Alternative($0.pattern, as: $0.name, at: place, block) }
  }

  /// Guesses, in a block whose first line was wrong, whether a line is a pattern with a block.
  func isAlternative(_ line: Line) -> Bool {
    let outline = LineOutline(of: bytes, from: line.start)
    return outline.opensBlock && !outline.isHeader && outline.words.first != "expect"
  }
}

extension StatementParser {
  /// Tells of a statement where a pattern should begin.
  fileprivate func refuseStatement() throws(ScriptError) {
    guard lexer.afterBlanks() < lexer.bytes.count,
      lexer.bytes[lexer.afterBlanks()] != UInt8(ascii: "/")
    else { return }
    let token = try lexer.peek()
    guard let word = token.word, statementUsages[word] != nil, !lonePatternNames.contains(word)
    else { return }
    let message =
      word == "expect" ? "a pattern begins this line" : "statements stand in the block of a pattern"
    throw error(message, at: token, hint: usage)
  }
}
