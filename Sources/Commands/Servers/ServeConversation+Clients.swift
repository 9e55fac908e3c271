import Relaying
import Serving
import Sockets
import Transcripts

/// How one client is served.
extension ServeConversation {
  /// Serves a client to its end.
  func serve(_ client: Client) async throws(StreamError) {
    guard let side else { return }
    if let programs, programs.handsOver(plan), case .program = serving.answer {
      return try await programs.handOver(client) { [self] reason throws(StreamError) in
        try programEnded(reason, client)
      }
    }
    let link = side.link(client)
    keep(link, for: client)
    do throws(StreamError) {
      try await answer(client, link, side)
      let name = serving.keepsOpen ? name(of: client) : ""
      if let failure = link.verdict(plan, name: name, messages) { throw failure }
    } catch {
      // What was cut must not look whole to the client: a clean end would.
      if client.flows.sent.bytesWritten > 0, !client.flows.sent.hasEnded { client.socket.abort() }
      throw error
    }
  }

  private func answer(
    _ client: Client, _ link: ClientLink, _ side: ServerSide
  ) async throws(StreamError) {
    let stream = ClientStream(link.stream, flows: client.flows, on: context.loop)
    switch serving.answer {
    case .streams, .broker: try await relay(client, link, side)
    case .chat: try await chat(client, link)
    case .echo: try await Echo().serve(stream)
    case .discard: try await Discard().serve(stream)
    case .chargen: try await CharacterGenerator().serve(stream)
    case .respond(let template, let boundary):
      let responder = Respond(
        template, to: boundary, peer: client.socket.peer.description,
        local: client.socket.local.description, time: { WallClock.text(WallClock.now) })
      try await responder.serve(stream)
    case .program, .programPerMessage, .commandsFromPeer:
      try await programs?.serve(client, stream, serving.answer) {
        [self] reason throws(StreamError) in
        try programEnded(reason, client, link)
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
    do throws(StreamError) {
      try await relay.run()
    } catch {
      // What came before is kept: a tagged line, the last bytes of a file.
      try? await sink.closeWrite(by: .after(.seconds(1)))
      throw error
    }
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
    policy.hasUnsentInput = { !member.isEmpty || client.flows.sent.bytesInFlight > 0 }
    // What the others say has no end that could be waited for.
    if hub.policy.connectsMembers { policy.whenPeerEnds = .close }
    return policy
  }

  private func chat(_ client: Client, _ link: ClientLink) async throws(StreamError) {
    guard let room else { return }
    let member = room.join(
      client.number,
      name: client.socket.peer.isNamed
        ? client.socket.peer.shown : "client " + String(client.number))
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

  private func programEnded(
    _ reason: ExitReason, _ client: Client, _ link: ClientLink? = nil
  ) throws(StreamError) {
    for recorder in link?.recorders ?? [] { recorder.record(.programEnded(reason)) }
    guard let programs else { return }
    let failure = programs.failure(reason)
    if serving.keepsOpen || failure == nil {
      messages.note(name(of: client) + ": " + programs.name + " " + reason.text)
    }
    if let failure, !serving.keepsOpen { throw failure }
  }
}

extension Client {
  /// Ends one that did not take what was sent to all.
  fileprivate func endAsSlow() {
    end(
      with: StreamError(
        .write, .address(socket.peer),
        .layer(Verdict(.lost, "disconnected, it did not take our input"))))
  }
}

extension SocketAddress {
  fileprivate var isNamed: Bool {
    if case .unnamed = self { false } else { true }
  }
}
