package import Sockets

/// Both directions between the local side and a peer, until both have ended.
///
/// The sentences in the bodies are the rules of the relay as the manual tells them.
package struct Relay: Sendable {
  private let local: any ByteStream
  private let peer: any ByteStream
  private let policy: RelayPolicy
  private let flows: Flows
  private let loop: EventLoop
  private let observe: @Sendable (RelayEvent) -> Void

  /// Puts two streams together; neither is closed by the relay.
  package init(
    local: any ByteStream, peer: any ByteStream, policy: RelayPolicy, flows: Flows,
    on loop: EventLoop, observe: @escaping @Sendable (RelayEvent) -> Void = { _ in }
  ) {
    self.local = local
    self.peer = peer
    self.policy = policy
    self.flows = flows
    self.loop = loop
    self.observe = observe
  }

  private enum Event: Sendable {
    case localEnded(Result<Void, StreamError>)
    case peerEnded(Result<Void, StreamError>)
    case localReaderGone(Result<Void, StreamError>)
    case peerIsOver(Result<Void, StreamError>)
    case idle
    /// A watcher that was cancelled.
    case nothing
  }

  /// What has happened so far.
  private struct State {
    var localHasEnded = false
    var peerHasEnded = false
    /// Whether nobody reads the local output any more, and we go on.
    var localReaderIsGone = false
    let peerIsOver = Flag()
    var hasHalfClosed = false
    /// A reset that the sending direction met first.
    var sendingError: StreamError?
    /// Bytes that had come when we half-closed.
    var bytesBeforeHalfClose = 0
  }

  /// Set by the child that waits for it, and so before its event is judged.
  private final class Flag: @unchecked Sendable {
    var isSet = false
  }

  private enum Decision {
    case goOn
    /// Nobody takes what the peer sends: it is read to its end all the same.
    case discard
    case done
    case failed(StreamError)
  }

  /// Relays until both directions have ended, or one has failed for good.
  ///
  /// - Throws: the error that decided; its subject tells whose side failed.
  package func run() async throws(StreamError) {
    var state = State()
    flows.begin()
    let failure = await withTaskGroup(of: Event.self) { group -> StreamError? in
      startDirections(in: &group, &state)
      while let event = await group.next() {
        switch await judge(event, &state) {
        case .goOn: continue
        case .discard: startDiscarding(in: &group)
        case .done:
          group.cancelAll()
          return nil
        case .failed(let error):
          group.cancelAll()
          return error
        }
      }
      return nil
    }
    if let failure {
      // 5. When the peer resets, what had arrived before is drained: also what a filter holds. If
      // that fails too, the reset is still what is told.
      if !failure.subject.isLocal, policy.receives { try? await local.closeWrite(by: .never) }
      throw failure
    }
    try await finish(&state)
  }

  private func startDirections(in group: inout TaskGroup<Event>, _ state: inout State) {
    let sink: any ByteSink = policy.receives ? local : DiscardSink(on: loop)
    let receiving = Pump(from: peer, to: sink, flow: flows.received, on: loop)
    group.addTask {
      .peerEnded(await result { () throws(StreamError) in try await receiving.run() })
    }
    // 2. `--recv-only` never reads local input, and half-closes only at the end.
    if policy.sends {
      let sending = Pump(from: local, to: peer, flow: flows.sent, on: loop)
      group.addTask {
        .localEnded(await result { () throws(StreamError) in try await sending.run() })
      }
    } else {
      state.localHasEnded = true
    }
    // 6. `--send-only` does not watch the output.
    if policy.receives {
      group.addTask {
        .localReaderGone(
          await result { () throws(StreamError) in try await local.waitReaderGone() })
      }
    }
    group.addTask { [isOver = state.peerIsOver] in
      let outcome = await result { () throws(StreamError) in try await peer.waitReaderGone() }
      if case .success = outcome { isOver.isSet = true }
      return .peerIsOver(outcome)
    }
    if let limit = policy.idleTimeout {
      group.addTask {
        while !(flows.lastMoved + limit).hasPassed {
          guard await loop.sleep(until: flows.lastMoved + limit) else { return .nothing }
        }
        return .idle
      }
    }
  }

  private func startDiscarding(in group: inout TaskGroup<Event>) {
    let discarding = Pump(from: peer, to: DiscardSink(on: loop), flow: flows.received, on: loop)
    group.addTask {
      .peerEnded(await result { () throws(StreamError) in try await discarding.run() })
    }
  }

  private func judge(_ event: Event, _ state: inout State) async -> Decision {
    switch event {
    case .localEnded(.success): return await localEnded(&state)
    case .localEnded(.failure(let error)): return sendingFailed(error, &state)
    case .peerEnded(.success): return await peerEnded(&state)
    case .peerEnded(.failure(let error)) where isHarmless(error):
      return state.localHasEnded ? .done : .discard
    case .peerEnded(.failure(let error)): return .failed(error)
    case .localReaderGone(.success) where policy.whenLocalReaderGone == .keepSending:
      state.localReaderIsGone = true
      return state.localHasEnded ? .done : .goOn
    case .localReaderGone(.success):
      // 6. When the reader of our output is gone, we stop, also while the peer is silent.
      return .failed(.readerGone(.standardOutput))
    case .localReaderGone(.failure): return .goOn
    case .peerIsOver(let outcome): return await peerIsOver(outcome, &state)
    case .nothing: return .goOn
    case .idle: return .failed(StreamError(.read, .endpoint(""), .timedOut(.idle)))
    }
  }

  /// Whether it only says that nobody reads the local output, which need not end the other direction.
  private func isHarmless(_ error: StreamError) -> Bool {
    policy.whenLocalReaderGone == .keepSending && error.subject.isLocal && error.isReaderGone
  }

  private func localEnded(_ state: inout State) async -> Decision {
    state.localHasEnded = true
    // With nobody left on the local side, what the peer may still send is nobody's.
    if state.peerHasEnded || state.localReaderIsGone || policy.leavesAtLocalEnd() { return .done }
    if policy.endIsWanted { return await halfCloseAndGoOn(&state) }
    // 2. In `listen`, input that ends before it gave a byte is no input at all: no half-close until
    // the peer ends.
    if policy.ignoresEmptyInput && flows.sent.bytesRead == 0 && policy.whenLocalEnds == .halfClose
      && policy.receives
    {
      return .goOn
    }
    // 1. `close` and `--send-only` leave as soon as the peer has acknowledged.
    if policy.whenLocalEnds == .close || !policy.receives { return .done }
    if policy.whenLocalEnds == .stay { return .goOn }
    // 1. When local input ends, the peer is told and we keep reading until the peer ends.
    return await halfCloseAndGoOn(&state)
  }

  private func halfCloseAndGoOn(_ state: inout State) async -> Decision {
    do throws(StreamError) {
      try await halfClose(&state)
      return .goOn
    } catch {
      return sendingFailed(error, &state)
    }
  }

  private func halfClose(_ state: inout State) async throws(StreamError) {
    guard !state.hasHalfClosed else { return }
    try await peer.closeWrite(by: .after(policy.acknowledgementTimeout))
    state.hasHalfClosed = true
    state.bytesBeforeHalfClose = flows.received.bytesRead
  }

  private func sendingFailed(_ error: StreamError, _ state: inout State) -> Decision {
    if error.subject.isLocal { return .failed(error) }
    // A failed write ends its own direction; the other is read to its end.
    state.localHasEnded = true
    state.sendingError = error
    return state.peerHasEnded ? .failed(error) : .goOn
  }

  private func peerEnded(_ state: inout State) async -> Decision {
    state.peerHasEnded = true
    // 3. When the peer ends, what it sent is drained to the output.
    if policy.receives {
      do throws(StreamError) {
        try await local.closeWrite(by: .never)
      } catch {
        return .failed(error)
      }
    }
    if let error = state.sendingError { return .failed(error) }
    if state.localHasEnded {
      let cameAfter = flows.received.bytesRead - state.bytesBeforeHalfClose
      if state.hasHalfClosed && policy.receives && flows.sent.bytesRead > 0 && cameAfter == 0 {
        observe(.noAnswer)
      }
      return .done
    }
    // A full close comes with the end of file: nobody is said to be sent to who is gone.
    if policy.knowsFullClose { await loop.yield() }
    if state.peerIsOver.isSet && policy.knowsFullClose { return await fullyClosed() }
    switch policy.whenPeerEnds {
    case .close: return .done
    case .judge where policy.inputIsTerminal && !policy.hasUnsentInput(): return .done
    // 3. Input that never gave a byte although the peer did send some counts as ended.
    case .judge where flows.sent.bytesRead == 0 && flows.received.bytesRead > 0: return .done
    case .judge, .send:
      observe(.stillSending)
      return .goOn
    }
  }

  /// 3. On Unix sockets a full close is known and ends us; what nobody will read any more is lost.
  private func fullyClosed() async -> Decision {
    if flows.sent.bytesInFlight > 0 { return .failed(.readerGone(.endpoint(""))) }
    let inputCountsAsEnded =
      policy.inputIsTerminal && !policy.hasUnsentInput() || policy.whenPeerEnds == .close
      || flows.sent.bytesRead == 0 && flows.received.bytesRead > 0
    if inputCountsAsEnded { return .done }
    return await hasMoreInput() ? .failed(.readerGone(.endpoint(""))) : .done
  }

  /// Whether there is input that nobody took yet; an idle pipe has none, a pause of ours hides some.
  private func hasMoreInput() async -> Bool {
    if let pause = flows.sent.pausedUntil, pause > .now {
      await loop.sleep(until: min(pause, .after(.seconds(1))))
      if !pause.hasPassed { return true }
    }
    let attempt = await result { () throws(StreamError) in
      try loop.scratch.withSpace(limit: 1) { (space) throws(StreamError) in
        try local.tryRead(into: &space)
      }
    }
    if case .success(.moved(let count)) = attempt { return count > 0 }
    return false
  }

  private func peerIsOver(
    _ outcome: Result<Void, StreamError>, _ state: inout State
  ) async -> Decision {
    switch outcome {
    case .success:
      guard state.peerHasEnded, policy.knowsFullClose else { return .goOn }
      return state.localHasEnded ? .goOn : await fullyClosed()
    case .failure(let error) where error.isCancellation: return .goOn
    case .failure(let error):
      // 5. The error is remembered, whichever direction met it first.
      return state.peerHasEnded ? .failed(error) : .goOn
    }
  }

  /// Both directions have ended: tell the peer if it was not told yet, and see that it got all.
  private func finish(_ state: inout State) async throws(StreamError) {
    let deadline = Deadline.after(policy.acknowledgementTimeout)
    do throws(StreamError) {
      try await peer.closeWrite(by: deadline)
    } catch {
      // The peer is gone already, and nothing is in doubt if nothing was sent.
      if state.peerHasEnded && flows.sent.bytesRead == 0 { return }
      throw error
    }
    if state.peerHasEnded { return try await peer.drain(by: deadline) }
    try await discard(by: deadline)
  }

  /// Leaves the peer in order before it has ended: it is told, and what still comes is thrown away
  /// until it has acknowledged everything.
  package func leave() async throws(StreamError) {
    let deadline = Deadline.after(policy.acknowledgementTimeout)
    try await peer.closeWrite(by: deadline)
    try await discard(by: deadline)
  }

  private func discard(by deadline: Deadline) async throws(StreamError) {
    // 1. Closing with unread bytes would reset the connection and kill our own tail: what comes is
    // thrown away until the peer has acknowledged.
    let discarding = Pump(from: peer, to: DiscardSink(on: loop), flow: flows.received, on: loop)
    let outcome = await withTaskGroup(of: Result<Void, StreamError>?.self) { group in
      group.addTask {
        _ = await result { () throws(StreamError) in try await discarding.run() }
        return nil
      }
      group.addTask {
        await result { () throws(StreamError) in try await peer.drain(by: deadline) }
      }
      while let ended = await group.next() {
        guard let ended else { continue }
        group.cancelAll()
        return ended
      }
      return .success(())
    }
    try outcome.get()
  }
}
