import CLinux

/// One descriptor in a loop's epoll, edge-triggered, registered once for everything.
///
/// An edge that arrives while nobody waits is kept, so that a task which tried, was told to wait,
/// and did something else in between does not miss it. The error and hang-up states stay for good.
///
/// The owner calls ``cancel()`` before it closes the number: a duplicate of the descriptor in
/// another process would keep the closed one alive in epoll.
final class Registration: @unchecked Sendable {
  let loop: EventLoop
  let number: Int32
  /// Nil for what epoll refuses (regular files, most devices): that never waits.
  private(set) var slot: Int?
  private var hasReadEdge = false
  private var hasWriteEdge = false
  private(set) var hasHungUp = false
  private(set) var hasError = false
  /// Whether nothing was ever reported but bytes and room: no end, no error, no urgent byte, at all
  /// of which a read stops short and another one finds more.
  private(set) var isPlain = true
  private(set) var isCancelled = false
  private var waiters: [Waiter] = []

  /// Whether epoll watches it; if not, a wait for reading or writing returns at once.
  var isWatched: Bool { slot != nil }

  init(_ number: Int32, on loop: EventLoop) {
    self.loop = loop
    self.number = number
    slot = loop.register(self)
  }

  /// Suspends until the descriptor may be tried again.
  func wait(for interest: Interest, by deadline: Deadline) async -> WaitOutcome {
    if isCancelled { return .closed }
    if takeEdge(interest) { return .ready }
    let waiter = Waiter(for: interest)
    add(waiter)
    return await loop.wait(waiter, by: deadline)
  }

  /// Waits in a turn of the loop that the task takes itself; false if it has to be suspended.
  func waitInTurn(for interest: Interest, by deadline: Deadline) -> Bool {
    guard isWatched, !isCancelled else { return false }
    if takeEdge(interest) { return true }
    loop.takeTurn(by: deadline)
    return takeEdge(interest)
  }

  /// Notes a wait; those that ended by a deadline or a cancellation are forgotten here.
  private func add(_ waiter: Waiter) {
    if waiters.count >= 8 { waiters.removeAll { $0.isDone } }
    waiters.append(waiter)
  }

  /// Takes it out of epoll and wakes all waits.
  func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    if let slot { loop.unregister(slot, number: number) }
    for waiter in waiters { waiter.finish(.closed) }
    waiters = []
  }

  func deliver(_ events: UInt32) {
    let hangUp = UInt32(LINUX_EVENT_HANGUP)
    let error = UInt32(LINUX_EVENT_ERROR)
    let plain = UInt32(LINUX_EVENT_READABLE | LINUX_EVENT_WRITABLE)
    let readable = UInt32(LINUX_EVENT_READABLE | LINUX_EVENT_PEER_ENDED)
    if events & ~plain != 0 { isPlain = false }
    if events & hangUp != 0 { hasHungUp = true }
    if events & error != 0 { hasError = true }
    if events & (readable | hangUp | error) != 0 { hasReadEdge = true }
    if events & (UInt32(LINUX_EVENT_WRITABLE) | hangUp | error) != 0 {
      hasWriteEdge = true
    }
    let (read, write) = (hasReadEdge, hasWriteEdge)
    waiters.removeAll { waiter in
      if waiter.isDone { return true }
      let isConcerned =
        switch waiter.interest {
        case .readable: read
        case .writable: write
        case .readerGone: hasHungUp || hasError
        case .time: false
        }
      guard isConcerned else { return false }
      _ = takeEdge(waiter.interest)
      waiter.finish(.ready)
      return true
    }
  }

  private func takeEdge(_ interest: Interest) -> Bool {
    switch interest {
    case .readable:
      defer { hasReadEdge = false }
      return hasReadEdge || slot == nil
    case .writable:
      defer { hasWriteEdge = false }
      return hasWriteEdge || slot == nil
    case .readerGone: return hasHungUp || hasError
    case .time: return false
    }
  }
}

extension Registration {
  /// Suspends until any of several descriptors, at least one, may be read again.
  static func waitForAny(
    of registrations: [Registration], by deadline: Deadline
  ) async -> WaitOutcome {
    let waiter = Waiter(for: .readable)
    for registration in registrations {
      if registration.isCancelled { return .closed }
      if registration.takeEdge(.readable) { return .ready }
    }
    for registration in registrations { registration.add(waiter) }
    return await registrations[0].loop.wait(waiter, by: deadline)
  }
}
