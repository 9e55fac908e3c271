import Sockets

/// How long nothing may move, which a person can change while it runs.
final class IdleWatch: @unchecked Sendable {
  /// Nil is for ever.
  var limit: Duration? {
    didSet {
      isOfPrompt = true
      changes.wakeAll()
    }
  }
  private let changes: Wakeup
  private var isOfPrompt = false

  init(_ limit: Duration?, on loop: EventLoop) {
    self.limit = limit
    changes = Wakeup(on: loop)
  }

  /// There is somebody now, so that the time begins.
  func begin() { changes.wakeAll() }

  /// Suspends until nothing has moved for too long; nil if the task is cancelled.
  ///
  /// `lastMoved` is when something did; nil while there is nobody.
  func failure(_ lastMoved: @Sendable () -> Deadline?) async -> StreamError? {
    while !Task.isCancelled {
      guard let limit, let last = lastMoved() else {
        await changes.wait()
        continue
      }
      if (last + limit).hasPassed { return failure(after: limit) }
      await changes.wait(by: last + limit)
    }
    return nil
  }

  private func failure(after limit: Duration) -> StreamError {
    guard isOfPrompt else { return StreamError(.read, .endpoint(""), .timedOut(.idle)) }
    let text = "nothing moved for " + limit.text + " (/timeout)"
    return StreamError(.read, .endpoint(""), .layer(Verdict(.timedOut, text)))
  }
}
