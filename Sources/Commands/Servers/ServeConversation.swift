import ByteText
import Relaying
import Scripting
import Serving
import Sockets
import Terminal
import Transcripts

/// `listen` as a server: clients at the same time, each served by itself.
final class ServeConversation: Conversation, @unchecked Sendable {
  let listening: ConversationPlan.Listening
  let serving: ConversationPlan.Serving
  let context: ConversationContext
  let idle: IdleWatch
  private(set) var side: ServerSide?
  private(set) var server: ClientServer?
  private(set) var hub: Hub?
  private(set) var room: ChatRoom?
  private(set) var programs: ClientPrograms?
  private var access: AccessControl?
  private var listener: Listener?
  private var portFile: PortFile?
  /// Who is there, by number.
  private(set) var clients: [Int: Client] = [:]
  /// Whom the person has left, as soon as all is sent.
  var leaving: Set<Int> = []
  /// Whom the next lines go to; nil is everybody.
  var chosen: Int?
  private var links: [Int: ClientLink] = [:]
  private var counts = Statistics.Clients()
  private var ended = (sent: 0, received: 0)
  private var begun: Deadline?
  /// What ends the whole server: our output cannot be written.
  private var fatal: StreamError?
  /// The first failure that our status tells: of the only client, or of something of ours.
  private var failure: StreamError?
  /// What came of each client's script.
  var scriptResults: [ScriptResult] = []
  /// Whether it was said that somebody's owner is not known.
  private var hasToldOfUnknown = false

  init(
    _ listening: ConversationPlan.Listening, _ serving: ConversationPlan.Serving,
    _ context: ConversationContext
  ) {
    self.listening = listening
    self.serving = serving
    self.context = context
    // Of each client by itself, which the server watches.
    idle = IdleWatch(nil, on: context.loop)
  }

  var plan: ConversationPlan { context.plan }
  var messages: Messages { context.messages }
  var hasBegun: Bool { begun != nil }

  func run() async -> StreamError? {
    do throws(StreamError) {
      try await serve()
      return nil
    } catch {
      return error
    }
  }

  private func serve() async throws(StreamError) {
    DescriptorLimit.raise()
    let access = try await AccessControl(listening.access, context)
    access.isForOwnUser = serving.answer.runsPrograms && !plan.tls.demandsClients
    self.access = access
    programs = try await ClientPrograms(plan, context.loop)
    try await context.security.prepare()
    let readsInput = serving.answer.isStreams && listening.relay.sends && !hasOwnSources
    let side = try await ServerSide(context, serving, readsInput: readsInput)
    self.side = side
    try await whileRead(side) { [self] in
      await result { () throws(StreamError) in
        makeHub(side)
        if let connection = try Reception(context: context, ready: listening.ready).connection() {
          return try await serve(inherited: connection)
        }
        let server = try await open(access)
        try await run { [self] () async throws(StreamError) in
          try await server.run { [self] client throws(StreamError) in try await serve(client) }
        }
      }
    }
    if let fatal { throw fatal }
    if let failure { throw failure }
  }

  /// What a client needs beside its connection: both ends of a program's pipes, its `pidfd` and the
  /// question whose it is; a file of its own.
  private var descriptorsPerClient: Int {
    if serving.answer.runsPrograms { return 8 }
    return (serving.folder == nil ? 0 : 1) + (hasOwnSources ? 1 : 0)
  }

  /// Whether each client gets the same bytes from their start.
  private var hasOwnSources: Bool {
    switch plan.input.origin {
    case .data: true
    case .file(let path): isRegularFile(path)
    case .standard: false
    }
  }

  private func makeHub(_ side: ServerSide) {
    let told: @Sendable (Hub.Event) -> Void = { [weak self] in self?.tell($0) }
    switch serving.answer {
    case .chat: room = ChatRoom(output: side.output, on: context.loop, observe: told)
    case .broker:
      var policy = Hub.Policy()
      policy.connectsMembers = true
      hub = Hub(policy, on: context.loop, observe: told)
    case .streams where side.source != nil:
      var policy = Hub.Policy()
      policy.slowMember = serving.slowClient
      hub = Hub(policy, on: context.loop, observe: told)
    default: break
    }
  }

  private func whileRead(
    _ side: ServerSide, _ body: @escaping @Sendable () async -> Result<Void, StreamError>
  ) async throws(StreamError) {
    try await firstResult { group in
      group.addTask { await body() }
      group.addTask { await side.readerGone() }
    }
  }

  // MARK: The place

