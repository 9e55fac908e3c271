import ArgumentParser
import ByteText
import Serving
import Sockets

/// `sockcat udp-recv`: datagrams in, from every sender.
struct UDPReceiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "udp-recv", abstract: "Receive datagrams from every sender.",
    discussion: """
      Prints datagrams as they come, whole, until it is stopped. A lone PORT is
      on loopback; :PORT is on every address.

      Examples:
        sockcat udp-recv 5000 -x
        sockcat udp-recv :5000 --separator '\\n' --show-sender
        sockcat udp-recv 5353 --join 224.0.0.251@eth0 --json
        sockcat udp-recv 9001 -- tr a-z A-Z
        sockcat udp-recv 5684 --tls --echo
      """)

  @OptionGroup var place: PlaceArguments
  @OptionGroup(title: "Receiving") var family: FamilyOptions
  @OptionGroup(title: "Receiving") var receiving: DatagramReceiveOptions
  @OptionGroup(title: "Receiving") var counting: CountOptions
  @OptionGroup(title: "Receiving") var ready: ReadyOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "TLS") var tlsServer: TLSServerOptions
  @OptionGroup(title: "Programs") var program: ProgramArguments
  @OptionGroup(title: "Programs") var messagePrograms: MessageProgramOptions
  @OptionGroup(title: "Programs") var programRun: ProgramRunOptions
  @OptionGroup(title: "Access") var access: AccessOptions
  @OptionGroup(title: "Access") var unixMode: UnixModeOptions
  @OptionGroup var datagrams: DatagramOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.plannedForDatagrams(place.words, role: .listen)
    var receive = ConversationPlan.DatagramReceiving()
    receive.receiver = try receiver()
    receive.groups = try groups(for: endpoint)
    if let wanted = try family.family(for: endpoint),
      receive.groups.contains(where: { $0.address.family != wanted })
    {
      throw UsageError(
        (wanted == .ipv4 ? "-4" : "-6")
          + " and a --join group of the other family exclude each other")
    }
    receive.ready = try ready.plan()
    receive.access = access.sources()
    receive.program = try launch()
    try datagrams.script.refuseBeside([
      ("--echo", receiving.echo), ("--respond", receiving.respond != nil),
      ("--first-sender", receiving.firstSender), ("--count", counting.count != nil),
      ("a program", receive.program != nil),
    ])
    receive.programs = try programRun.plan(runsPrograms: receive.program != nil)
    var plan = try datagrams.plan(.receiveDatagrams(receive), endpoint, family)
    try unixMode.apply(to: &plan.settings, for: endpoint)
    plan.tls = try tls.plan()
    try tlsServer.apply(to: &plan.tls)
    try plan.tls.checkDatagrams(besides: [
      ("--join", !receiving.join.isEmpty), ("--join-source", receiving.joinSource != nil),
    ])
    return plan
  }

  /// What is started for each datagram: here `--each` says nothing new.
  private func launch() throws(UsageError) -> ProgramLaunch? {
    var choice = AnswerChoice(messages: messagePrograms, program: program.program)
    choice.messages?.each = !program.program.isEmpty || messagePrograms.each
    guard case .programPerMessage(let launch, _)? = try choice.answer() else { return nil }
    try refuse(
      choice.name, [("--respond", receiving.respond != nil), ("--echo", receiving.echo)])
    return launch
  }

  private func receiver() throws(UsageError) -> DatagramReceiver.Policy {
    var policy = DatagramReceiver.Policy()
    policy.countLimit = try checked(counting.count, "--count", 1...Int.max)
    policy.locksToFirstSender = receiving.firstSender
    policy.idleTimeout = datagrams.timeouts.idleTimeout?.duration
    if receiving.respond != nil && receiving.echo {
      throw UsageError("--respond and --echo exclude each other")
    }
    if receiving.echo { policy.answer = .echo }
    if let text = receiving.respond { policy.answer = .template(try template(text)) }
    return policy
  }

  private func groups(
    for endpoint: Endpoint
  ) throws(UsageError) -> [ConversationPlan.DatagramReceiving.Group] {
    if receiving.joinSource != nil && receiving.join.isEmpty {
      throw UsageError("--join-source needs --join GROUP")
    }
    if !receiving.join.isEmpty && !endpoint.isInternet {
      throw UsageError("--join needs an Internet endpoint")
    }
    let source = try receiving.joinSource.map { text throws(UsageError) in
      guard let address = SocketAddress(numeric: text) else {
        throw UsageError("--join-source: \"" + safeLine(text) + "\" is no address")
      }
      return address
    }
    return try receiving.join.map { text throws(UsageError) in
      let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
      guard var address = SocketAddress(numeric: parts.first ?? ""), address.isMulticast else {
        throw UsageError(
          "--join: \"" + safeLine(text) + "\" is no multicast group",
          hint: "--join 239.1.2.3, --join 224.0.0.251@eth0 or --join ff02::fb@eth0")
      }
      if let source, source.family != address.family {
        throw UsageError("--join-source and --join are of different families")
      }
      var interface = parts.count == 2 ? try interfaceIndex(parts[1], "--join") : 0
      if case .ipv6(let group, let port, let zone) = address {
        // IPv6 binds a group only together with its interface.
        if interface == 0 { interface = zone }
        address = .ipv6(group, port: port, zone: interface)
      }
      return ConversationPlan.DatagramReceiving.Group(
        address: address, interface: interface, source: source)
    }
  }
}
