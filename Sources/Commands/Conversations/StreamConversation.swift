import ByteText
import Digests
import Relaying
import Serving
import Sockets
import SystemPackage
import TLS
import Terminal
import Transcripts

/// `connect` and `listen`: a peer, the local side, and the relay between them.
final class StreamConversation: Conversation, @unchecked Sendable {
  enum Way: Sendable {
    case connect(ConversationPlan.Connecting)
    case listen(ConversationPlan.Listening)
  }

  private let way: Way
  let context: ConversationContext
  let flows = Flows()
  private var local: LocalSide?
  private var listener: Listener?
  private var portFile: PortFile?
  private(set) var access: AccessControl?
  private var refusedCount = 0
  private var programs: ClientPrograms?
  private(set) var socket: StreamSocket?
  private var tls: TLSStream?
  /// At the prompt, where TLS can begin later.
  private(set) var slot: StreamSlot?
  private(set) var relay: Relay?
  private var digests: DigestStream?
  private var recorders: [Recorder] = []
  private var begun: Deadline?
  private var tcp: TCPInfo?
  private var hasEndedCleanly = false
  /// How many connections there were, and what passed in those before this one.
  private var connectionCount = 0
  private var earlier = (sent: 0, received: 0)
  /// What the prompt shows and asks for; see the extension for it.
  var state = PromptState.connecting
  var asked: PromptAction?
  let idle: IdleWatch

  init(_ way: Way, _ context: ConversationContext) {
    self.way = way
    self.context = context
    idle = IdleWatch(context.plan.idleTimeout, on: context.loop)
  }

  var plan: ConversationPlan { context.plan }
  private var messages: Messages { context.messages }
  var hasBegun: Bool { begun != nil }

  var isListener: Bool {
    if case .listen = way { true } else { false }
  }

  var policy: RelayPolicy {
    switch way {
    case .connect(let connect): connect.relay
    case .listen(let listen): listen.relay
    }
  }

  func run() async -> StreamError? {
    do throws(StreamError) {
      programs = try await ClientPrograms(plan, context.loop)
      let readsInput = policy.sends && programs == nil
      let local = try await LocalSide(context, flows: flows, readsInput: readsInput)
      self.local = local
      if let prompt = context.prompt {
        try await converse(local, at: prompt)
      } else {
        try await converse(local)
      }
      hasEndedCleanly = true
      return nil
    } catch {
      return error
    }
  }

  /// Holds one conversation with one peer, from the look-up to the last byte.
  func converse(_ local: LocalSide) async throws(StreamError) {
    recorders = local.recorders(for: TranscriptConnection())
    let secured = try await whileRead(local) { [self] in
      await result { () throws(StreamError) in try await open() }
    }
    let socket = secured.socket
    (self.socket, tls) = (socket, secured.tls)
    begun = begun ?? .now
    state = PromptState.connected
    if let programs {
      try await run(programs, local, socket)
    } else {
      try await relay(local, socket)
    }
  }

  /// Does something as long as our output is read; the relay watches that itself.
  private func whileRead<Value: Sendable>(
    _ local: LocalSide, _ body: @escaping @Sendable () async -> Result<Value, StreamError>
  ) async throws(StreamError) -> Value {
    guard policy.receives, programs == nil else { return try await body().get() }
    return try await firstResult { group in
      group.addTask { await body() }
      group.addTask { await local.readerGone() }
    }
  }

  // MARK: The peer

  private func open() async throws(StreamError) -> SecuredSocket {
    switch way {
    case .connect(let connect):
      for recorder in recorders { recorder.record(.connecting(to: plan.endpoint.description)) }
      return try await Rendezvous(connecting: connect, context: context).connect()
    case .listen(let listen):
      return try await accept(listen)
    }
  }

