import ByteText

extension BlockParser {
  /// Reads the file that a statement includes.
  mutating func include(
    _ head: Head, in scope: Scope
  ) throws(ScriptError) -> PlacedStatement? {
    let token = try arguments.lexer.peek()
    let path = try arguments.path()
    try arguments.requireEnd()
    guard scope.depth == 0 else {
      // What it would have set may be used here.
      assembly.names.isIncomplete = true
      record(arguments.error("include stands outside of all blocks", at: head.name))
      return nil
    }
    let resolved = ScriptParser.path(of: path, includedBy: includers.last ?? "")
    switch readFile(resolved) {
    case .success(let file):
      height = max(height, file.height + 1)
      return head.placed(.include(file.block))
    case .failure(let failure):
      assembly.names.isIncomplete = true
      record(arguments.error(failure.reason, at: token))
      return nil
    }
  }

  /// Reads a file, or takes what it came to when it was read before.
  private func readFile(_ path: String) -> Result<IncludedFile, ScriptLoadError> {
    if includers.contains(path) {
      return .failure(ScriptLoadError(safeLine(path) + " would include itself"))
    }
    let known = assembly.included[path]
    guard includers.count - 1 + (known?.height ?? 1) <= Self.depthLimit else {
      let limit = String(Self.depthLimit)
      return .failure(ScriptLoadError("files include files, " + limit + " deep: too many"))
    }
    if let known { return .success(known) }
    return assembly.setting.load(path).mapError { error in
      ScriptLoadError(safeLine(path) + " cannot be read: " + error.reason)
    }.map { parse($0, path) }
  }

  private func parse(_ bytes: [UInt8], _ path: String) -> IncludedFile {
    let file = assembly.files.count
    assembly.files.append(ScriptFile(name: path, source: ScriptSource(bytes)))
    var parser = BlockParser(file: file, includers: includers + [path], assembly)
    let block = parser.file()
    let included = IncludedFile(block: block, height: parser.height)
    assembly.included[path] = included
    return included
  }

  private static let depthLimit = 16
}
