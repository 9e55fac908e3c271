import Scripting

/// What a script comes to that speaks to one peer; the variable `given` is set from outside.
func parsed(
  _ text: String, isDatagram: Bool = false, files: [String: String] = [:]
) -> (script: Script, errors: [ScriptFileError]) {
  parsed(text, .onePeer(isDatagram: isDatagram), files: files)
}

/// What a script comes to that opens its peers.
func parsedWithPeers(
  _ text: String, files: [String: String] = [:]
) -> (script: Script, errors: [ScriptFileError]) {
  parsed(text, .manyPeers, files: files)
}

/// The errors of a script that opens its peers, each with its place.
func problems(_ text: String, files: [String: String] = [:]) -> [String] {
  parsedWithPeers(text, files: files).errors.map { $0.error.description }
}

private func parsed(
  _ text: String, _ kind: ScriptParser.Setting.Kind, files: [String: String]
) -> (script: Script, errors: [ScriptFileError]) {
  let setting = ScriptParser.Setting(kind, variables: ["given"]) { path in
    files[path].map { .success(Array($0.utf8)) } ?? .failure(ScriptLoadError("No such file"))
  }
  return ScriptParser.parse(ScriptSource(text), name: "main.sct", in: setting)
}
