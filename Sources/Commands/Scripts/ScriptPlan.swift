import Scripting
import Sockets

extension ConversationPlan {
  /// A script that speaks in place of the standard streams.
  struct ScriptPlan: Sendable {
    /// Where its text is.
    enum Origin: Sendable {
      case file(String)
      /// Each statement, or block, by itself.
      case statements([String])
    }

    var origin: Origin
    var values = ScriptValues()
    /// How many bytes may come without a match.
    var expectLimit = 1 << 20
    var report = ReportPlan()
    /// As it was read; nil before it is.
    var script: Script?
  }

  /// What scripts are given by the command line.
  struct ScriptValues: Sendable {
    var variables: [String: [UInt8]] = [:]
    /// Names whose values are in files and are shown nowhere.
    var secretFiles: [(name: String, path: String)] = []
    /// Those values by their names, once they were read.
    var namedSecrets: [String: [UInt8]] = [:]
    /// Those values.
    var secrets: [[UInt8]] { Array(namedSecrets.values) }
  }

  /// How results of scripts are told.
  struct ReportPlan: Sendable {
    /// Nil tells failures on standard error.
    var format: ReportFormat?
    /// Where the report goes instead of standard output.
    var file: String?

    /// Whether standard output is the report's.
    var takesOutput: Bool { format != nil && file == nil }
  }
}

extension ScriptValues {
  /// Reads the values that are in files; a newline at the end does not belong to them.
  mutating func readSecrets() throws(ScriptLoadFailure) {
    for (name, path) in secretFiles {
      do throws(StreamError) {
        var value = try readWhole(path)
        if value.last == UInt8(ascii: "\n") { value.removeLast() }
        if value.last == UInt8(ascii: "\r") { value.removeLast() }
        variables[name] = value
        if !value.isEmpty { namedSecrets[name] = value }
      } catch {
        throw ScriptLoadFailure(
          text: "sockcat: --set-file: " + error.text() + "\n", status: .local)
      }
    }
    secretFiles = []
  }
}

typealias ScriptValues = ConversationPlan.ScriptValues