  private func open(_ access: AccessControl) async throws(StreamError) -> ClientServer {
    let reception = Reception(context: context, ready: listening.ready)
    let bound = try await reception.bind(type: listening.type)
    if serving.answer.runsPrograms {
      try ProgramPermission.check(
        bound.map(\.address), listening.access, plan.tls, alwaysByName: serving.answer.isFromPeer)
    }
    let listener = try reception.listen(on: bound, listening)
    self.listener = listener
    for address in listener.addresses {
      for recorder in side?.recorders(for: TranscriptConnection(local: address)) ?? [] {
        recorder.record(.listening)
      }
    }
    var limits = ClientServer.Limits()
    limits.clientLimit = serving.clientLimit
    limits.countLimit = serving.countLimit
    limits.idleTimeout = plan.idleTimeout
    limits.descriptorsPerClient = descriptorsPerClient
    let server = ClientServer(
      listener, limits: limits, on: context.loop,
      refusal: { access.refusal(of: $0) }, observe: { [weak self] in self?.tell($0) })
    self.server = server
    portFile = try reception.announce(listener.addresses)
    begun = .now
    return server
  }

  /// Serves clients, together with what all of them need.
  private func run(
    _ serveClients: @escaping @Sendable () async throws(StreamError) -> Void
  ) async throws(StreamError) {
    try await firstResult { [self] group in
      group.addTask { await result { () async throws(StreamError) in try await serveClients() } }
      if let hub, let source = side?.source {
        group.addTask {
          let outcome = await result { () throws(StreamError) in try await hub.feed(from: source) }
          if case .success = outcome { return nil }
          return outcome
        }
      }
      if let limit = listening.acceptTimeout {
        group.addTask { [self] in await nobodyCame(within: limit) }
      }
      if let prompt = context.prompt {
        group.addTask { [self] in await obey(prompt) }
      }
    }
  }

  private func nobodyCame(within limit: Duration) async -> Result<Void, StreamError>? {
    guard await context.loop.sleep(until: .after(limit)), server?.acceptedCount == 0,
      let address = listener?.addresses.first
    else { return nil }
    return .failure(StreamError(.accept, .address(address), .timedOut(.accept)))
  }

  /// An inherited descriptor that is a connection already: the one client that there is.
  private func serve(inherited socket: StreamSocket) async throws(StreamError) {
    if serving.answer.runsPrograms {
      try ProgramPermission.check(
        [socket.local], listening.access, plan.tls, alwaysByName: serving.answer.isFromPeer)
    }
    if let refusal = access?.refusal(of: socket) {
      let text = refusal.text(of: socket)
      throw StreamError(.accept, .endpoint(""), .layer(Verdict(.policy, text)))
    }
    begun = .now
    try await run { [self] () async throws(StreamError) in
      await ClientServer.serve(
        only: socket, idleTimeout: plan.idleTimeout, on: context.loop,
        observe: { [weak self] in self?.tell($0) },
        { [self] client throws(StreamError) in try await serve(client) })
    }
  }

  // MARK: What happens

  func tell(_ event: ClientServer.Event) {
    switch event {
    case .accepted(let client):
      clients[client.number] = client
      counts.accepted += 1
      let text = name(of: client) + ": connected to " + client.socket.local.shown
      if context.prompt != nil { messages.say(text) } else { messages.note(text) }
      context.prompt?.view.redraw()
    case .refused(let socket, let refusal):
      counts.refused += 1
      say(refusal, socket)
    case .ended(let client, let outcome): noteEnd(of: client, outcome)
    case .pausedAccepting(let error):
      messages.say(error.text() + "; others wait until a client has gone")
    }
  }

  private func say(_ refusal: AccessRefusal, _ socket: StreamSocket) {
    // Probably our own, which has ended too soon to be known; a second one is no news.
    guard case .foreignUser(nil) = refusal, !hasToldOfUnknown else {
      return messages.note(refusal.text(of: socket))
    }
    hasToldOfUnknown = true
    messages.say(refusal.text(of: socket), hint: "--allow 127.0.0.1, to serve any local user")
  }

  /// A client as messages call it.
  func name(of client: Client) -> String {
    serving.keepsOpen
      ? "client " + String(client.number) + " (" + client.socket.peer.shown + ")"
      : client.socket.peer.shown
  }

  /// Remembers what stands around a client until it has ended.
  func keep(_ link: ClientLink, for client: Client) {
    if !link.recorders.isEmpty || !link.converters.isEmpty { links[client.number] = link }
    for recorder in link.recorders { recorder.record(.connected) }
  }

  private func noteEnd(of client: Client, _ outcome: Result<Void, StreamError>) {
    clients[client.number] = nil
    ended.sent += client.flows.sent.bytesWritten
    ended.received += client.flows.received.bytesWritten
    var failure: StreamError?
    if case .failure(let error) = outcome { failure = error }
    if let link = links.removeValue(forKey: client.number) {
      side?.noteEnd(of: link)
      link.recorders.recordEnd(failure, context.timeouts)
    }
    sayEnd(of: client, failure)
    leaving.remove(client.number)
    if chosen == client.number {
      messages.say("the lines went to this client; they wait", hint: "/peer N, or /peer all")
    }
    context.prompt?.view.redraw()
    guard let failure, !failure.isCancellation else { return }
    counts.failed += 1
    if !serving.keepsOpen || isOurLoss(failure) { self.failure = self.failure ?? failure }
    // Our output is everybody's: when it fails, nobody is served any more.
    if failure.subject == side?.outputSubject {
      fatal = fatal ?? failure
      server?.stop(grace: .zero)
    }
  }

