extension BlockParser {
  /// What was read of a line that opens a block, or that could have opened one.
  struct Header<Value> {
    /// Nil if the line was wrong.
    let value: Value?
    /// Where the brace is; nil if the line was wrong.
    let brace: Int?
  }

  /// Reads what stands before a block, and its brace.
  ///
  /// What is wrong is recorded; nil if no block begins then either.
  mutating func header<Value>(
    from start: Int,
    _ read: (inout StatementParser) throws(ScriptError) -> Value
  ) -> Header<Value>? {
    do throws(ScriptError) {
      let value = try read(&arguments)
      return Header(value: value, brace: try arguments.openingBrace())
    } catch {
      record(error)
      return passBrokenLine(from: start) ? Header(value: nil, brace: nil) : nil
    }
  }

  /// Reads what stands in a block, and the brace behind it.
  ///
  /// Where the brace before it is not known, nothing is said if the block is not closed.
  mutating func body<Value>(
    _ brace: Int?, in scope: Scope, _ read: (inout BlockParser, Scope) -> Value
  ) -> Value {
    if scope.depth > Self.depthLimit {
      let message = "blocks stand in blocks, " + String(Self.depthLimit) + " deep: too many"
      record(source.error(message, at: brace ?? arguments.lexer.offset))
      skipBlock()
    }
    let value = read(&self, scope)
    if arguments.lexer.offset < bytes.count {
      arguments.lexer.offset += 1
    } else if let brace {
      let hint = "} stands at the beginning of a line"
      record(source.error("this block is not closed", at: brace, hint: hint))
    }
    return value
  }

  /// Reads the statements of a block, and the brace behind it.
  mutating func body(_ brace: Int?, in scope: Scope) -> Block {
    body(brace, in: scope) { (parser, scope) in parser.statements(in: scope) }
  }

  /// Makes sure that nothing stands behind a block's brace.
  mutating func endBlock(in scope: Scope) {
    let start = arguments.lexer.offset
    do throws(ScriptError) {
      arguments.usage = "} stands alone, or } else {"
      try arguments.requireEnd()
    } catch {
      record(error)
      recover(from: start, in: scope)
    }
  }

  /// Goes on behind a line that was wrong, and behind its block if it opens one.
  mutating func recover(from start: Int, in scope: Scope) {
    var start = start
    while passBrokenLine(from: start) {
      _ = body(nil, in: scope.guessed)
      start = arguments.lexer.offset
      // What cannot be a token is found again, and told, by whoever asks for the end of the line.
      guard (try? arguments.takes("else")) == true else { return endBlock(in: scope) }
    }
  }

  /// Goes on in the next line; whether a block begins there.
  private mutating func passBrokenLine(from start: Int) -> Bool {
    let outline = LineOutline(of: bytes, from: start)
    note(outline)
    arguments.lexer.offset = start
    arguments.lexer.skipLine()
    if outline.opensBlock { return true }
    guard outline.isHeader, !outline.hasBrace else { return false }
    return passLoneBrace() || isIndented(more: start)
  }

  /// Takes a brace that stands alone in the next line.
  private mutating func passLoneBrace() -> Bool {
    let next = arguments.lexer.afterBlanks()
    guard next < bytes.count, bytes[next] == UInt8(ascii: "{") else { return false }
    arguments.lexer.offset = next
    arguments.lexer.skipLine()
    return true
  }

  /// Tells whether the next line stands further to the right, as what is inside a block does.
  private func isIndented(more start: Int) -> Bool {
    let next = arguments.lexer.afterBlanks()
    guard next < bytes.count, bytes[next] != UInt8(ascii: "\n") else { return false }
    let line = lineStart(of: start)
    let indentation = bytes[line...].prefix { LineOutline.isBlank($0) }.count
    return next - arguments.lexer.offset > indentation
  }

  private func lineStart(of offset: Int) -> Int {
    bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  }

  /// Takes names that a wrong line would have set for set ones: only the line itself is wrong.
  private func note(_ outline: LineOutline) {
    let names = assembly.names
    names.variables.formUnion(outline.groups)
    for (word, name) in zip(outline.words, outline.words.dropFirst()) {
      switch word {
      case "let", "as": names.variables.insert(name)
      case "peer": names.peers.insert(name)
      case "procedure" where names.procedures[name] == nil:
        names.procedures.updateValue(nil, forKey: name)
      default: break
      }
    }
    if outline.words.first == "procedure" { names.variables.formUnion(outline.words.dropFirst(2)) }
    if outline.words.first == "include" { names.isIncomplete = true }
  }

  /// Passes the rest of a block without reading it, up to its brace.
  private mutating func skipBlock() {
    var depth = 1
    while arguments.lexer.offset < bytes.count {
      var start = arguments.lexer.afterBlanks()
      if start < bytes.count, bytes[start] == UInt8(ascii: "}") {
        depth -= 1
        arguments.lexer.offset = start
        if depth == 0 { return }
        start += 1
      }
      if LineOutline(of: bytes, from: start).opensBlock { depth += 1 }
      arguments.lexer.skipLine()
    }
  }

  private static let depthLimit = 64
}
