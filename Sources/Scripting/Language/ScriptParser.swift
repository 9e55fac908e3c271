/// Reads whole scripts, and finds all that is wrong in them without running them.
package enum ScriptParser {
  /// What a script is read for.
  package struct Setting {
    /// Whom the script speaks to.
    package enum Kind: Sendable, Hashable {
      /// One peer, opened before the script begins, and called `peer`.
      case onePeer(isDatagram: Bool)
      /// Those that the script opens.
      case manyPeers
    }

    package let kind: Kind
    /// Set before the script begins.
    package let variables: Set<String>
    /// Reads an included file; its path is absolute or from where the program runs.
    package let load: (_ path: String) -> Result<[UInt8], ScriptLoadError>

    /// Says whom the script speaks to, what is known when it begins, and how files are read.
    package init(
      _ kind: Kind, variables: Set<String> = [],
      load: @escaping (_ path: String) -> Result<[UInt8], ScriptLoadError>
    ) {
      self.kind = kind
      self.variables = variables
      self.load = load
    }
  }

  /// A script and all that is wrong with it, in the order of its files and lines.
  ///
  /// After the first hundred errors no more are told. Only a script without errors makes sense.
  package static func parse(
    _ source: ScriptSource, name: String, in setting: Setting
  ) -> (script: Script, errors: [ScriptFileError]) {
    parse([ScriptFile(name: name, source: source)], in: setting)
  }

  /// One script of several texts, one after the other; each is a file of its own in messages.
  package static func parse(
    _ files: [ScriptFile], in setting: Setting
  ) -> (script: Script, errors: [ScriptFileError]) {
    let assembly = ScriptAssembly(files, setting)
    let statements = files.indices.flatMap { index in
      var parser = BlockParser(file: index, includers: [files[index].name], assembly)
      return parser.file()
    }
    assembly.checkNames()
    let script = Script(statements, procedures: assembly.procedures, files: assembly.files)
    return (script, assembly.sortedErrors)
  }

  /// Where an included file is: beside the file that includes it, unless its path is absolute.
  package static func path(of included: String, includedBy file: String) -> String {
    if included.hasPrefix("/") || included.hasPrefix("~/") { return included }
    var path = included[...]
    while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
    guard let slash = file.lastIndex(of: "/") else { return String(path) }
    return String(file[...slash] + path)
  }
}
