import ArgumentParser

/// Where what is received goes, and how it looks.
struct OutputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Write to a file instead of standard output.",
    completion: .file())
  var output: String?

  @Flag(help: "Add to the output file instead of replacing it.")
  var append = false

  @Option(parsing: .unconditional, help: "How the conversation is shown.")
  var outputFormat: OutputFormat?

  @Flag(name: [.customShort("x"), .customLong("hex")], help: "Short for --output-format dump.")
  var hex = false

  @Flag(help: "Short for --output-format json.")
  var json = false

  @Option(
    parsing: .unconditional, help: "How JSON carries bytes, whatever they are.")
  var payload: PayloadValue?

  @Option(
    parsing: .unconditional,
    help: "Write a hex dump of both directions to a file as well; - is standard error.",
    completion: .file())
  var dump: String?

  @Flag(help: "Let the peer's bytes drive the terminal.")
  var rawTerminal = false
}

/// How datagrams are told apart in raw output.
struct BoundaryOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Write this text, with C escapes, after each datagram.")
  var separator: String?

  @Flag(help: "Write [ADDRESS:PORT] before each datagram.")
  var showSender = false
}

/// What is told about the conversation.
struct ReportOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Tell every fact, one a line, on standard error.")
  var verbose = false

  @Option(
    parsing: .unconditional, help: "Print the figures at the end, on standard error.")
  var stats: StatsFormat?
}

/// What is told about a stream.
struct StreamReportOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Draw rate and amount on standard error while bytes move.")
  var progress: Bool?

  @Option(
    parsing: .unconditional, help: "Print the digest of each direction at the end.")
  var checksum: ChecksumKind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End with status 1 unless what was received has this digest.", valueName: "sha256:hex"))
  var expectChecksum: ChecksumValue?
}
