import ArgumentParser

/// Where what is received goes, and how it looks.
struct OutputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Add to the output file instead of replacing it.")
  var append = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How the conversation is shown.", valueName: "format"))
  var outputFormat: OutputFormat?

  @Flag(name: [.customShort("x"), .customLong("hex")], help: "Short for --output-format dump.")
  var hex = false

  @Flag(help: "Short for --output-format json.")
  var json = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How JSON carries bytes, whatever they are.", valueName: "form"))
  var payload: PayloadValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write a hex dump of both directions to a file as well; - is standard error.",
      valueName: "file"),
    completion: .file())
  var dump: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write a script of what is said, which passes when it is run again.", valueName: "file"),
    completion: .file())
  var recordScript: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write a script that stands in for the peer, as listen --script runs it.", valueName: "file"),
    completion: .file())
  var recordMock: String?

  @Flag(help: "Let the peer's bytes drive the terminal.")
  var rawTerminal = false
}

/// How datagrams are told apart in raw output.
struct BoundaryOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write this text, with C escapes, after each datagram.", valueName: "text"))
  var separator: String?

  @Flag(help: "Write [ADDRESS:PORT] before each datagram.")
  var showSender = false
}

/// What is told about the conversation.
struct ReportOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Tell every fact, one a line, on standard error.")
  var verbose = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print the figures at the end, on standard error.", valueName: "form"))
  var stats: StatsFormat?
}

/// What is told about a stream.
struct StreamReportOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Draw rate and amount on standard error while bytes move.")
  var progress: Bool?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print the digest of each direction at the end.", valueName: "digest"))
  var checksum: ChecksumKind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End with status 1 unless what was received has this digest.", valueName: "sha256:hex"))
  var expectChecksum: ChecksumValue?
}
