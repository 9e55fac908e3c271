import Relaying
import Scripting
import Sockets
import TLS
import Terminal
import Transcripts

/// A stream that a person talks on: one connection after the other, if he wants.
extension StreamConversation: PromptConversation {
  /// Converses until the peer has ended or the person leaves; with `--stay`, until he leaves.
  func converse(_ local: LocalSide, at prompt: Prompt) async throws(StreamError) {
    while true {
      let outcome = await oneConnection(local, prompt)
      if Task.isCancelled { throw StreamError(.read, .endpoint(""), .cancelled) }
      guard prompt.settings.stays || asked == .reconnect else {
        if asked == nil, case .success = outcome {
          context.messages.say("the peer has ended the connection")
        }
        return try outcome.get()
      }
      if asked == .quit { return try outcome.get() }
      await endConnection(outcome, prompt)
      if asked != .reconnect {
        guard await waitForReconnect(prompt) else { return }
      }
      prompt.leaving = nil
      restart()
      prompt.view.redraw()
    }
  }

  /// One connection until it ends or is to be ended.
  private func oneConnection(
    _ local: LocalSide, _ prompt: Prompt
  ) async -> Result<Void, StreamError> {
    await result { () throws(StreamError) in
      try await firstResult { group in
        group.addTask { [self] in
          await result { () throws(StreamError) in try await converse(local) }
        }
        group.addTask { [self] in
          guard let action = await prompt.nextAction() else { return nil }
          asked = action
          return await finishSending(action, prompt)
        }
        group.addTask { [self] in
          await idle.failure { [self] in relay == nil ? nil : flows.lastMoved }.map { .failure($0) }
        }
      }
      try await leave()
    }
  }

  /// Lets everything that was typed go out before the connection is closed.
  private func finishSending(
    _ action: PromptAction, _ prompt: Prompt
  ) async -> Result<Void, StreamError> {
    guard action != .reset, relay != nil else { return .success(()) }
    prompt.input.end()
    await prompt.input.waitForEnd(by: .after(context.timeouts.acknowledgement ?? .seconds(10)))
    if flows.sent.hasEnded || prompt.input.isUsedUp { return .success(()) }
    // What was cut must not look whole to the peer.
    socket?.abort()
    let text = "left before everything that was given was sent"
    return .failure(StreamError(.write, .endpoint(""), .layer(Verdict(.lost, text))))
  }

  /// Does to the connection what was asked for, if anything.
  private func leave() async throws(StreamError) {
    switch asked {
    case .reset: socket?.abort()
    case .close, .reconnect, .quit: try await relay?.leave()
    case .halfClose, .endOfInput, .startTLS, nil: break
    }
  }

  /// The connection is over and the prompt stays: says how it ended.
  private func endConnection(_ outcome: Result<Void, StreamError>, _ prompt: Prompt) async {
    var failure: StreamError?
    if case .failure(let error) = outcome { failure = error }
    failure = await endConnection(failure, by: .after(.seconds(1)))
    state = PromptState.closed
    prompt.endReceiving()
    // What the kernel did not take of a message belongs to it.
    let unsent = prompt.input.restart() + flows.sent.bytesInFlight
    if unsent > 0 { context.messages.say(amountText(unsent) + " that were given were not sent") }
    if asked == .reconnect { return }
    let text = failure?.text(context.timeouts) ?? (asked == nil ? "the peer has ended" : "closed")
    context.messages.say(text, hint: "/reconnect, or /quit")
    prompt.view.redraw()
  }

  /// Suspends until the person wants a connection again; false if he leaves.
  private func waitForReconnect(_ prompt: Prompt) async -> Bool {
    while let action = await prompt.nextAction() {
      if action == .reconnect { return true }
      if action == .quit { return false }
    }
    return false
  }

  // MARK: What the prompt asks

  var peers: [PromptPeer] {
    guard let socket, state == PromptState.connected || state == PromptState.halfClosed else {
      return []
    }
    let amounts =
      amountText(flows.received.bytesWritten) + " in, " + amountText(flows.sent.bytesWritten)
      + " out"
    return [PromptPeer(number: 1, text: socket.peer.shown + "  " + amounts, isChosen: true)]
  }

  func choose(_ choice: PeerChoice) throws(UsageError) {
    if case .number(let number) = choice, !peers.contains(where: { $0.number == number }) {
      throw UsageError("no peer " + String(number), hint: "/peers")
    }
  }

  var report: [String] {
    guard let socket else { return ["not connected"] }
    return SocketReport(socket).lines
  }

  func request(_ action: PromptAction) throws(UsageError) {
    let isConnected = !peers.isEmpty
    switch action {
    case .halfClose:
      guard isConnected else { throw UsageError("not connected") }
      if context.prompt?.input.isEnded == true { throw UsageError("it is half-closed already") }
      context.prompt?.input.end()
      state = PromptState.halfClosed
    case .endOfInput: try endInput(isConnected)
    case .close, .reset:
      guard isConnected else { throw UsageError("not connected") }
      context.prompt?.leave(action)
    case .reconnect:
      if !plan.inheritedSockets.isEmpty {
        throw UsageError("an inherited connection cannot be made again")
      }
      context.prompt?.leave(action)
    case .startTLS(let name):
      guard isConnected else { throw UsageError("not connected") }
      try startTLS(name)
    case .quit: context.prompt?.leave(action)
    }
  }

  /// Begins TLS on the connection; what is typed meanwhile goes out behind the handshake.
  private func startTLS(_ name: String?) throws(UsageError) {
    guard let slot, let socket, slot.base === socket else {
      throw UsageError("TLS is spoken already, or about to be")
    }
    let held = HeldStream(socket, on: context.loop)
    slot.replace(with: held)
    context.prompt?.beside { [self] in
      do throws(StreamError) {
        let limit = context.timeouts.connect ?? .seconds(10)
        let tls = try await context.security.secure(socket, name: name, by: .after(limit))
        guard slot.base === held else { return }
        slot.replace(with: tls)
        context.messages.say("TLS: " + (tls.facts.lines.first ?? ""))
      } catch {
        held.fail(error)
      }
    }
  }

  /// Does with `^D` what `--on-eof` says.
  private func endInput(_ isConnected: Bool) throws(UsageError) {
    switch policy.whenLocalEnds {
    case .halfClose: try request(.halfClose)
    case .close: try request(.close)
    case .stay:
      guard isConnected else { throw UsageError("not connected") }
      throw UsageError("the peer is not told of it (--on-eof stay)", hint: "/half-close, or /quit")
    }
  }
}
