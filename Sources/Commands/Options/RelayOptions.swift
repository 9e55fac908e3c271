import ArgumentParser

/// How the ends of a stream are treated.
struct RelayOptions: ParsableArguments {
  @Option(
    name: .customLong("on-eof"), parsing: .unconditional,
    help: ArgumentHelp("What happens when local input ends.", valueName: "how"))
  var onEOF: OnEOF = .halfClose

  @Option(
    name: .customLong("on-peer-eof"), parsing: .unconditional,
    help: ArgumentHelp(
      "What happens to local input when the peer ends, whatever it is.", valueName: "how"))
  var onPeerEOF: OnPeerEOF?

  @Flag(help: "Throw away what comes, and leave when all is acknowledged.")
  var sendOnly = false

  @Flag(help: "Read no local input.")
  var recvOnly = false
}

/// How long things may take.
struct TimeoutOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long no byte may move either way.", valueName: "duration"))
  var idleTimeout: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long all of it may take, from the start.", valueName: "duration"))
  var timeout: DurationValue?
}

/// How long a stream's end may take.
struct AcknowledgementOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long the peer may take to acknowledge what was sent (default: 10s).",
      valueName: "duration"))
  var ackTimeout: DurationValue?
}

/// How connections are taken.
struct ListenOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long the first client may take to come.", valueName: "duration"))
  var acceptTimeout: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Connections that wait to be accepted.", valueName: "n"))
  var backlog: Int32 = 128
}