  private func accept(_ listen: ConversationPlan.Listening) async throws(StreamError)
    -> SecuredSocket
  {
    let reception = Reception(context: context, ready: listen.ready)
    access = try await AccessControl(listen.access, context)
    try await context.security.prepare()
    if let socket = try reception.connection() {
      guard let refusal = access?.refusal(of: socket) else {
        return try await SecuredSocket(socket, context.security)
      }
      let text = refusal.text(of: socket)
      throw StreamError(.accept, .endpoint(""), .layer(Verdict(.policy, text)))
    }
    let bound = try await reception.bind(type: listen.type)
    let listener = try reception.listen(on: bound, listen)
    self.listener = listener
    for address in listener.addresses {
      let place = TranscriptConnection(local: address)
      for recorder in local?.recorders(for: place) ?? [] { recorder.record(.listening) }
    }
    portFile = try reception.announce(listener.addresses)
    state = PromptState.listening
    let socket = try await accept(from: listener, listen)
    // A second client is refused and not kept waiting.
    listener.close()
    messages.note("connected by " + socket.peer.shown + " to " + socket.local.shown)
    return try await SecuredSocket(socket, context.security)
  }

  /// The first client that the lists allow.
  private func accept(
    from listener: Listener, _ listen: ConversationPlan.Listening
  ) async throws(StreamError) -> StreamSocket {
    let deadline = Deadline.after(listen.acceptTimeout)
    while true {
      let socket = try await listener.accept(by: deadline)
      guard let refusal = access?.refusal(of: socket) else { return socket }
      messages.note(refusal.text(of: socket))
      refusedCount += 1
      try? socket.close()  // nothing was sent that could be lost
    }
  }

  // MARK: The relay

  private func relay(_ local: LocalSide, _ socket: StreamSocket) async throws(StreamError) {
    var peer: any ByteStream = tls ?? socket
    if context.prompt != nil {
      let slot = StreamSlot(peer)
      self.slot = slot
      peer = slot
    }
    if plan.report.printsChecksum || plan.report.expectedChecksum != nil {
      let digests = DigestStream(peer)
      self.digests = digests
      peer = digests
    }
    connectionCount += 1
    recorders = local.recorders(
      for: TranscriptConnection(number: connectionCount, socket, tls))
    if !recorders.isEmpty {
      let recorded = RecordedStream(peer, in: recorders)
      context.prompt?.input.hides = { recorded.hidesSent = $0 }
      peer = recorded
    }
    for recorder in recorders { recorder.record(.connected) }
    var policy = policy
    policy.inputIsTerminal = local.inputIsTerminal
    // At the prompt the limit can change, and is watched there.
    if let prompt = context.prompt {
      for flow in [flows.sent, flows.received] where prompt.countsBytes {
        flow.hasMoved = { [weak prompt] in prompt?.redrawSoon() }
      }
      policy.idleTimeout = nil
      // Nobody ends the input of a prompt but by saying so.
      policy.endIsWanted = true
      policy.hasUnsentInput = { [flows] in !prompt.input.isEmpty || flows.sent.bytesInFlight > 0 }
    }
    policy.knowsFullClose = socket.local.family == .unix
    let relay = Relay(
      local: local.stream, peer: peer, policy: policy, flows: flows, on: context.loop,
      observe: { [self] in tell($0) })
    self.relay = relay
    idle.begin()
    context.prompt?.view.redraw()
    let progress = ProgressDisplay(local, flows, context)
    try await firstResult { group in
      group.addTask { await result { () throws(StreamError) in try await relay.run() } }
      if let progress {
        group.addTask {
          await progress.run()
          return nil
        }
      }
    }
    try (slot?.base as? TLSStream ?? tls)?.checkEnd()
  }

  // MARK: A program

