/// Reads the statements of one file with their blocks.
///
/// After an error it goes on with the next line. A block is read even if what stands before its brace
/// was wrong, so that what is inside is neither taken for something else nor left unchecked.
struct BlockParser {
  var arguments: StatementParser
  let assembly: ScriptAssembly
  /// The file's index in the script.
  let index: Int
  /// The files that include one another down to this one, which is the last.
  let includers: [String]
  /// How many files deep the includes of this one go, itself counted.
  var height = 1

  /// Begins a file of the script.
  init(file index: Int, includers: [String], _ assembly: ScriptAssembly) {
    self.index = index
    self.includers = includers
    self.assembly = assembly
    arguments = StatementParser(Lexer(assembly.files[index].source), names: assembly.names)
    arguments.allowsDatagrams = assembly.setting.kind != .onePeer(isDatagram: false)
  }

  /// Reads the whole file.
  mutating func file() -> Block {
    let includer = assembly.names.file
    assembly.names.file = index
    defer { assembly.names.file = includer }
    return statements(in: Scope(speaker: assembly.hasOnePeer ? .somebody : .nobody))
  }

  /// Reads statements up to the block's brace, which is left, or to the end of the file.
  mutating func statements(in scope: Scope) -> Block {
    var statements: Block = []
    while let line = nextLine(in: scope) {
      if scope.isGuessed, isAlternative(line) {
        passAlternative(line, in: scope)
      } else if let statement = statement(line, in: scope) {
        statements.append(statement)
      }
    }
    return statements
  }

  /// Passes empty lines, and braces that close nothing; nil at the end of the block or file.
  mutating func nextLine(in scope: Scope) -> Line? {
    while true {
      let comment = passEmptyLines()
      if assembly.hasTooManyErrors { arguments.lexer.offset = bytes.count }
      let offset = arguments.lexer.offset
      guard offset < bytes.count else { return nil }
      guard bytes[offset] == UInt8(ascii: "}") else { return Line(start: offset, comment: comment) }
      if scope.depth > 0 { return nil }
      let hint = "no block is open here"
      record(source.error("this brace closes nothing", at: offset, hint: hint))
      arguments.lexer.offset += 1
      recover(from: offset + 1, in: scope)
    }
  }

  /// Passes lines without a statement and the blanks before one; what comments say directly before
  /// it.
  private mutating func passEmptyLines() -> String? {
    var comments: [String] = []
    while true {
      arguments.lexer.offset = arguments.lexer.afterBlanks()
      if let range = arguments.lexer.comment() {
        if let text = commentText(range) { comments.append(text) }
        arguments.lexer.skipLine()
      } else if arguments.lexer.offset < bytes.count,
        bytes[arguments.lexer.offset] == UInt8(ascii: "\n")
      {
        comments = []
        arguments.lexer.offset += 1
      } else {
        return comments.isEmpty ? nil : comments.joined(separator: " ")
      }
    }
  }

  /// What a comment says; nil if that is nothing, or the name of the program that runs the file.
  private func commentText(_ range: Range<Int>) -> String? {
    if range.lowerBound == 0, bytes.starts(with: "#!".utf8) { return nil }
    let text = bytes[range].drop { $0 == UInt8(ascii: "#") }.drop(while: LineOutline.isBlank)
    guard let last = text.lastIndex(where: { !LineOutline.isBlank($0) }) else { return nil }
    return source.text(text.startIndex..<last + 1)
  }

  var source: ScriptSource { arguments.lexer.source }
  var bytes: [UInt8] { arguments.lexer.bytes }

  func record(_ error: ScriptError) {
    assembly.record(error, in: index)
  }

  func place(of offset: Int) -> Place {
    let (line, column) = source.position(of: offset)
    return Place(line: line, column: column, file: index)
  }
}

/// Where a line with a statement begins, and the comments directly before it.
struct Line {
  let start: Int
  let comment: String?
}

/// What is known about where a statement stands.
struct Scope {
  var speaker: Speaker
  var isInLoop = false
  /// How many blocks are around it.
  var depth = 0
  /// Whether the line that opened the block was wrong, so that nobody knows what it was.
  var isGuessed = false

  /// A block inside.
  func inside(speaker: Speaker? = nil, isInLoop: Bool? = nil) -> Scope {
    Scope(
      speaker: speaker ?? self.speaker, isInLoop: isInLoop ?? self.isInLoop, depth: depth + 1)
  }

  /// A block inside, opened by a line that was wrong: anything may stand in it.
  var guessed: Scope {
    Scope(speaker: .somebody, isInLoop: true, depth: depth + 1, isGuessed: true)
  }
}
