import ArgumentParser

/// How datagrams are made and sent.
struct DatagramSendOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How input is cut: line, whole, null (at zero bytes), or a size in bytes.",
      valueName: "how"),
    completion: .list(DatagramValue.words))
  var datagram: DatagramValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The time from one datagram to the next.", valueName: "duration"))
  var interval: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Datagrams a second, instead of an interval.", valueName: "n"))
  var datagramRate: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Demand so many replies; status 1 if they do not come.", valueName: "n"))
  var replies: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long these replies may take in all (default: 2s).", valueName: "duration"))
  var replyTimeout: DurationValue?

  @Flag(help: "Leave when all is sent, and wait for no reply.")
  var sendOnly = false
}

/// How many datagrams.
struct CountOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("End after so many datagrams.", valueName: "n"))
  var count: Int?
}

/// Sending to many.
struct GroupSendOptions: ParsableArguments {
  @Flag(help: "Allow broadcast addresses.")
  var broadcast = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Hops that multicast may take.", valueName: "n"))
  var multicastTtl: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The interface that multicast leaves by.", valueName: "interface"),
    completion: .custom(DynamicValues.interfaces))
  var multicastInterface: String?

  @Flag(inversion: .prefixedNo, help: "Let our own multicast come back to this host.")
  var multicastLoop: Bool?
}

/// Which datagrams are taken, and how they are answered.
struct DatagramReceiveOptions: ParsableArguments {
  @Flag(help: "Take datagrams from the first sender alone.")
  var firstSender = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Join a multicast group; may be repeated.", valueName: "group[@interface]"))
  var join: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Take the groups' datagrams from this address alone.", valueName: "address"))
  var joinSource: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Answer each datagram with this text, with C escapes and {peer} {local} {time} {bytes} {message} {upper} {n}.",
      valueName: "text"))
  var respond: String?

  @Flag(help: "Answer each datagram with its own bytes.")
  var echo = false
}
