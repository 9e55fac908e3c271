import ByteText
import Relaying
import Serving
import Sockets
import SystemPackage
import TLS
import Transcripts

/// `udp-recv`: datagrams in, from every sender.
final class DatagramReceiveConversation: Conversation, @unchecked Sendable {
  private let receiving: ConversationPlan.DatagramReceiving
  let context: ConversationContext
  private let flows = Flows()
  private let text: DatagramText?
  private var local: LocalSide?
  private(set) var sockets: [DatagramSocket] = []
  private var server: DTLSServer?
  private(set) var receiver: DatagramReceiver?
  let idle: IdleWatch
  /// Whom typed lines go to.
  var target = DatagramSenders.Target.last
  private var access: AccessControl?
  private var programs: ClientPrograms?
  /// How the first program that failed has ended.
  private var programFailure: StreamError?
  private var portFile: PortFile?
  private var recorders: [Recorder] = []
  private var begun: Deadline?
  private var hasEnded = false
  /// How many datagrams were lost to a slow output, or to one that failed.
  private var unwrittenCount = 0
  /// Whether records of datagrams that were received were not all written.
  private var outputIsCut = false

  init(_ receiving: ConversationPlan.DatagramReceiving, _ context: ConversationContext) {
    self.receiving = receiving
    self.context = context
    // The prompt converts what is typed and shown by itself.
    text = context.prompt == nil ? DatagramText(context.plan.input.encoding) : nil
    idle = IdleWatch(context.plan.idleTimeout, on: context.loop)
  }

  private var plan: ConversationPlan { context.plan }
  var hasBegun: Bool { begun != nil }

  func run() async -> StreamError? {
    do throws(StreamError) {
      let local = try await LocalSide(context.withoutEncoding, flows: flows, readsInput: false)
      self.local = local
      programs = try await ClientPrograms(plan, context.loop)
      let access = try await AccessControl(receiving.access, context)
      access.isForOwnUser = programs != nil && !plan.tls.demandsClients
      self.access = access
      try await open()
      begun = .now
      try await receive(local)
      return programFailure
    } catch {
      return error
    }
  }

  private func open() async throws(StreamError) {
    let reception = Reception(context: context, ready: receiving.ready)
    try await context.security.prepare()
    sockets = try await reception.openDatagrams(receiving, checksPrograms: programs != nil)
    server = try await context.security.serve(sockets) { [self] in accepts($0, at: $1) }
    let addresses = sockets.map(\.local)
    for address in addresses {
      for recorder in local?.recorders(for: TranscriptConnection(local: address)) ?? [] {
        recorder.record(.listening)
      }
    }
    portFile = try reception.announce(addresses)
  }

  private func receive(_ local: LocalSide) async throws(StreamError) {
    var policy = receiving.receiver
    if context.prompt != nil { (policy.remembersSenders, policy.idleTimeout) = (true, nil) }
    if let programs {
      policy.answer = .program { [self] received throws(StreamError) in
        try await answer(received, programs)
      }
    }
    policy.accepts = { [self] sender, local in accepts(sender, at: local) }
    // Of several sockets each datagram has its own.
    let connection = TranscriptConnection(local: sockets.count == 1 ? sockets[0].local : nil)
    recorders = local.recorders(for: connection)
    var shown = plan.output
    if context.prompt != nil { shown.showsSender = true }
    let output = DatagramOutput(local, shown, text, recorders)
    let joins = output.joins && !policy.answers && context.prompt == nil
    policy.needsTimes = !joins
    let receiver = DatagramReceiver(on: sockets, through: server, policy: policy) {
      WallClock.text($0)
    }
    self.receiver = receiver
    try await firstResult { group in
      group.addTask { [self] in
        await result { () throws(StreamError) in
          if joins { return try await join(receiver, output) }
          try await receiver.run { received throws(StreamError) in
            reportTruncation(received.datagram)
            try await output.write(
              received.bytes, received.datagram, peer: received.datagram.sender,
              local: received.local)
          } answered: { bytes, peer, local in
            output.noteSent(bytes, to: peer, from: local)
          } unanswered: { [messages = context.messages] error in
            messages.note(error.text() + ", not answered")
          }
        }
      }
      group.addTask { await local.readerGone() }
      if let prompt = context.prompt {
        group.addTask { [self] in
          await serve(prompt, receiver, output)
          return nil
        }
        group.addTask { await prompt.nextAction().map { _ in .success(()) } }
        group.addTask { [idle] in
          await idle.failure { receiver.lastReceived }.map { .failure($0) }
        }
      }
    }
  }

  /// Writes many datagrams at once: nothing looks at one of them alone.
  private func join(
    _ receiver: DatagramReceiver, _ output: DatagramOutput
  ) async throws(StreamError) {
    try await receiver.run(
      joining: { bytes, datagram, joined in
        reportTruncation(datagram)
        output.append(bytes, peer: datagram.sender, to: &joined)
      }, into: output.sink)
  }

  private func accepts(_ sender: SocketAddress?, at local: SocketAddress) -> Bool {
    let sender = sender ?? .unnamed
    guard let refusal = access?.refusal(of: sender, at: local) else { return true }
    context.messages.note(refusal.text(of: sender))
    return false
  }

