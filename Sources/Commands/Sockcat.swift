package import ArgumentParser

/// The program: `sockcat` and its subcommands.
package struct Sockcat: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "sockcat",
    abstract: "Talk to sockets: by hand, in a pipe, or from a script.",
    discussion: """
      The exit status tells what happened: 0 done, 1 the answer is no,
      2 unknown name, 3 could not connect or bind, 4 timeout, 5 connection lost,
      6 TLS refused, 7 local input or output failed, 64 wrong usage.
      """,
    version: version,
    subcommands: [
      ConnectCommand.self, ListenCommand.self, UDPSendCommand.self, UDPReceiveCommand.self,
      RunCommand.self,
    ])

  /// The program's version.
  package static let version = "0.1.0"

  /// Makes the root command.
  package init() {}

  /// Without a subcommand there is nothing to do.
  package func run() throws {
    throw UsageFailure(
      UsageError(
        "a command is missing: connect, listen, udp-send, udp-recv or run", hint: "sockcat --help"))
  }

  /// Runs the command line; never returns.
  package static func start() -> Never {
    let words = CommandLine.arguments.dropFirst()
    if words.elementsEqual(CollectionOfOne("--version")) { Program.print(version + "\n") }
    if let line = PlainCommandLine(words) { Program.converse(line.plan) }
    do {
      var command = try parsedAlone(words) ?? parseAsRoot()
      try command.run()
      Program.exit(.success)
    } catch {
      UsageReport.end(with: error)
    }
  }

  /// A subcommand, read by its own parser; nil where that cannot be.
  ///
  /// The parser of the whole would look at all its options twice. That one is left to say what help
  /// is asked for, and what is wrong.
  static func parsedAlone(_ words: ArraySlice<String>) -> (any ParsableCommand)? {
    let named = configuration.subcommands.first { $0.configuration.commandName == words.first }
    guard let named, let command = try? named.parseAsRoot(Array(words.dropFirst())),
      type(of: command) == named
    else { return nil }
    return command
  }
}

/// A usage error on its way through the parser, which knows only untyped errors.
struct UsageFailure: Error {
  let error: UsageError
  init(_ error: UsageError) { self.error = error }
}
