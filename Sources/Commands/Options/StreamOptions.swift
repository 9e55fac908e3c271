import ArgumentParser
import Relaying
import Sockets

/// What `connect` and `listen` share: everything about a stream once there is one.
struct StreamOptions: ParsableArguments {
  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Input") var encoding: EncodingOptions
  @OptionGroup(title: "Input") var streamInput: StreamInputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Script") var script: ScriptOptions
  @OptionGroup(title: "Ends") var relay: RelayOptions
  @OptionGroup(title: "Timeouts") var timeouts: TimeoutOptions
  @OptionGroup(title: "Timeouts") var acknowledgement: AcknowledgementOptions
  @OptionGroup(title: "Reports") var report: ReportOptions
  @OptionGroup(title: "Reports") var streamReport: StreamReportOptions
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Socket") var socket: SocketOptions
  @OptionGroup(title: "Socket") var streamSocket: StreamSocketOptions

  /// What concerns the standard streams, where a program talks to the peer.
  var localSides: [(name: String, isGiven: Bool)] {
    inputs + localEnds + [
      ("--output", output.output != nil && output.isRaw),
      ("--append", output.append && output.isRaw), ("--progress", streamReport.progress == true),
    ]
  }

  /// What concerns standard input.
  var inputs: [(name: String, isGiven: Bool)] {
    [
      ("--data", input.data != nil), ("--input", input.input != nil),
      ("--input-format", input.inputFormat != .raw), ("--delay", streamInput.delay != nil),
    ]
  }

  /// What concerns the ends of the standard streams.
  var localEnds: [(name: String, isGiven: Bool)] {
    [
      ("--on-eof", relay.onEOF != .halfClose), ("--on-peer-eof", relay.onPeerEOF != nil),
      ("--send-only", relay.sendOnly), ("--recv-only", relay.recvOnly),
    ]
  }

  /// What happens at the ends of the stream.
  func relayPolicy() throws(UsageError) -> RelayPolicy {
    try relay.plan(acknowledgement, idle: timeouts.idleTimeout?.duration)
  }

  func plan(
    _ kind: ConversationPlan.Kind, _ endpoint: Endpoint, _ family: FamilyOptions
  ) throws(UsageError) -> ConversationPlan {
    try refuseWhatHasNoEffect()
    var plan = ConversationPlan(kind, endpoint)
    plan.family = try family.family(for: endpoint)
    plan.settings = try socket.settings(for: endpoint)
    try streamSocket.apply(to: &plan.settings, for: endpoint)
    plan.input = try input.plan()
    plan.input.encoding = try encoding.plan()
    try streamInput.apply(to: &plan.input)
    try output.apply(to: &plan.output)
    plan.report = report.plan()
    streamReport.apply(to: &plan.report)
    plan.prompt = try prompt.plan()
    plan.totalTimeout = timeouts.timeout?.duration
    plan.idleTimeout = timeouts.idleTimeout?.duration
    try script.apply(
      to: &plan,
      excluding: localSides + [
        ("--stay", prompt.stay), ("--crlf", streamInput.crlf),
      ])
    return plan
  }

  /// An option that would do nothing was meant to do something.
  private func refuseWhatHasNoEffect() throws(UsageError) {
    if relay.recvOnly {
      try refuse(
        "--recv-only",
        [
          ("--data", input.data != nil), ("--input", input.input != nil),
          ("--input-format", input.inputFormat != .raw), ("--crlf", streamInput.crlf),
          ("--delay", streamInput.delay != nil), ("--on-eof", relay.onEOF != .halfClose),
          ("--on-peer-eof", relay.onPeerEOF != nil),
        ])
    }
    if relay.sendOnly {
      try refuse(
        "--send-only",
        [
          ("--output", output.output != nil && output.isRaw), ("--on-eof", relay.onEOF == .stay),
          ("--expect-checksum", streamReport.expectChecksum != nil),
        ])
    }
  }
}

/// Refuses each of the options that was given beside another one.
func refuse(_ option: String, _ others: [(name: String, isGiven: Bool)]) throws(UsageError) {
  for other in others where other.isGiven {
    throw UsageError(option + " and " + other.name + " exclude each other")
  }
}

extension OutputOptions {
  /// Whether received bytes are the output, and no transcript.
  var isRaw: Bool { !hex && !json && (outputFormat ?? .raw) != .dump && outputFormat != .json }
}

/// What `udp-send` and `udp-recv` share.
struct DatagramOptions: ParsableArguments {
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var encoding: EncodingOptions
  @OptionGroup(title: "Output") var boundaries: BoundaryOptions
  @OptionGroup(title: "Script") var script: ScriptOptions
  @OptionGroup(title: "Timeouts") var timeouts: TimeoutOptions
  @OptionGroup(title: "Reports") var report: ReportOptions
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Socket") var socket: SocketOptions

  func plan(
    _ kind: ConversationPlan.Kind, _ endpoint: Endpoint, _ family: FamilyOptions,
    input: ConversationPlan.Input = ConversationPlan.Input()
  ) throws(UsageError) -> ConversationPlan {
    var plan = ConversationPlan(kind, endpoint)
    plan.family = try family.family(for: endpoint)
    plan.settings = try socket.settings(for: endpoint)
    plan.input = input
    plan.input.encoding = try encoding.plan()
    try output.apply(to: &plan.output)
    try boundaries.apply(to: &plan.output)
    plan.report = report.plan()
    plan.prompt = try prompt.plan()
    plan.totalTimeout = timeouts.timeout?.duration
    plan.idleTimeout = timeouts.idleTimeout?.duration
    try script.apply(
      to: &plan,
      excluding: [
        ("--stay", prompt.stay), ("--separator", boundaries.separator != nil),
        ("--show-sender", boundaries.showSender), ("--encoding", encoding.encoding != nil),
      ])
    return plan
  }
}