  /// What the program makes of a datagram; nothing is no answer.
  private func answer(
    _ received: DatagramReceiver.Received, _ programs: ClientPrograms
  ) async throws(StreamError) -> [UInt8]? {
    let peer = received.datagram.sender ?? .unnamed
    let word = peer.family == .unix ? "unix" : "udp"
    let launch = programs.launch(
      peer: peer, local: received.local, protocol: word, tls: server?.facts(of: peer))
    let (answer, reason) = try await ProgramAnswer.run(
      launch, reading: received.bytes, limit: plan.datagramLimit, on: context.loop)
    for recorder in recorders { recorder.record(.programEnded(reason, peer: peer)) }
    context.messages.note(peer.shown + ": " + programs.name + " " + reason.text)
    programFailure = programFailure ?? programs.failure(reason)
    return answer.isEmpty ? nil : answer
  }

  func reload() async -> Bool { await access?.reload() ?? false }

  private func reportTruncation(_ datagram: Datagram) {
    guard datagram.isTruncated else { return }
    context.messages.say(
      "a datagram of " + (datagram.sender?.shown ?? "?") + " was longer than the "
        + String(datagram.byteCount) + " bytes that were taken")
  }

  func finish(_ failure: StreamError?) async -> StreamError? {
    noteEnd(failure)
    let deadline = failure?.patience(context.timeouts) ?? .never
    let lastDeadline = max(deadline, .after(Self.lastMoment))
    await writeRest(after: failure, by: lastDeadline)
    let ending = await local?.finish(
      isClean: failure == nil, endsSink: !deadline.hasPassed, by: lastDeadline)
    if case .timedOut? = ending?.cause { outputIsCut = true }
    return failure ?? ending ?? nil
  }

  /// How long what was taken from the kernel may take to go out when we are told to end.
  private static let lastMoment = Duration.milliseconds(200)

  private func writeRest(after failure: StreamError?, by deadline: Deadline) async {
    guard let failure, let local, !failure.isOutputReaderGone else { return }
    switch failure.cause {
    case .cancelled, .timedOut:
      await receiver?.writeRest(to: local.sink, by: deadline)
    default: break
    }
    unwrittenCount = receiver?.undeliveredCount ?? 0
  }

  /// How there is more room; of a socket that others made, they know.
  private var roomHint: String? {
    if case .descriptor = plan.endpoint { return nil }
    let limit = TextFile.lines(of: "/proc/sys/net/core/rmem_max").first.flatMap { Int($0) }
    // The kernel tells twice what was asked for.
    let sizes = sockets.compactMap { socket -> Int32? in
      try? socket.withSocket { socket throws(Errno) in try socket.get(.receiveBuffer) / 2 }
    }
    guard let limit, let size = sizes.min() else { return nil }
    return Hints.hint(
      droppedWith: Int(size), wanted: Int(plan.settings.receiveBuffer ?? Reception.receiveBuffer),
      limit: limit)
  }

  private func noteEnd(_ failure: StreamError?) {
    // A second time if a signal comes while a slow output is waited for.
    guard !hasEnded else { return }
    hasEnded = true
    let dropped = receiver?.droppedCount ?? 0
    let hint = dropped > 0 ? roomHint : nil
    server?.end()
    for socket in sockets { try? socket.close() }  // nothing that was received is lost by it
    portFile?.remove()
    if dropped > 0 {
      context.messages.say(
        String(dropped) + " datagrams were dropped by the kernel, which had no room for them"
          + (receiver?.droppedMore == true ? "; some were several that came as one" : ""),
        hint: hint)
    }
    if let count = receiver?.refusedCount, count > 0 {
      context.messages.note(
        String(count) + (count == 1 ? " datagram was" : " datagrams were") + " refused")
    }
    if let count = receiver?.unansweredCount, count > 0 {
      context.messages.say(
        String(count) + (count == 1 ? " answer" : " answers") + " could not be sent")
    }
    if let failure, !failure.isCancellation, !failure.isOutputReaderGone {
      recorders.record(failure: failure, context.timeouts)
    }
    if hasBegun { for recorder in recorders { recorder.record(.closed) } }
  }

  func tellTheRest(_ messages: Messages) {
    messages.tellReplacements(of: text)
    if unwrittenCount > 0 {
      messages.say(
        String(unwrittenCount) + (unwrittenCount == 1 ? " datagram was" : " datagrams were")
          + " taken and not written")
    }
    if outputIsCut { messages.say("the last of what was received was not written") }
  }

  var statistics: Statistics {
    var statistics = Statistics()
    statistics.local = sockets.first?.local
    statistics.bytesReceived = receiver?.byteCount ?? 0
    statistics.datagramsReceived = receiver?.count ?? 0
    statistics.bytesSent = receiver?.answeredByteCount ?? 0
    statistics.datagramsSent = receiver?.answerCount ?? 0
    statistics.datagramsDropped = receiver?.droppedCount ?? 0
    statistics.datagramsTruncated = receiver?.truncatedCount ?? 0
    statistics.duration = begun.map { Deadline.now.since($0) } ?? .zero
    return statistics
  }
}
