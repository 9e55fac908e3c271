import ArgumentParser

/// How many clients are served, and how they share us.
struct ClientOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Serve clients until stopped, at the same time.")
  var keepOpen = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Serve so many at a time; others wait.", valueName: "n"))
  var maxClients: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("End when so many clients were served.", valueName: "n"))
  var exitAfter: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a client that does not take our input meets: it is disconnected after 5 s, or all wait.",
      valueName: "how"))
  var slowClient: SlowClient?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long clients may take to finish when a signal ends us (default: 0).",
      valueName: "duration"))
  var grace: DurationValue?

  @Flag(help: "Pass what each client sends to all others.")
  var broker = false

  @Flag(help: "The same by line, each under its client's name.")
  var chat = false

  @Flag(help: "Put [ADDRESS:PORT] before each line of output.")
  var tag = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write what each client sends into a file of its own.", valueName: "dir"),
    completion: .directory)
  var outputDir: String?
}

/// What serves a client instead of the standard streams.
struct AnswerOptions: ParsableArguments {
  @Flag(help: "Send back what comes.")
  var echo = false

  @Flag(help: "Throw away what comes.")
  var discard = false

  @Flag(help: "Send characters without end.")
  var chargen = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Answer each message with this text, with C escapes and {peer} {local} {time} {bytes} {message} {upper} {n}.",
      valueName: "text"))
  var respond: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What a message is: a line, or what one read gave.", valueName: "what"))
  var message: MessageKind?

  @Flag(help: "Run each message itself as a command.")
  var shellFromPeer = false
}

/// A program for each message.
struct MessageProgramOptions: ParsableArguments {
  @Flag(help: "Start the program behind -- for each message, which it reads.")
  var each = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run this command for each message, which it reads.", valueName: "command"))
  var shellEach: String?
}

/// A program that talks to the peer.
struct ProgramOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Let this command of the shell talk to the peer.", valueName: "command"))
  var shell: String?
}

/// How programs run.
struct ProgramRunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Where a program's standard error goes: inherit, merge (to the peer), or a file.",
      valueName: "where"),
    completion: .file())
  var execStderr: String?
}

/// What the end of a program means.
struct ProgramStatusOptions: ParsableArguments {
  @Flag(help: "End with the program's own status.")
  var execStatus = false
}

/// The program behind `--`.
struct ProgramArguments: ParsableArguments {
  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp(
      "A program that talks to the peer, with its arguments.", valueName: "program"),
    completion: .custom(DynamicValues.programs)
  )
  var program: [String] = []
}

/// Who may come.
struct AccessOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Serve these alone: addresses, CIDR, ranges, names, or any.", valueName: "list"))
  var allow: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Never serve these.", valueName: "list"))
  var deny: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The same from a file, read again on SIGHUP.", valueName: "file"),
    completion: .file())
  var allowFile: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The same from a file, read again on SIGHUP.", valueName: "file"),
    completion: .file())
  var denyFile: [String] = []
}

/// Who may come to a Unix socket.
struct UnixAccessOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("On a Unix socket: serve these users alone.", valueName: "list"))
  var allowUser: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("On a Unix socket: serve these groups alone.", valueName: "list"))
  var allowGroup: [String] = []
}

/// Who may open a Unix path.
struct UnixModeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The permissions of a Unix path, in octal.", valueName: "mode"))
  var unixMode: ModeValue?
}

/// What a client that does not take our input meets.
enum SlowClient: String, WordValue {
  case disconnect, wait
}

/// What a message is.
enum MessageKind: String, WordValue {
  case line, chunk
}

/// Permissions in octal: `0600`.
struct ModeValue: ExpressibleByArgument, Hashable {
  let bits: UInt32

  init?(argument: String) {
    guard (1...4).contains(argument.utf8.count), let bits = UInt32(argument, radix: 8),
      argument.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 }), bits <= 0o777
    else { return nil }
    self.bits = bits
  }
}
