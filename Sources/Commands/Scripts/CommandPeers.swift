import ArgumentParser
import Relaying
import Scripting
import Sockets
import Transcripts

/// What every peer of a script is given.
struct PeerContext: Sendable {
  let start: Program.Start
  let loop: EventLoop
  let messages: Messages
}

/// Opens the peers that a script asks for, by the words of the commands' command lines.
struct CommandPeers: PeerOpener {
  private let context: PeerContext

  init(_ context: PeerContext) { self.context = context }

  func open(
    _ command: PeerRequest.Command, _ arguments: [String]
  ) async throws(PeerOpenerError) -> any ScriptEndpoint {
    let plan: ConversationPlan
    do throws(UsageError) {
      plan = try Self.plan(command, arguments)
      try plan.refuseWhatPeersDoNot()
    } catch {
      throw .request(error.message, hint: error.hint)
    }
    let conversation = ConversationContext(
      plan: plan, start: context.start, loop: context.loop, messages: context.messages)
    do throws(StreamError) {
      return try await openEndpoint(
        conversation, Flows(), isOnlyPeer: false, recorders: { _ in [] })
    } catch {
      throw .stream(error)
    }
  }

  /// What is wrong with the command line of a peer; nil if nothing is, or a variable decides that.
  static func mistake(in request: PeerRequest) -> UsageError? {
    var arguments: [String] = []
    for argument in request.arguments {
      guard let bytes = argument.literalBytes, let text = String(validating: bytes, as: UTF8.self)
      else { return nil }
      arguments.append(text)
    }
    do throws(UsageError) {
      try plan(request.command, arguments).refuseWhatPeersDoNot()
      return nil
    } catch {
      return error
    }
  }

  private static func plan(
    _ command: PeerRequest.Command, _ arguments: [String]
  ) throws(UsageError) -> ConversationPlan {
    if let plain = PlainCommandLine([command.rawValue] + arguments) { return try plain.plan() }
    do {
      return switch command {
      case .connect: try ConnectCommand.parse(arguments).plan()
      case .listen: try ListenCommand.parse(arguments).plan()
      case .udpSend: try UDPSendCommand.parse(arguments).plan()
      case .udpReceive: try UDPReceiveCommand.parse(arguments).plan()
      }
    } catch {
      if let error = error as? UsageError { throw error }
      throw (error as? UsageFailure)?.error
        ?? UsageReport.translated(Sockcat.message(for: error))
    }
  }
}

/// Opens what a plan's endpoint names, for a script to speak to.
///
/// The only peer of a script is told of where others wait for it, and a listener takes one client;
/// peers that a script opens by itself are its own affair.
func openEndpoint(
  _ context: ConversationContext, _ flows: Flows, isOnlyPeer: Bool,
  recorders: @escaping @Sendable (TranscriptConnection) -> [Recorder]
) async throws(StreamError) -> any ScriptEndpoint {
  switch context.plan.kind {
  case .connect(let connecting):
    let endpoint = ConnectedEndpoint(context, flows, recorders: recorders)
    try await endpoint.connect(connecting)
    return endpoint
  case .listen(let listening):
    let endpoint = ListeningEndpoint(
      listening, context, flows, servesOthers: !isOnlyPeer, recorders: recorders)
    try await endpoint.listen()
    return endpoint
  case .sendDatagrams(let sending):
    let endpoint = SendingEndpoint(context)
    try await endpoint.open(sending, recorders: recorders)
    return endpoint
  case .receiveDatagrams(let receiving):
    let endpoint = ReceivingEndpoint(context)
    try await endpoint.open(receiving, announces: isOnlyPeer, recorders: recorders)
    return endpoint
  }
}

extension ConversationPlan {
  /// A peer of a script has no standard streams, no prompt and no program.
  fileprivate func refuseWhatPeersDoNot() throws(UsageError) {
    var others: [(name: String, isGiven: Bool)] = [
      ("--script or -e", script != nil), ("--output", output.file != nil),
      ("--dump", output.dump != nil), ("-x, --json or --output-format", output.format != .raw),
      ("--timeout", totalTimeout != nil), ("--idle-timeout", idleTimeout != nil),
      ("--checksum", report.printsChecksum), ("--expect-checksum", report.expectedChecksum != nil),
      ("--stats", report.stats != nil), ("--progress", report.progress == true),
    ]
    switch input.origin {
    case .data: others.append(("--data", true))
    case .file: others.append(("--input", true))
    case .standard: break
    }
    switch kind {
    case .connect(let connecting):
      others += [("--probe", connecting.isProbe), ("a program", connecting.program != nil)]
    case .listen(let listening):
      others += [("serving several clients", listening.serving != nil)]
    case .sendDatagrams: break
    case .receiveDatagrams(let receiving): others += [("a program", receiving.program != nil)]
    }
    try refuse("a peer of a script", others)
  }
}
