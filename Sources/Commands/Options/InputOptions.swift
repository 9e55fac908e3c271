import ArgumentParser

/// Where what is sent comes from, and how it is read.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Send this text, with C escapes, instead of standard input.", valueName: "text"))
  var data: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Send a file instead of standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("How input is read.", valueName: "format"))
  var inputFormat: InputFormat = .raw

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Which rows of a hex dump are input.", valueName: "rows"))
  var hexDirection: HexRows = .sent
}

/// Text between character sets.
struct EncodingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The peer's character set; it is converted from and to ours.", valueName: "name"),
    completion: .custom(DynamicValues.encodings))
  var encoding: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What happens with bytes that cannot be converted.", valueName: "how"))
  var encodingErrors: EncodingErrors = .fail
}

/// How input is changed or slowed on its way to a stream.
struct StreamInputOptions: ParsableArguments {
  @Flag(help: "Send LF as CRLF.")
  var crlf = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pause so long after each line that is sent.", valueName: "duration"))
  var delay: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Move at most so many bytes a second, in each direction.", valueName: "size")
  )
  var rate: SizeValue?
}
