import ByteText
import Glibc
import Scripting
import Sockets
import SystemPackage

/// Why a script cannot be run: all that is wrong with it.
struct ScriptLoadFailure: Error {
  /// Lines for standard error.
  let text: String
  let status: ExitStatus
}

extension ConversationPlan {
  /// Reads the script, if there is one; ends the program if it makes no sense.
  mutating func loadScript() {
    do throws(ScriptLoadFailure) {
      let isDatagram = isDatagram
      try script?.load(isDatagram: isDatagram)
    } catch {
      Program.complain(lines: error.text)
      Program.exit(error.status)
    }
  }
}

extension ConversationPlan.ScriptPlan {
  /// Reads the script and all that it includes.
  mutating func load(isDatagram: Bool) throws(ScriptLoadFailure) {
    try values.readSecrets()
    let setting = ScriptParser.Setting(
      .onePeer(isDatagram: isDatagram), variables: Set(values.variables.keys), load: includedFile)
    let (script, errors) = ScriptParser.parse(try files(), in: setting)
    if !errors.isEmpty { throw ScriptLoadFailure(text: malformedText(errors), status: .usage) }
    self.script = script
  }

  /// What messages call it.
  var name: String {
    switch origin {
    case .file(let path): path
    case .statements: "-e"
    }
  }

  private func files() throws(ScriptLoadFailure) -> [ScriptFile] {
    switch origin {
    case .file(let path): [try scriptFile(path)]
    case .statements(let statements):
      statements.enumerated().map { index, text in
        ScriptFile(name: "-e " + String(index + 1), source: ScriptSource(text))
      }
    }
  }
}

/// Reads a script's file; `-` is standard input.
func scriptFile(_ path: String) throws(ScriptLoadFailure) -> ScriptFile {
  do throws(StreamError) {
    return ScriptFile(name: path, source: ScriptSource(try readWhole(path)))
  } catch {
    throw ScriptLoadFailure(text: "sockcat: " + error.text() + "\n", status: .local)
  }
}

/// The errors as lines of standard error.
func malformedText(_ errors: [ScriptFileError]) -> String {
  errors.map { "sockcat: " + $0.rendered + "\n" }.joined()
}

/// Reads what a script includes.
func includedFile(_ path: String) -> Result<[UInt8], ScriptLoadError> {
  do throws(StreamError) {
    return .success(try readWhole(path))
  } catch {
    guard case .system(let errno) = error.cause else {
      return .failure(ScriptLoadError("unreadable"))
    }
    return .failure(ScriptLoadError(errno.description))
  }
}

/// The bytes of a whole file; `-` is standard input.
func readWhole(_ path: String) throws(StreamError) -> [UInt8] {
  do throws(Errno) {
    return try TextFile.bytes(of: openedPath(path), limit: 1 << 30)
  } catch {
    throw StreamError(.open, .file(path), .system(error))
  }
}

/// What is opened for a path that was typed: `-` is standard input.
func openedPath(_ path: String) -> String {
  path == "-" ? "/dev/stdin" : expandedHome(path)
}
