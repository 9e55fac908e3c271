import Sockets
import Transcripts

/// What a command does, from its first look-up to its last byte.
protocol Conversation: AnyObject, Sendable {
  /// Does it; returns what went wrong, nil if it was done to the end.
  func run() async -> StreamError?
  /// Ends outputs and files and frees everything, whether it was done, failed or was cancelled;
  /// returns what goes into the exit status.
  func finish(_ failure: StreamError?) async -> StreamError?
  /// The figures so far.
  var statistics: Statistics { get }
  /// Whether there was anybody to talk with.
  var hasBegun: Bool { get }
  /// What is told after the message about an error: what can be done with what is left.
  func tellTheRest(_ messages: Messages)
  /// What a message about an error should add.
  func detail(of error: StreamError) -> String
  /// Begins to end, for a signal, and lets those who are there finish; false if there is nothing to
  /// wait for.
  func stop() -> Bool
  /// Reads again what may have changed, for SIGHUP; false if there is nothing.
  func reload() async -> Bool
}

extension Conversation {
  func tellTheRest(_ messages: Messages) {}
  func detail(of error: StreamError) -> String { "" }
  func stop() -> Bool { false }
  func reload() async -> Bool { false }
}

/// What every conversation is given.
struct ConversationContext: Sendable {
  var plan: ConversationPlan
  let start: Program.Start
  let loop: EventLoop
  let messages: Messages
  let timeouts: TimeoutNames
  /// Where a person types.
  var prompt: Prompt?
  let security: Security

  init(
    plan: ConversationPlan, start: Program.Start, loop: EventLoop, messages: Messages
  ) {
    (self.plan, self.start, self.loop, self.messages) = (plan, start, loop, messages)
    timeouts = TimeoutNames(plan)
    security = Security(plan, messages, on: loop)
  }
}

/// A failure that no layer below knows: what was asked for did not come true.
struct Verdict: LayerError {
  let failure: FailureClass
  let text: String

  init(_ failure: FailureClass, _ text: String) {
    self.failure = failure
    self.text = text
  }
}

/// Runs children until the first of them has a result, and ends the others; a child without one ends
/// by itself and decides nothing.
func firstResult<Value: Sendable>(
  of start: (inout TaskGroup<Result<Value, StreamError>?>) -> Void
) async throws(StreamError) -> Value {
  let outcome = await withTaskGroup(of: Result<Value, StreamError>?.self) { group in
    start(&group)
    while let ended = await group.next() {
      guard let ended else { continue }
      group.cancelAll()
      return ended as Result<Value, StreamError>?
    }
    return nil
  }
  guard let outcome else { throw StreamError(.read, .endpoint(""), .cancelled) }
  return try outcome.get()
}

/// Runs something until a deadline.
///
/// - Throws: what it throws, or the timeout in the name of the subject.
func limited<Value: Sendable>(
  by deadline: Deadline, _ timeout: Timeout, _ subject: StreamError.Subject, on loop: EventLoop,
  _ body: @escaping @Sendable () async -> Result<Value, StreamError>
) async throws(StreamError) -> Value {
  if deadline == .never { return try await body().get() }
  return try await firstResult { group in
    group.addTask { await body() }
    group.addTask {
      await loop.sleep(until: deadline)
        ? .failure(StreamError(.connect, subject, .timedOut(timeout))) : nil
    }
  }
}