  /// Lets a program talk to the peer in our place.
  private func run(
    _ programs: ClientPrograms, _ local: LocalSide, _ socket: StreamSocket
  ) async throws(StreamError) {
    connectionCount += 1
    recorders = local.recorders(
      for: TranscriptConnection(number: connectionCount, socket, tls))
    for recorder in recorders { recorder.record(.connected) }
    let launch = programs.launch(peer: socket.peer, local: socket.local, tls: tls?.facts)
    if programs.handsOver(plan) {
      let reason = try await HandedOverSocket.serve(socket, with: launch, on: context.loop)
      return try programEnded(reason, programs)
    }
    let link = ClientLink(tls ?? socket, socket.peer, flows, plan, recorders, context.loop)
    idle.begin()
    let outcome = await result { () throws(StreamError) in
      try await firstResult { [self] group in
        group.addTask { [self] in
          await result { () throws(StreamError) in
            let responder = ProgramResponder(
              launch, knowsFullClose: socket.local.family == .unix)
            let stream = ClientStream(link.stream, flows: flows, on: context.loop)
            return try await responder.serve(stream)
          }
        }
        group.addTask { [self] in
          await idle.failure { [flows] in flows.lastMoved }.map { .failure($0) }
        }
      }
    }
    let mismatch = link.verdict(plan, name: "", messages)
    try programEnded(try outcome.get(), programs)
    try tls?.checkEnd()
    if let mismatch { throw mismatch }
  }

  private func programEnded(
    _ reason: ExitReason, _ programs: ClientPrograms
  ) throws(StreamError) {
    for recorder in recorders { recorder.record(.programEnded(reason)) }
    if let failure = programs.failure(reason) { throw failure }
    messages.note(programs.name + " " + reason.text)
  }

  private func tell(_ event: RelayEvent) {
    switch event {
    case .stillSending:
      // What was given goes out; a person has nothing to add for a peer that has ended.
      context.prompt?.input.end()
      if messages.isVerbose || messages.isTerminal {
        messages.say("the peer has ended, and the rest of the input is still sent to it")
      }
    case .noAnswer:
      messages.say(
        "the peer ended without a byte after our half-close", hint: "--on-eof stay")
    }
  }

  /// Prints the digests, also of what was cut short, and compares what came with what was expected.
  private func verdictOnDigest() -> StreamError? {
    guard let digests else { return nil }
    self.digests = nil
    let received = digests.received.finish()
    let sent = digests.sent.finish()
    if plan.report.printsChecksum {
      messages.say("sent sha256:" + hexString(of: sent) + ", " + amountText(digests.sent.byteCount))
      messages.say(
        "received sha256:" + hexString(of: received) + ", " + amountText(digests.received.byteCount)
      )
    }
    guard let expected = plan.report.expectedChecksum, expected != received else { return nil }
    let text =
      "sha256:" + hexString(of: received) + " was received, not sha256:" + hexString(of: expected)
    return StreamError(.read, .endpoint(""), .layer(Verdict(.answerIsNo, text)))
  }

  // MARK: The end

  func finish(_ failure: StreamError?) async -> StreamError? {
    let deadline = failure?.patience(context.timeouts) ?? .never
    var failure = await endConnection(failure, by: deadline)
    listener?.close()
    portFile?.remove()
    let isClean = failure == nil && hasEndedCleanly
    let local = self.local
    if let ending = await local?.finish(isClean: isClean, by: deadline) {
      failure = failure ?? ending
    }
    hasEndedCleanly = failure == nil
    return failure
  }

  /// Ends the connection, in order or, where something was cut, with a reset.
  func endConnection(_ failure: StreamError?, by deadline: Deadline) async -> StreamError? {
    var failure = failure
    tcp = tcp ?? socketInfo()
    if let socket {
      tellWhatWasNegotiated(socket)
      // What was cut must not look whole to the peer: a clean end would.
      if let failure, wasCut(by: failure) {
        socket.abort()
      } else if failure != nil {
        await linger(socket, by: deadline)
      }
    }
    failure = failure ?? verdictOnDigest()
    record(failure)
    do throws(StreamError) {
      try socket?.close()
    } catch {
      failure = failure ?? error
    }
    return failure
  }

  /// Gets ready for another connection.
  func restart() {
    // One that still waits for its first client has the address.
    listener?.close()
    portFile?.remove()
    (listener, portFile) = (nil, nil)
    earlier.sent += flows.sent.bytesWritten
    earlier.received += flows.received.bytesWritten
    flows.restart()
    (socket, relay, tcp, asked) = (nil, nil, nil, nil)
    (tls, slot) = (nil, nil)
    state = isListener ? PromptState.listening : PromptState.connecting
  }