  private func sayEnd(of client: Client, _ failure: StreamError?) {
    let amounts =
      "sent " + amountText(client.flows.sent.bytesWritten) + ", received "
      + amountText(client.flows.received.bytesWritten)
    let cause = failure.map { $0.isCancellation ? "closed" : $0.text(context.timeouts) }
    let text = name(of: client) + ": " + (cause ?? "ended") + ", " + amounts
    guard serving.keepsOpen else {
      if failure == nil { messages.note(text) }
      return
    }
    let isOurs = failure.map { isOurAffair($0) } ?? false
    if isOurs || context.prompt != nil { messages.say(text) } else { messages.note(text) }
  }

  /// What a client does is its own affair; what goes wrong here, and what is not allowed, is ours.
  private func isOurAffair(_ failure: StreamError) -> Bool {
    if case .layer(let cause) = failure.cause, cause.failure == .policy { return true }
    return failure.subject.isLocal && !failure.isCancellation
      && failure.subject != side?.outputSubject
  }

  /// Whether something that a client sent, or was to get, was lost on our side.
  private func isOurLoss(_ failure: StreamError) -> Bool {
    if case .file = failure.subject { return !failure.isCancellation }
    return false
  }

  /// A program has failed, which our status tells where we were not told to go on for ever.
  func note(programFailure: StreamError) {
    if serving.reportsPrograms { failure = failure ?? programFailure }
  }

  private func tell(_ event: Hub.Event) {
    switch event {
    case .disconnected(let number):
      counts.slow += 1
      messages.say(name(ofNumber: number) + ": disconnected, it did not take our input for 5 s")
    case .dropping(let number):
      messages.say(name(ofNumber: number) + ": too slow, what the others send is dropped for it")
    case .dropped(let number, let count):
      messages.say(name(ofNumber: number) + ": " + amountText(count) + " were dropped for it")
    }
  }

  private func name(ofNumber number: Int) -> String {
    clients[number].map { name(of: $0) } ?? "client " + String(number)
  }

  // MARK: The end

  func stop() -> Bool {
    guard serving.grace > .zero, let server else { return false }
    server.stop(grace: serving.grace)
    if server.activeCount > 0 {
      messages.say(
        "stopping: " + String(server.activeCount)
          + (server.activeCount == 1 ? " client" : " clients") + " may finish within "
          + serving.grace.text)
    }
    return true
  }

  func reload() async -> Bool { await access?.reload() ?? false }

  func finish(_ failure: StreamError?) async -> StreamError? {
    let deadline = failure?.patience(context.timeouts) ?? .never
    listener?.close()
    portFile?.remove()
    var failure = failure
    if let side, let unwritten = await writeScriptReport(side, failure, by: deadline) {
      failure = failure ?? unwritten
    }
    let ending = await side?.finish(isClean: failure == nil, by: deadline)
    return failure ?? ending ?? nil
  }

  func tellTheRest(_ messages: Messages) {
    guard let count = side?.replacementCount, count > 0 else { return }
    messages.say(String(count) + " bytes could not be converted and were replaced")
  }

  var statistics: Statistics {
    var statistics = Statistics()
    statistics.local = listener?.addresses.first
    counts.active = clients.count
    statistics.clients = counts
    let flows = clients.values.map(\.flows)
    statistics.bytesSent = ended.sent + flows.map(\.sent.bytesWritten).reduce(0, +)
    statistics.bytesReceived = ended.received + flows.map(\.received.bytesWritten).reduce(0, +)
    statistics.duration = begun.map { Deadline.now.since($0) } ?? .zero
    return statistics
  }
}

extension [Recorder] {
  /// Records how a connection ended.
  func recordEnd(_ failure: StreamError?, _ timeouts: TimeoutNames) {
    for recorder in self {
      recorder.release()
      switch failure?.cause {
      case nil, .cancelled?: break
      case .timedOut?: recorder.record(.timeout(failure?.text(timeouts) ?? ""))
      default:
        let text = failure?.text(timeouts) ?? ""
        recorder.record(failure?.isLoss == true ? .reset : .error(text))
      }
      recorder.record(.closed)
    }
  }
}

extension ConversationPlan.Answer {
  var isStreams: Bool {
    if case .streams = self { true } else { false }
  }

  var isFromPeer: Bool {
    if case .commandsFromPeer = self { true } else { false }
  }
}
