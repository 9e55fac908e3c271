import Glibc
import Relaying
import Sockets
import Terminal
import Transcripts

/// One conversation, run under the signals and the total timeout, and reported at its end.
final class Supervision: Sendable {
  private let plan: ConversationPlan
  private let start: Program.Start
  private let loop: EventLoop
  private let messages: Messages
  private let timeouts: TimeoutNames
  private let deadline: Deadline?

  init(_ plan: ConversationPlan, _ start: Program.Start, on loop: EventLoop) {
    self.plan = plan
    self.start = start
    self.loop = loop
    messages = Messages(
      isVerbose: plan.report.isVerbose, isClosed: start.closedDescriptors.contains(2), on: loop)
    timeouts = TimeoutNames(plan)
    deadline = plan.totalTimeout.map { .after($0) }
  }

  private enum Event: Sendable {
    case ended(StreamError?)
    case signal(Int32)
    case totalTimeout
    case idle
  }

  func run() async -> Program.Ending {
    var context = ConversationContext(plan: plan, start: start, loop: loop, messages: messages)
    if start.prompt != nil, let ending = await askPassPhrases(context) { return ending }
    let prompt = makePrompt(context)
    context.prompt = prompt
    let conversation = makeConversation(context)
    prompt?.conversation = conversation as? any PromptConversation
    let event = await supervise(conversation, prompt) {
      let failure = await conversation.run()
      // Cancelled: whoever cancelled finishes it, without patience.
      return Task.isCancelled ? .idle : .ended(await conversation.finish(failure))
    }
    return await end(event, conversation, prompt)
  }

  /// Asks for what the keys are encrypted with, while nobody else reads the terminal; nil if the
  /// conversation can begin.
  private func askPassPhrases(_ context: ConversationContext) async -> Program.Ending? {
    guard context.security.isReadFirst else { return nil }
    let conversation = makeConversation(context)
    let event = await supervise(conversation, nil) {
      do throws(StreamError) {
        try await context.security.askPassPhrases()
        return .ended(nil)
      } catch {
        return Task.isCancelled ? .idle : .ended(error)
      }
    }
    if case .ended(nil) = event { return nil }
    return await end(event, conversation, nil)
  }

  private func end(
    _ event: Event, _ conversation: any Conversation, _ prompt: Prompt?
  ) async -> Program.Ending {
    var error: StreamError?
    var signal: Int32?
    switch event {
    case .ended(let failure): error = failure
    case .totalTimeout:
      let failure = StreamError(.read, .endpoint(""), .timedOut(.total))
      error = await conversation.finish(failure) ?? failure
    case .signal(let number):
      signal = number
      // A second time where it could end by itself: that does nothing more.
      _ = await conversation.finish(StreamError(.read, .endpoint(""), .cancelled))
    case .idle: break
    }
    messages.redirection = nil
    await prompt?.close()
    return await report(error, signal, conversation)
  }

  private func makeConversation(_ context: ConversationContext) -> any Conversation {
    if let scriptPlan = plan.script, let script = scriptPlan.script, !plan.servesMany {
      return ScriptConversation(scriptPlan, script, context)
    }
    return switch plan.kind {
    case .connect(let connect) where connect.isProbe: Probe(connect, context)
    case .connect(let connect): StreamConversation(.connect(connect), context)
    case .listen(let listen):
      if let serving = listen.serving {
        ServeConversation(listen, serving, context)
      } else {
        StreamConversation(.listen(listen), context)
      }
    case .sendDatagrams(let send): DatagramSendConversation(send, context)
    case .receiveDatagrams(let receive): DatagramReceiveConversation(receive, context)
    }
  }

  /// Takes the terminal if a person types; what is missing for that is said.
  private func makePrompt(_ context: ConversationContext) -> Prompt? {
    guard let settings = start.prompt else { return nil }
    do throws(StreamError) {
      guard let prompt = try Prompt(settings, context) else {
        messages.say("built without readline: no line editing, history, completion or / commands")
        return nil
      }
      if messages.isTerminal {
        messages.redirection = { [weak prompt] in prompt?.view.lines($0) }
      }
      return prompt
    } catch {
      messages.say(error.text(timeouts))
      return nil
    }
  }

  private func supervise(
    _ conversation: any Conversation, _ prompt: Prompt?,
    _ body: @escaping @Sendable () async -> Event
  ) async -> Event {
    let signals = watchedSignals(prompt != nil)
    let stopping = Stopping()
    let event = await withTaskGroup(of: Event.self) { group -> Event in
      group.addTask { await body() }
      if let signals {
        group.addTask { [self] in
          while let signal = await signals.next() {
            if await isHandled(signal, conversation, prompt, stopping) { continue }
            return .signal(signal)
          }
          return .idle
        }
      }
      if let prompt {
        group.addTask {
          await prompt.run()
          return .idle
        }
      }
      if let deadline {
        group.addTask { [loop] in
          await loop.sleep(until: deadline) ? .totalTimeout : .idle
        }
      }
      var first = Event.idle
      while let event = await group.next() {
        if case .idle = event { continue }
        if case .idle = first { first = event }
        group.cancelAll()
        // From here on a signal ends us at once.
        if case .signal = event { ProcessSignals.unblockAll() }
      }
      return first
    }
    if let signal = stopping.signal, case .ended = event { return .signal(signal) }
    return event
  }

