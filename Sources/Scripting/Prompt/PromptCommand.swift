/// What a line at the prompt asks for that begins with a slash.
package enum PromptCommand: Sendable, Hashable {
  /// What a script can say too.
  case statement(Statement)
  /// The name is one of ``CommandDescription/all``.
  case help(String?)
  case secret
  /// The command line is as it was typed.
  case shell(String)
  case reconnect
  case peers
  case peer(PeerChoice)
  case dump(Bool)
  case escape(Bool)
  case stats, info
  /// The path is as it was typed, with its `~/`.
  case save(path: String)
  case history(String?)
  case quit
}

/// Whom typed lines go to.
package enum PeerChoice: Sendable, Hashable {
  /// Counted from 1, as the dump does.
  case number(Int)
  case all
}

extension PromptCommand {
  /// Reads a command without its slash; what begins a single command's name stands for it.
  ///
  /// - Throws: ``ScriptError``, whose line and column are those of the text with its slash, as the
  ///   person sees it.
  package static func parse(_ line: String) throws(ScriptError) -> PromptCommand {
    var parser = PromptParser(line)
    return try parser.command()
  }
}
