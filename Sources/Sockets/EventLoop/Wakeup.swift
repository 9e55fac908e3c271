/// Lets tasks of one loop wait for something that another task of it does.
///
/// A wait may end early: whoever waits looks again whether it is there.
public final class Wakeup: @unchecked Sendable {
  private let loop: EventLoop
  private var waiters: [Waiter] = []
  /// Grows by one with each ``wakeAll()``.
  public private(set) var position: UInt64 = 0

  /// Makes one for tasks of a loop.
  public init(on loop: EventLoop) { self.loop = loop }

  /// Suspends until ``wakeAll()``; false if the deadline or a cancellation came first.
  @discardableResult
  public func wait(by deadline: Deadline = .never) async -> Bool {
    waiters.removeAll { $0.isDone }
    let waiter = Waiter(for: .time)
    waiters.append(waiter)
    return await loop.wait(waiter, by: deadline) == .ready
  }

  /// The same, and does not suspend if ``wakeAll()`` came since `position` was read, thus before a
  /// task that was to wait had begun.
  public func wait(past position: UInt64, by deadline: Deadline = .never) async -> Bool {
    if position != self.position { return true }
    return await wait(by: deadline)
  }

  /// Ends every wait.
  public func wakeAll() {
    position += 1
    let before = waiters
    waiters.removeAll()
    for waiter in before { waiter.finish(.ready) }
  }
}
