/// A script that was read and found to make sense.
package struct Script: Sendable {
  package let statements: Block
  package let procedures: [String: Procedure]
  /// The script's own, then those that it includes, each once.
  package let files: [ScriptFile]

  /// Puts a script together.
  package init(_ statements: Block, procedures: [String: Procedure] = [:], files: [ScriptFile]) {
    self.statements = statements
    self.procedures = procedures
    self.files = files
  }
}

/// A file of a script.
package struct ScriptFile: Sendable {
  /// As messages call it.
  package let name: String
  package let source: ScriptSource

  /// Names a text.
  package init(name: String, source: ScriptSource) {
    self.name = name
    self.source = source
  }
}

/// Statements with a name, which other statements call.
package struct Procedure: Sendable, Hashable {
  package let name: String
  /// Variables of its own, set by whoever calls it.
  package let parameters: [String]
  package let block: Block
  package let place: Place

  /// Names a block.
  package init(name: String, parameters: [String], block: Block, at place: Place) {
    self.name = name
    self.parameters = parameters
    self.block = block
    self.place = place
  }
}
