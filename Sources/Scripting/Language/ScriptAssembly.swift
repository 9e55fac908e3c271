/// What the files of a script come to while they are read.
final class ScriptAssembly {
  let setting: ScriptParser.Setting
  let names = ScriptNames()
  var files: [ScriptFile]
  var procedures: [String: Procedure] = [:]
  /// What was read already, by path: a file is read once however often it is included.
  var included: [String: IncludedFile] = [:]
  private var errors: [(file: Int, error: ScriptError)] = []

  init(_ files: [ScriptFile], _ setting: ScriptParser.Setting) {
    self.files = files
    self.setting = setting
    names.variables = setting.variables
  }

  /// Whether a peer is there before the script begins.
  var hasOnePeer: Bool { setting.kind != .manyPeers }

  /// Whether nothing more is told, as each error holds its line, and lines can be long.
  ///
  /// Then reading ends too, also that of files which include one another under ever new names.
  var hasTooManyErrors: Bool { errors.count >= 100 }

  func record(_ error: ScriptError, in file: Int) {
    if !hasTooManyErrors { errors.append((file, error)) }
  }

  var sortedErrors: [ScriptFileError] {
    errors.sorted {
      ($0.file, $0.error.line, $0.error.column) < ($1.file, $1.error.line, $1.error.column)
    }.map { ScriptFileError($0.error, in: files[$0.file].name) }
  }

  /// Tells of names that nothing sets; of none if a part of the script could not be read.
  func checkNames() {
    if names.isIncomplete { return }
    let checker = NameChecker(names, hasOnePeer: hasOnePeer)
    for use in names.uses where !hasTooManyErrors {
      guard let (message, hint) = checker.problem(of: use) else { continue }
      record(files[use.file].source.error(message, at: use.offset, hint: hint), in: use.file)
    }
  }
}

/// A file that was read because another one includes it.
struct IncludedFile {
  let block: Block
  /// How many files deep its own includes go, itself counted.
  let height: Int
}