  /// The signal for which a conversation is ending by itself.
  private final class Stopping: @unchecked Sendable {
    var signal: Int32?
  }

  /// Whether a signal does not end us, or not yet: the first one lets clients finish, if they may.
  private func isHandled(
    _ signal: Int32, _ conversation: any Conversation, _ prompt: Prompt?, _ stopping: Stopping
  ) async -> Bool {
    if signal == SIGUSR1 {
      snapshot(conversation)
      return true
    }
    if signal == SIGHUP, await conversation.reload() { return true }
    if await prompt?.take(signal) == true { return true }
    guard stopping.signal == nil, conversation.stop() else { return false }
    stopping.signal = signal
    return true
  }

  private func watchedSignals(_ hasPrompt: Bool) -> SignalSource? {
    // What was ignored when we started stays ignored.
    var wanted = [SIGINT, SIGTERM, SIGHUP, SIGUSR1].filter { !ProcessSignals.isIgnored($0) }
    if hasPrompt { wanted += [SIGWINCH, SIGTSTP, SIGCONT] }
    return try? SignalSource(wanted, on: loop)  // without it, signals act by their default
  }

  private func snapshot(_ conversation: any Conversation) {
    tell(conversation.statistics)
  }

  private func tell(_ statistics: Statistics) {
    if plan.report.stats == .json {
      messages.write(statistics.json)
    } else {
      messages.say(statistics.text)
    }
  }

  /// What a failure that concerns the whole conversation is said of.
  private var subject: StreamError.Subject { .endpoint(plan.endpoint.description) }

  private func report(
    _ error: StreamError?, _ signal: Int32?, _ conversation: any Conversation
  ) async -> Program.Ending {
    messages.endProgress()
    let ending = ending(for: error, signal)
    if let error { say(error, conversation, ending) }
    conversation.tellTheRest(messages)
    var statistics = conversation.statistics
    switch ending {
    case .status(let status): statistics.status = status
    case .signal(let signal): statistics.status = 128 + signal
    }
    if plan.report.stats != nil || plan.report.isVerbose && conversation.hasBegun {
      tell(statistics)
    }
    await messages.finish()
    return ending
  }

  private func ending(for error: StreamError?, _ signal: Int32?) -> Program.Ending {
    if let signal { return .signal(signal) }
    guard let error else { return .status(ExitStatus.success.rawValue) }
    if plan.programs?.passesStatus == true, case .layer(let cause) = error.cause,
      let failed = cause as? ProgramFailed
    {
      return .status(failed.reason.status)
    }
    if error.isOutputReaderGone && !start.ignoresBrokenPipes { return .signal(SIGPIPE) }
    return .status(ExitStatus(error).rawValue)
  }

  private func say(
    _ error: StreamError, _ conversation: any Conversation, _ ending: Program.Ending
  ) {
    // Its report was told.
    if case .layer(let cause) = error.cause, cause is ScriptFailed { return }
    if error.isOutputReaderGone {
      let cut = conversation.statistics.bytesSent
      if cut > 0 {
        messages.say(
          "standard output: its reader is gone, sending was cut after " + amountText(cut))
      } else if case .status = ending {
        messages.say(error.text(timeouts))
      }
      return
    }
    let type: SocketType = plan.isDatagram ? .datagram : .stream
    let fact = Hints.fact(about: error, type: type).map { " (" + $0 + ")" } ?? ""
    let isOfNobody = error.subject == .endpoint("")
    let head = isOfNobody ? plan.commandName + " " + subject.text + ": " : ""
    messages.say(
      head + error.text(timeouts) + fact + conversation.detail(of: error),
      hint: Hints.hint(for: error, plan: plan))
  }
}

extension StreamError {
  /// Whether it is our own output that nobody reads any more.
  var isOutputReaderGone: Bool { isReaderGone && subject == .standardOutput }
}

extension TimeoutNames {
  /// The lengths that a plan has.
  init(_ plan: ConversationPlan) {
    total = plan.totalTimeout
    idle = plan.idleTimeout
    switch plan.kind {
    case .connect(let connecting):
      connect = connecting.connectTimeout
      wait = connecting.wait
      acknowledgement = connecting.relay.acknowledgementTimeout
    case .listen(let listen):
      accept = listen.acceptTimeout
      connect = plan.tls.handshakeTimeout
      acknowledgement = listen.relay.acknowledgementTimeout
    case .sendDatagrams(let send):
      reply = send.exchange.replyTimeout
      if plan.tls.isOn { connect = plan.tls.handshakeTimeout }
    case .receiveDatagrams:
      if plan.tls.isOn { connect = plan.tls.handshakeTimeout }
    }
  }
}
