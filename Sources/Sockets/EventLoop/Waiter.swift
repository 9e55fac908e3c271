/// How a wait ended.
enum WaitOutcome: Sendable {
  /// What was waited for has perhaps happened: try again.
  case ready
  /// The deadline came first.
  case timedOut
  /// The task was cancelled.
  case cancelled
  /// The descriptor was closed meanwhile.
  case closed
}

/// One suspended task.
///
/// It is touched on the loop's thread alone, except for the cancellation handler, which posts to
/// the loop when it runs elsewhere.
final class Waiter: @unchecked Sendable {
  enum State {
    case created
    case suspended(UnsafeContinuation<WaitOutcome, Never>)
    case done
  }

  let interest: Interest
  var state = State.created

  init(for interest: Interest) { self.interest = interest }

  var isDone: Bool {
    if case .done = state { true } else { false }
  }

  /// Resumes the task, once; later calls have no effect.
  func finish(_ outcome: WaitOutcome) {
    let before = state
    state = .done
    if case .suspended(let continuation) = before { continuation.resume(returning: outcome) }
  }
}

/// What a task waits for.
enum Interest {
  case readable, writable, readerGone, time
}
