import Relaying
import Sockets
import SystemPackage
import TLS
import Transcripts

/// From an endpoint to a connected stream: resolving, racing, retrying.
struct Rendezvous: Sendable {
  let connecting: ConversationPlan.Connecting
  let context: ConversationContext

  private var plan: ConversationPlan { context.plan }
  private var subject: StreamError.Subject { .endpoint(plan.endpoint.description) }

  /// Connects, again and again if that was asked for.
  ///
  /// - Throws: the last round's error; if `--wait` is over, that, naming the last round's.
  func connect() async throws(StreamError) -> SecuredSocket {
    try await context.security.prepare()
    return try await repeated { deadline in
      await result { () throws(StreamError) in
        let socket = try await round(by: deadline)
        context.messages.note(
          "connected to " + socket.peer.shown + " from " + socket.local.shown)
        return try await SecuredSocket(socket, context.security, by: deadline)
      }
    }
  }

  /// Does something until it succeeds, the retries are used up, or the wait is over.
  func repeated<Value: Sendable>(
    _ attempt: @escaping @Sendable (Deadline) async -> Result<Value, StreamError>
  ) async throws(StreamError) -> Value {
    let end = Deadline.after(connecting.wait)
    var retries = connecting.retries
    var pause = Duration.milliseconds(50)
    while true {
      let deadline = min(end, .after(connecting.connectTimeout))
      let error: StreamError
      switch await attempt(deadline) {
      case .success(let value): return value
      case .failure(let failure): error = failure
      }
      if error.isCancellation || Task.isCancelled || error.isFinal { throw error }
      // An inherited connection does not come again.
      if case .descriptor = plan.endpoint { throw error }
      if connecting.wait != nil {
        guard await sleepBeforeRetry(pause, end) else { throw waitIsOver(error) }
        pause = min(pause * 2, .seconds(1))
      } else {
        guard retries > 0 else { throw error }
        retries -= 1
        await context.loop.sleep(until: .after(connecting.retryInterval))
      }
      if Task.isCancelled { throw StreamError(.connect, subject, .cancelled) }
    }
  }

  /// Waits for the next round; false, at the end of `--wait`, if there is none.
  private func sleepBeforeRetry(_ pause: Duration, _ end: Deadline) async -> Bool {
    // The last round is shortly before the end.
    let lastRound = Duration.milliseconds(20)
    let remaining = end.since(.now)
    if remaining <= lastRound {
      await context.loop.sleep(until: end)
      return false
    }
    // Others may wait for the same listener: they should not all come at once.
    let length = min(pause * Double.random(in: 0.8...1.2), remaining - lastRound)
    await context.loop.sleep(until: .after(length))
    return true
  }

  private func waitIsOver(_ last: StreamError) -> StreamError {
    let text = context.timeouts.text(.wait) + "; last: " + last.text(context.timeouts)
    return StreamError(.connect, subject, .layer(Verdict(.timedOut, text)))
  }

  private func round(by deadline: Deadline) async throws(StreamError) -> StreamSocket {
    if case .descriptor(let number) = plan.endpoint { return try inherited(number) }
    let addresses = try await self.addresses(by: deadline)
    var connector = Connector(on: context.loop)
    connector.type = connecting.type
    connector.source = connecting.source
    connector.settings = plan.settings
    connector.observe = { [messages = context.messages] attempt in
      messages.note(attemptText(attempt))
    }
    return try await connector.connect(to: addresses, by: deadline)
  }

  /// The addresses of the endpoint.
  func addresses(by deadline: Deadline) async throws(StreamError) -> [SocketAddress] {
    let (plan, loop) = (plan, context.loop)
    return try await limited(by: deadline, .connect, subject, on: loop) {
      await result { () throws(StreamError) in
        try await Resolver(on: loop).addresses(of: plan.endpoint, family: plan.family)
      }
    }
  }

  private func inherited(_ number: Int32) throws(StreamError) -> StreamSocket {
    do throws(Errno) {
      if try InheritedSocket.facts(of: number).isListening { throw .socketIsConnected }
      return try StreamSocket(
        inheriting: number, settings: plan.settings, on: context.loop)
    } catch {
      guard error == .socketIsConnected else { throw StreamError(.open, subject, .system(error)) }
    }
    let text = "it listens; sockcat listen fd:" + String(number) + " takes its connections"
    throw StreamError(.open, subject, .layer(Verdict(.usage, text)))
  }
}

extension StreamError {
  /// Whether another round could only fail in the same way.
  fileprivate var isFinal: Bool {
    if case .layer(let cause as TLSFailure) = cause, cause.mayPass { return false }
    let status = ExitStatus(self)
    return status == .usage || status == .security || status == .local
  }
}

/// One address and how it answered, in one line.
func attemptText(_ attempt: Connector.Attempt) -> String {
  let time = " (" + lengthText(attempt.duration) + ")"
  if let error = attempt.error { return error.text() + time }
  return "connect " + attempt.address.shown + ": open" + time
}
