import ArgumentParser

/// Which address families are used.
struct FamilyOptions: ParsableArguments {
  @Flag(name: .customShort("4"), help: "Use IPv4 only.")
  var ipv4 = false

  @Flag(name: .customShort("6"), help: "Use IPv6 only.")
  var ipv6 = false
}

/// The peer to connect with.
struct PeerArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "HOST:PORT, HOST PORT, unix:PATH, vsock:CID:PORT or fd:N.", valueName: "endpoint"),
    completion: .custom(DynamicValues.peers))
  var endpoint: String?

  @Argument(
    help: "The port, where the endpoint is a host alone.",
    completion: .custom(DynamicValues.peers))
  var port: String?

  /// One word, or host and port.
  var words: [String] { [endpoint, port].compactMap { $0 } }
}

/// The place to listen.
struct PlaceArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "PORT (on loopback), :PORT (everywhere), HOST:PORT, unix:PATH, vsock:CID:PORT or fd:N.",
      valueName: "endpoint"),
    completion: .custom(DynamicValues.places))
  var endpoint: String?

  @Argument(
    help: "The port, where the endpoint is an address alone.",
    completion: .custom(DynamicValues.places))
  var port: String?

  /// One word, or address and port.
  var words: [String] { [endpoint, port].compactMap { $0 } }
}

/// How a connection is made.
struct ConnectOptions: ParsableArguments {
  @Flag(help: "Connect, report each address, send nothing, and close.")
  var probe = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Try again so many times when a round has failed.", valueName: "n"))
  var retry: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The time between two rounds.", valueName: "duration"))
  var retryInterval: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Try again, ever slower, until something listens or the time is over.", valueName: "duration")
  )
  var wait: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long one round may take: resolving, and all addresses.", valueName: "duration"))
  var connectTimeout: DurationValue?
}

/// Our own address, for those who call others.
struct SourceOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Our own address.", valueName: "addr[:port]"))
  var source: String?
}

/// What scripts wait for instead of sleeping.
struct ReadyOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write the port to a file when it is open.", valueName: "file"),
    completion: .file())
  var portFile: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write the endpoint to a descriptor when it is open, and close that.", valueName: "n"))
  var readyFd: Int32?
}
