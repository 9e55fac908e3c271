import Glibc
import Sockets
import Terminal

/// The process around a conversation: its start and its end.
enum Program {
  /// How a conversation ends the process.
  enum Ending: Sendable {
    case status(Int32)
    /// Truly by a signal, so that shells and service managers see it.
    case signal(Int32)
  }

  /// Carries out what a command line asked for; never returns.
  static func converse(_ makePlan: () throws(UsageError) -> ConversationPlan) -> Never {
    var plan: ConversationPlan
    let prompt: PromptSettings?
    do throws(UsageError) {
      plan = try makePlan()
      plan.claimActivation()
      try plan.checkDescriptors()
      try plan.checkFiles()
      prompt = plan.suitsPrompt && Terminal.isConversational ? try PromptSettings(plan) : nil
      try plan.checkTLS(hasPrompt: prompt != nil)
    } catch {
      UsageReport.end(with: error)
    }
    plan.loadScript()
    if let text = plan.missingEndpoint {
      complain("open " + text)
      exit(.unreachable)
    }
    onLoop(prompt: prompt) { [plan] start, loop in
      await Supervision(plan, start, on: loop).run()
    }
  }

  /// Makes the process ready, runs its work on a loop, and ends as that says.
  static func onLoop(
    prompt: PromptSettings? = nil,
    _ work: @escaping @Sendable (Start, EventLoop) async -> Ending
  ) -> Never {
    let start = Start(
      closedDescriptors: StandardStreams.occupyClosed(),
      ignoresBrokenPipes: ProcessSignals.isIgnored(SIGPIPE), prompt: prompt)
    ProcessSignals.ignoreWriteSignals()
    ProcessSignals.keepChildStatuses()
    guard let loop = try? EventLoop() else {
      complain("epoll: " + String(cString: strerror(errno)))
      exit(.bug)
    }
    switch loop.run({ await work(start, loop) }) {
    case .status(let status): Glibc.exit(status)
    case .signal(let signal): ProcessSignals.die(of: signal)
    }
  }

  /// What the process was given when it began.
  struct Start: Sendable {
    /// Which of the descriptors 0, 1 and 2 were closed.
    var closedDescriptors: Set<Int32>
    /// Whether a write that nobody reads does not end us.
    var ignoresBrokenPipes: Bool
    /// How the prompt is to be, where a person types.
    var prompt: PromptSettings?
  }

  /// Ends the process.
  static func exit(_ status: ExitStatus) -> Never { Glibc.exit(status.rawValue) }

  /// Prints asked-for text, such as help, and ends the process.
  static func print(_ text: String) -> Never {
    exit(write(text, to: 1) ? .success : .local)
  }

  /// Says one line outside of a conversation, and perhaps what could be typed next.
  static func complain(_ text: String, hint: String? = nil) {
    let lines = "sockcat: " + text + "\n" + (hint.map { "sockcat: hint: " + $0 + "\n" } ?? "")
    _ = write(lines, to: 2)  // there is nobody left to tell
  }

  /// Says lines as they are, outside of a conversation.
  static func complain(lines: String) {
    _ = write(lines, to: 2)  // there is nobody left to tell
  }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
