import ArgumentParser
import Relaying
import Sockets

/// `sockcat connect`: a stream to a peer.
struct ConnectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect", abstract: "Open a stream to a peer.",
    discussion: """
      Sends standard input, prints what comes, and ends when both directions
      have ended.

      Examples:
        sockcat connect example.org 80
        printf 'PING\\r\\n' | sockcat connect localhost:6379
        sockcat connect --probe localhost:22
        sockcat connect example.org 7 -- sh -c 'echo hi; cat >&2'
        sockcat connect --tls example.org 443
      """)

  @OptionGroup var peer: PeerArguments
  @OptionGroup(title: "Connecting") var family: FamilyOptions
  @OptionGroup(title: "Connecting") var source: SourceOptions
  @OptionGroup(title: "Connecting") var unixType: TypeOptions
  @OptionGroup(title: "Connecting") var connecting: ConnectOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "TLS") var tlsClient: TLSClientOptions
  @OptionGroup(title: "TLS") var startTLS: StartTLSOptions
  @OptionGroup(title: "Programs") var program: ProgramArguments
  @OptionGroup(title: "Programs") var programs: ProgramOptions
  @OptionGroup(title: "Programs") var programRun: ProgramRunOptions
  @OptionGroup(title: "Programs") var programStatus: ProgramStatusOptions
  @OptionGroup var stream: StreamOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.planned(peer.words, role: .connect)
    var connect = ConversationPlan.Connecting()
    connect.type = try unixType.socketType(for: endpoint)
    connect.source = try source.address()
    connect.isProbe = connecting.probe
    connect.retries = try checked(connecting.retry, "--retry", 0...Int.max) ?? 0
    if let interval = connecting.retryInterval { connect.retryInterval = interval.duration }
    if connecting.wait != nil && connecting.retry != nil {
      throw UsageError("--wait and --retry exclude each other")
    }
    if connecting.retryInterval != nil && connecting.retry == nil {
      throw UsageError("--retry-interval needs --retry N")
    }
    if connecting.probe { try refuseWhatProbesDoNot() }
    connect.wait = connecting.wait?.duration
    connect.connectTimeout = connecting.connectTimeout?.duration
    connect.relay = try stream.relayPolicy()
    // A datagram socket has no end that a peer could send or see.
    if connect.type == .datagram && connect.relay.whenLocalEnds == .halfClose {
      connect.relay.whenLocalEnds = .close
    }
    let choice = AnswerChoice(shell: programs.shell, program: program.program)
    if case .program(let launch)? = try choice.answer() {
      connect.program = launch
      try refuse(choice.name, stream.localSides + [("--probe", connecting.probe)])
    }
    if stream.script.isGiven {
      try refuse(
        stream.script.name, [(choice.name, connect.program != nil), ("--probe", connecting.probe)])
    }
    connect.programs = try programRun.plan(programStatus, runsPrograms: connect.program != nil)
    var plan = try stream.plan(.connect(connect), endpoint, family)
    plan.tls = try securityPlan()
    return plan
  }

  private func securityPlan() throws(UsageError) -> ConversationPlan.TLS {
    var plan = try tls.plan()
    try tlsClient.apply(to: &plan)
    startTLS.apply(to: &plan)
    if connecting.probe {
      try refuse("--probe", [("--tls", tls.tls), ("--starttls", startTLS.starttls != nil)])
    }
    if unixType.type != .stream, plan.isOn {
      throw UsageError("--tls and --type " + unixType.type.rawValue + " exclude each other")
    }
    return plan
  }

  /// A probe sends nothing and receives nothing.
  private func refuseWhatProbesDoNot() throws(UsageError) {
    let (input, output) = (stream.input, stream.output)
    try refuse(
      "--probe",
      [
        ("--data", input.data != nil), ("--input", input.input != nil),
        ("--output", output.output != nil), ("--output-format", output.outputFormat != nil),
        ("--json", output.json), ("-x", output.hex), ("--dump", output.dump != nil),
        ("--crlf", stream.streamInput.crlf), ("--delay", stream.streamInput.delay != nil),
        ("--rate", stream.streamInput.rate != nil), ("--encoding", stream.encoding.encoding != nil),
        ("--checksum", stream.streamReport.checksum != nil),
        ("--expect-checksum", stream.streamReport.expectChecksum != nil),
        ("--progress", stream.streamReport.progress == true),
        ("--send-only", stream.relay.sendOnly), ("--recv-only", stream.relay.recvOnly),
        ("--on-eof", stream.relay.onEOF != .halfClose),
        ("--on-peer-eof", stream.relay.onPeerEOF != nil),
        ("--idle-timeout", stream.timeouts.idleTimeout != nil),
      ])
  }
}

extension TypeOptions {
  func socketType(for endpoint: Endpoint) throws(UsageError) -> SocketType {
    switch (type, endpoint) {
    case (.stream, _): return .stream
    case (.seqpacket, .unix), (.seqpacket, .abstract): return .sequencedPacket
    case (.datagram, .unix), (.datagram, .abstract): return .datagram
    default:
      throw UsageError("--type " + type.rawValue + " needs a Unix endpoint", hint: "unix:PATH")
    }
  }
}
