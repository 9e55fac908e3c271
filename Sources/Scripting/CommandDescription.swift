/// What a command at the prompt is called, takes and does: the one table behind `/help`, completion
/// and the hints.
package struct CommandDescription: Sendable {
  /// What its argument is, so that completion knows what to offer.
  package enum Argument: Sendable, Hashable {
    case none
    /// Free text, hex and quoted text, or a shell's command line: nothing to offer but words.
    case text, bytes, shellCommand
    case path
    /// One of a few words.
    case choice([String])
    case peer, encoding, duration, host, commandName
  }

  /// Without the slash.
  package let name: String
  /// How its argument is written in the help: `PATH`, `[TEXT]`; empty if it takes none.
  package let usage: String
  package let argument: Argument
  /// One line, imperative.
  package let help: String

  private init(_ name: String, _ usage: String, _ argument: Argument, _ help: String) {
    self.name = name
    self.usage = usage
    self.argument = argument
    self.help = help
  }

  /// All of them, in the order in which they are told.
  package static let all: [CommandDescription] = [
    .init("send", "TEXT", .text, "Send text with C escapes, and no newline after it."),
    .init("hex", "BYTES", .bytes, "Send bytes: hex digits, and \"text\" in quotes."),
    .init("file", "PATH", .path, "Send a file."),
    .init("secret", "", .none, "Type the next line unseen; nothing records it."),
    .init("shell", "COMMAND", .shellCommand, "Run a shell command and send its output."),
    .init("half-close", "", .none, "Tell the peer that no more comes, and keep reading."),
    .init("close", "", .none, "Close the connection."),
    .init("reset", "", .none, "Reset the connection (RST)."),
    .init("reconnect", "", .none, "Connect again."),
    .init("starttls", "[NAME]", .host, "Go on with TLS."),
    .init("peers", "", .none, "Show who is there."),
    .init("peer", "N|all", .peer, "Say whom the next lines go to."),
    .init("dump", "on|off", .choice(["on", "off"]), "Show the conversation as a hex dump."),
    .init("escape", "on|off", .choice(["on", "off"]), "Show what is received with C escapes."),
    .init(
      "newline", "lf|crlf|cr|none", .choice(["lf", "crlf", "cr", "none"]),
      "Say what follows a typed line."),
    .init("encoding", "NAME", .encoding, "Say which character set the peer speaks."),
    .init("timeout", "DURATION", .duration, "End when nothing moves for so long; 0 is never."),
    .init("stats", "", .none, "Show the figures so far."),
    .init("info", "", .none, "Show addresses, options and the kernel's figures."),
    .init("save", "FILE", .path, "Save what was said: a dump, .json or a script .sct."),
    .init("history", "[TEXT]", .text, "Show what was typed before, with the text."),
    .init("help", "[COMMAND]", .commandName, "Show the commands."),
    .init("quit", "", .none, "Leave."),
  ]

  /// The one of a name.
  package static func named(_ name: String) -> CommandDescription? {
    all.first { $0.name == name }
  }
}
