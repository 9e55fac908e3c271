import ArgumentParser
import ByteText
import Relaying
import Sockets

/// `sockcat listen`: a stream from a peer.
struct ListenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Take a stream from a peer.",
    discussion: """
      Serves one client: prints what it sends, sends it standard input, and
      ends when both directions have ended. With -k, serves clients at the same
      time until it is stopped. A lone PORT is on loopback; :PORT is on every
      address.

      Examples:
        sockcat listen 8080
        sockcat listen :9000 --output backup.tar
        sockcat listen unix:/tmp/socket -x
        sockcat listen 7 -k --echo
        sockcat listen 8000 -k --input page.http
        sockcat listen 9001 -k -- tr a-z A-Z
        sockcat listen 4433 --tls
      """)

  @OptionGroup var place: PlaceArguments
  @OptionGroup(title: "Listening") var family: FamilyOptions
  @OptionGroup(title: "Listening") var unixType: TypeOptions
  @OptionGroup(title: "Listening") var listening: ListenOptions
  @OptionGroup(title: "Listening") var ready: ReadyOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "TLS") var tlsServer: TLSServerOptions
  @OptionGroup(title: "Clients") var clients: ClientOptions
  @OptionGroup(title: "Answers") var answers: AnswerOptions
  @OptionGroup(title: "Programs") var program: ProgramArguments
  @OptionGroup(title: "Programs") var programs: ProgramOptions
  @OptionGroup(title: "Programs") var messagePrograms: MessageProgramOptions
  @OptionGroup(title: "Programs") var programRun: ProgramRunOptions
  @OptionGroup(title: "Programs") var programStatus: ProgramStatusOptions
  @OptionGroup(title: "Access") var access: AccessOptions
  @OptionGroup(title: "Access") var unixAccess: UnixAccessOptions
  @OptionGroup(title: "Access") var unixMode: UnixModeOptions
  @OptionGroup var stream: StreamOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.planned(place.words, role: .listen)
    var listen = ConversationPlan.Listening()
    listen.type = try unixType.socketType(for: endpoint)
    if listen.type == .datagram {
      throw UsageError(
        "a datagram socket does not listen",
        hint: "sockcat udp-recv " + safeLine(endpoint.description))
    }
    listen.acceptTimeout = listening.acceptTimeout?.duration
    listen.backlog = try checked(listening.backlog, "--backlog", 1...65535) ?? 128
    listen.ready = try ready.plan()
    listen.relay = try stream.relayPolicy()
    try unixAccess.check(for: endpoint)
    listen.access = access.sources(unixAccess)
    listen.serving = try serving()
    var plan = try stream.plan(.listen(listen), endpoint, family)
    try unixMode.apply(to: &plan.settings, for: endpoint)
    plan.tls = try tls.plan()
    try tlsServer.apply(to: &plan.tls)
    if unixType.type != .stream, plan.tls.isOn {
      throw UsageError("--tls and --type " + unixType.type.rawValue + " exclude each other")
    }
    return plan
  }

  /// How clients are served; nil for one of them with the standard streams, whose conversation can
  /// do more.
  private func serving() throws(UsageError) -> ConversationPlan.Serving? {
    var serving = ConversationPlan.Serving()
    try clients.apply(to: &serving)
    let choice = AnswerChoice(
      answers: answers, messages: messagePrograms, shell: programs.shell, program: program.program)
    var answer = try choice.answer()
    let script = stream.script
    if script.isGiven {
      try refuse(script.name, [(choice.name, answer != nil)] + streamsOnly)
      if clients.isForMany { answer = .script }
    }
    let runsPrograms = answer?.runsPrograms ?? false
    serving.programs = try programRun.plan(programStatus, runsPrograms: runsPrograms)
    if let answer {
      if !script.isGiven { try refuse(choice.name, streamsOnly) }
      serving.answer = answer
    } else if !serving.answer.isStreams {
      try refuse(
        clients.name,
        stream.inputs + stream.localEnds + [("--slow-client", clients.slowClient != nil)])
    }
    try checkOutputs(serving)
    if serving.keepsOpen {
      if programStatus.execStatus { try refuse(clients.name, [("--exec-status", true)]) }
      try refuse(
        clients.name,
        [
          ("--expect-checksum", stream.streamReport.expectChecksum != nil),
          ("--progress", stream.streamReport.progress == true),
        ])
    }
    let isPlain =
      !serving.keepsOpen && serving.answer.isStreams && !clients.tag && clients.outputDir == nil
    if isPlain, clients.grace != nil { throw UsageError("--grace needs --keep-open", hint: "-k") }
    return isPlain ? nil : serving
  }

  private func checkOutputs(_ serving: ConversationPlan.Serving) throws(UsageError) {
    if clients.tag || clients.outputDir != nil, !stream.output.isRaw {
      throw UsageError(
        (clients.tag ? "--tag" : "--output-dir")
          + " needs raw or escaped output; dump and json tell clients apart anyway")
    }
    if clients.outputDir != nil {
      try refuse(
        "--output-dir", [("--output", stream.output.output != nil), ("--tag", clients.tag)])
    }
    if clients.chat { try refuse("--chat", [("--tag", clients.tag)]) }
  }

  /// What concerns the standard streams, where something else serves clients.
  private var streamsOnly: [(name: String, isGiven: Bool)] {
    stream.localSides + [
      ("--tag", clients.tag), ("--output-dir", clients.outputDir != nil),
      ("--broker", clients.broker), ("--chat", clients.chat),
      ("--slow-client", clients.slowClient != nil),
    ]
  }
}
