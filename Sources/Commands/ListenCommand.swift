import ArgumentParser
import Relaying
import Sockets

/// `sockcat listen`: a stream from a peer.
struct ListenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Take a stream from a peer.",
    discussion: """
      Serves one client: prints what it sends, sends it standard input, and
      ends when both directions have ended. A lone PORT is on loopback; :PORT is
      on every address.

      Examples:
        sockcat listen 8080
        sockcat listen :9000 --output backup.tar
        sockcat listen unix:/tmp/socket -x
      """)

  @OptionGroup var place: PlaceArguments
  @OptionGroup(title: "Listening") var family: FamilyOptions
  @OptionGroup(title: "Listening") var unixType: TypeOptions
  @OptionGroup(title: "Listening") var listening: ListenOptions
  @OptionGroup(title: "Listening") var ready: ReadyOptions
  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Input") var encoding: EncodingOptions
  @OptionGroup(title: "Input") var streamInput: StreamInputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Ends") var relay: RelayOptions
  @OptionGroup(title: "Timeouts") var timeouts: TimeoutOptions
  @OptionGroup(title: "Timeouts") var acknowledgement: AcknowledgementOptions
  @OptionGroup(title: "Reports") var report: ReportOptions
  @OptionGroup(title: "Reports") var streamReport: StreamReportOptions
  @OptionGroup(title: "Socket") var socket: SocketOptions
  @OptionGroup(title: "Socket") var streamSocket: StreamSocketOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.planned(place.endpoint, role: .listen)
    var listen = ConversationPlan.Listening()
    listen.type = try unixType.socketType(for: endpoint)
    if listen.type == .datagram {
      throw UsageError(
        "a datagram socket does not listen", hint: "sockcat udp-recv " + endpoint.description)
    }
    listen.acceptTimeout = listening.acceptTimeout?.duration
    listen.backlog = try checked(listening.backlog, "--backlog", 1...65535) ?? 128
    listen.ready = try ready.plan()
    listen.relay = try relay.plan(acknowledgement, idle: timeouts.idleTimeout?.duration)
    listen.relay.ignoresEmptyInput = true
    var plan = ConversationPlan(kind: .listen(listen), endpoint: endpoint)
    plan.family = try family.family()
    plan.settings = try socket.settings(for: endpoint)
    try streamSocket.apply(to: &plan.settings, for: endpoint)
    plan.input = try input.plan()
    plan.input.encoding = try encoding.plan()
    try streamInput.apply(to: &plan.input)
    plan.output = try output.plan()
    plan.output.isAtomic = true
    plan.report = report.plan()
    streamReport.apply(to: &plan.report)
    plan.totalTimeout = timeouts.timeout?.duration
    plan.idleTimeout = timeouts.idleTimeout?.duration
    return plan
  }
}
