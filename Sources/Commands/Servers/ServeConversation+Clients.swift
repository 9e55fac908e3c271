import Relaying
import Serving
import Sockets
import TLS
import Transcripts

/// How one client is served.
extension ServeConversation {
  /// What stands around a client, and what serves it.
  private final class Service: Sendable {
    let link: ClientLink
    let responder: any Responder

    init(_ link: ClientLink, _ responder: any Responder) {
      (self.link, self.responder) = (link, responder)
    }
  }

  /// Serves a client to its end.
  ///
  /// Each client waits in here: what needs no waiting is done elsewhere, so that its room is not
  /// kept for as long.
  func serve(_ client: Client) async throws(StreamError) {
    if let programs = programsThatTakeOver { return try await handOver(client, to: programs) }
    let tls = context.security.isOn ? try await secured(client) : nil
    guard let service = begin(client, tls) else { return }
    do throws(StreamError) {
      try await service.responder.serve(stream(of: client, service))
      try end(client, service)
    } catch {
      abortIfCut(client)
      throw error
    }
    try tls?.checkEnd()
  }

  @inline(never)
  private func secured(_ client: Client) async throws(StreamError) -> TLSStream? {
    try await context.security.secured(client.socket)
  }

  @inline(never)
  private func begin(_ client: Client, _ tls: TLSStream?) -> Service? {
    guard let side else { return nil }
    let link = side.link(client, tls)
    keep(link, for: client)
    return Service(link, responder(for: client, link, side))
  }

  @inline(never)
  private func stream(of client: Client, _ service: Service) -> ClientStream {
    ClientStream(service.link.stream, flows: client.flows, on: context.loop)
  }

  @inline(never)
  private func end(_ client: Client, _ service: Service) throws(StreamError) {
    let name = serving.keepsOpen ? name(of: client) : ""
    if let failure = service.link.verdict(plan, name: name, messages) { throw failure }
  }

  /// What was cut must not look whole to the client: a clean end would.
  @inline(never)
  private func abortIfCut(_ client: Client) {
    if client.flows.sent.bytesWritten > 0, !client.flows.sent.hasEnded { client.socket.abort() }
  }

  private func responder(
    for client: Client, _ link: ClientLink, _ side: ServerSide
  ) -> any Responder {
    switch serving.answer {
    case .echo: Echo()
    case .discard: Discard()
    case .chargen: CharacterGenerator()
    case .respond(let template, let boundary):
      Respond(
        template, to: boundary, peer: client.socket.peer.description,
        local: client.socket.local.description, time: { WallClock.text(WallClock.now) })
    case .streams, .broker:
      ServedBy { [self] _ throws(StreamError) in try await relay(client, link, side) }
    case .chat: ServedBy { [self] _ throws(StreamError) in try await chat(client, link) }
    case .script:
      ServedBy { [self] _ throws(StreamError) in try await runScript(client, link, side) }
    case .program, .programPerMessage, .commandsFromPeer:
      ServedBy { [self] stream throws(StreamError) in
        try await programs?.serve(client, stream, link.tls?.facts, serving.answer) {
          [self] reason throws(StreamError) in
          try programEnded(reason, client, link)
        }
      }
    }
  }

  // MARK: Streams

  private func relay(
    _ client: Client, _ link: ClientLink, _ side: ServerSide
  ) async throws(StreamError) {
    let sink = try await side.sink(for: client)
    let member = hub?.join(client.number, output: sink) { [weak client] in client?.endAsSlow() }
    defer { member?.abort() }
    let local: any ByteStream
    if let member {
      local = member
    } else {
      let source: any ByteSource =
        listening.relay.sends ? try await side.ownSource(for: client) : BytesSource()
      local = StandardStreams(source: source, sink: sink)
    }
    let policy = policy(for: client, member, side)
    let relay = Relay(
      local: local, peer: link.stream, policy: policy, flows: client.flows, on: context.loop)
    let outcome = await result { () throws(StreamError) in try await relay.run() }
    // However it ended, what came before is kept: a line that was begun, the last bytes of a file.
    let closing = await result { () throws(StreamError) in
      try await sink.closeWrite(by: .after(.seconds(1)))
    }
    try outcome.get()
    try closing.get()
  }

  private func policy(
    for client: Client, _ member: HubMember?, _ side: ServerSide
  ) -> RelayPolicy {
    var policy = listening.relay
    policy.idleTimeout = nil
    policy.knowsFullClose = client.socket.local.family == .unix
    guard let member, let hub else { return policy }
    policy.inputIsTerminal = side.inputIsTerminal
    policy.ignoresEmptyInput = !hub.hasGivenBytes
    policy.leavesAtLocalEnd = { [weak self, number = client.number] in
      self?.leaving.contains(number) ?? false
    }
    policy.hasUnsentInput = { !member.isEmpty || client.flows.sent.bytesInFlight > 0 }
    // What the others say has no end that could be waited for.
    if hub.policy.connectsMembers { policy.whenPeerEnds = .close }
    return policy
  }

  private func chat(_ client: Client, _ link: ClientLink) async throws(StreamError) {
    guard let room else { return }
    let member = room.join(client.number, name: client.name)
    defer { member.abort() }
    var policy = RelayPolicy()
    policy.whenPeerEnds = .close
    policy.knowsFullClose = client.socket.local.family == .unix
    let relay = Relay(
      local: member, peer: link.stream, policy: policy, flows: client.flows, on: context.loop)
    do throws(StreamError) {
      try await relay.run()
    } catch {
      try? await member.closeWrite(by: .now)  // the line that the end has cut was said too
      throw error
    }
  }

  // MARK: Programs

  private var programsThatTakeOver: ClientPrograms? {
    guard let programs, case .program = serving.answer, programs.handsOver(plan) else { return nil }
    return programs
  }

  private func handOver(
    _ client: Client, to programs: ClientPrograms
  ) async throws(StreamError) {
    try await programs.handOver(client) { [self] reason throws(StreamError) in
      try programEnded(reason, client)
    }
  }

  private func programEnded(
    _ reason: ExitReason, _ client: Client, _ link: ClientLink? = nil
  ) throws(StreamError) {
    for recorder in link?.recorders ?? [] { recorder.record(.programEnded(reason)) }
    guard let programs else { return }
    let failure = programs.failure(reason)
    if serving.keepsOpen || failure == nil {
      messages.note(name(of: client) + ": " + programs.name + " " + reason.text)
    }
    guard let failure else { return }
    if !serving.keepsOpen { throw failure }
    note(programFailure: failure)
  }
}

extension Client {
  /// Who it is, in brackets or before what it says: an address, or its number.
  ///
  /// A Unix name is its owner's choice, who could choose one that ends the brackets.
  var name: String {
    guard socket.local.family == .unix else { return socket.peer.shown }
    let name = socket.peer.shown
    let isPlain = socket.peer != .unnamed && !name.contains { "[]".contains($0) }
    return isPlain ? name : "client " + String(number)
  }

  /// Ends one that did not take what was sent to all.
  fileprivate func endAsSlow() {
    end(
      with: StreamError(
        .write, .address(socket.peer),
        .layer(Verdict(.lost, "disconnected, it did not take our input"))))
  }
}

/// What serves a client by a function of ours.
private struct ServedBy: Responder {
  let body: @Sendable (ClientStream) async throws(StreamError) -> Void

  init(_ body: @escaping @Sendable (ClientStream) async throws(StreamError) -> Void) {
    self.body = body
  }

  func serve(_ client: ClientStream) async throws(StreamError) { try await body(client) }
}