  /// After a failure that left bytes unsent, `--linger` gives them a time to go.
  private func linger(_ socket: StreamSocket, by deadline: Deadline) async {
    guard let seconds = plan.settings.linger, seconds > 0 else { return }
    let end = min(deadline, Deadline.after(.seconds(Int64(seconds))))
    // What is not gone by then is the failure that is being reported already.
    try? await socket.closeWrite(by: end)
    try? await socket.drain(by: end)
  }

  private func tellWhatWasNegotiated(_ socket: StreamSocket) {
    guard messages.isVerbose, begun != nil, socket.local.port != nil else { return }
    if plan.settings.usesMultipath {
      let isMultipath = (try? socket.withSocket { $0.speaksMultipath() }) ?? false
      messages.say(isMultipath ? "Multipath TCP is spoken" : "Multipath TCP fell back to TCP")
    }
    if plan.settings.usesFastOpen {
      messages.say(
        tcp?.sentDataWithSYN == true
          ? "the first bytes left with the SYN" : "the first bytes did not leave with the SYN")
    }
  }

  /// Whether input that was being sent, or should have been, did not get to its end.
  private func wasCut(by failure: StreamError) -> Bool {
    guard policy.sends, !flows.sent.hasEnded else { return false }
    let inputFailed = failure.subject.isLocal && failure.subject != .standardOutput
    return inputFailed || flows.sent.bytesRead > 0 && local?.inputIsTerminal == false
  }

  private func record(_ failure: StreamError?) {
    defer { recorders = [] }
    for recorder in recorders {
      recorder.release()
      if let failure {
        switch failure.cause {
        case .timedOut: recorder.record(.timeout(failure.text(context.timeouts)))
        case .cancelled: break
        default:
          recorder.record(failure.isLoss ? .reset : .error(failure.text(context.timeouts)))
        }
      }
      if hasBegun { recorder.record(.closed) }
    }
  }

  func tellTheRest(_ messages: Messages) {
    guard let local else { return }
    if local.replacementCount > 0 {
      messages.say(
        String(local.replacementCount) + " bytes could not be converted and were replaced")
    }
    if !hasEndedCleanly, let partial = local.keptPartial {
      messages.say(
        "what was received is in " + safeLine(partial),
        hint: "mv or rm " + safeLine(partial))
    }
  }

  private func socketInfo() -> TCPInfo? {
    guard let socket, socket.local.family == .ipv4 || socket.local.family == .ipv6 else {
      return nil
    }
    return try? socket.withSocket { socket throws(Errno) in try socket.tcpInfo() }
  }

  var statistics: Statistics {
    var statistics = Statistics()
    statistics.peer = socket?.peer
    statistics.local = socket?.local
    statistics.bytesSent = earlier.sent + flows.sent.bytesWritten
    statistics.bytesReceived = earlier.received + flows.received.bytesWritten
    statistics.duration = begun.map { Deadline.now.since($0) } ?? .zero
    statistics.tcp = tcp ?? socketInfo()
    return statistics
  }

  func detail(of error: StreamError) -> String {
    // 7. When our output cannot be written, say how many bytes were.
    guard hasBegun, error.operation == .write || error.operation == .close,
      error.subject == local?.outputSubject
    else { return "" }
    return ", " + amountText(flows.received.bytesWritten) + " were written"
  }
}

extension StreamError {
  /// Whether the connection was lost.
  var isLoss: Bool { ExitStatus(self) == .lost && !isCancellation }

  /// How long outputs may take to write out what they have after this failure: as long as they
  /// like, unless time or patience is what ran out, or nobody reads them.
  func patience(_ timeouts: TimeoutNames) -> Deadline {
    switch cause {
    case .cancelled, .timedOut(.total): .now
    case _ where isOutputReaderGone: .now
    // An output that is stuck may be why nothing moved.
    case .timedOut: .after(timeouts.acknowledgement ?? .seconds(10))
    default: .never
    }
  }
}

extension SocketAddress {
  /// As people write it, safe to show.
  var shown: String { StreamError.Subject.address(self).text }
}
