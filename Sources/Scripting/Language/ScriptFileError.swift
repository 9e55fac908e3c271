/// What is wrong with a script, and in which of its files.
package struct ScriptFileError: Error, Sendable, Hashable {
  /// The file's name as messages call it.
  package let file: String
  package let error: ScriptError

  /// Says in which file an error is.
  package init(_ error: ScriptError, in file: String) {
    self.file = file
    self.error = error
  }

  /// File, line, column, message, the line and a caret under the place; no newline at the end.
  package var rendered: String { error.rendered(in: file) }
}

/// Why a file cannot be included.
package struct ScriptLoadError: Error, Sendable, Hashable {
  /// In the system's words.
  package let reason: String

  /// Gives a reason.
  package init(_ reason: String) {
    self.reason = reason
  }
}
