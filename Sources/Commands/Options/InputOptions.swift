import ArgumentParser

/// Where what is sent comes from, and how it is read.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Send this text, with C escapes, instead of standard input.")
  var data: String?

  @Option(
    parsing: .unconditional, help: "Send a file instead of standard input.", completion: .file())
  var input: String?

  @Option(parsing: .unconditional, help: "How input is read.")
  var inputFormat: InputFormat = .raw

  @Option(
    parsing: .unconditional, help: "Which rows of a hex dump are input.")
  var hexDirection: HexRows = .sent
}

/// Text between character sets.
struct EncodingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The peer's character set; it is converted from and to ours.",
    completion: .custom(DynamicValues.encodings))
  var encoding: String?

  @Option(
    parsing: .unconditional, help: "What happens with bytes that cannot be converted.")
  var encodingErrors: EncodingErrors = .fail
}

/// How input is changed or slowed on its way to a stream.
struct StreamInputOptions: ParsableArguments {
  @Flag(help: "Send LF as CRLF.")
  var crlf = false

  @Option(parsing: .unconditional, help: "Pause so long after each line that is sent.")
  var delay: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Move at most so many bytes a second, in each direction.", valueName: "size"))
  var rate: SizeValue?
}
