import Relaying
import Sockets

/// Ends clients of which no byte has moved for a time, with one task for all of them.
///
/// A client's timer is armed once; that bytes have moved since is seen when it goes off, and only
/// then is it armed again. So moving bytes costs nothing here.
final class IdleWatch: @unchecked Sendable {
  private struct Timer {
    let deadline: Deadline
    let client: Client
  }

  private let limit: Duration
  private let wakeup: Wakeup
  /// A binary heap, the earliest first.
  private var timers: [Timer] = []
  private var sizeAfterSweep = 64

  init(limit: Duration, on loop: EventLoop) {
    self.limit = limit
    wakeup = Wakeup(on: loop)
  }

  /// Watches a client from now on.
  func add(_ client: Client) {
    if timers.count >= 2 * sizeAfterSweep { sweep() }
    insert(Timer(deadline: client.flows.lastMoved + limit, client: client))
    // With one limit for all, a later client's time never comes before those that are there.
    if timers.count == 1 { wakeup.wakeAll() }
  }

  /// Ends whoever has been idle for too long, until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      while let first = timers.first, first.client.hasEnded || first.deadline.hasPassed {
        removeFirst()
        judge(first.client)
      }
      await wakeup.wait(by: timers.first?.deadline ?? .never)
    }
  }

  private func judge(_ client: Client) {
    guard !client.hasEnded else { return }
    let deadline = client.flows.lastMoved + limit
    if deadline.hasPassed {
      client.end(with: StreamError(.read, .address(client.socket.peer), .timedOut(.idle)))
    } else {
      insert(Timer(deadline: deadline, client: client))
    }
  }

  /// Forgets the clients that have ended once they may be the majority.
  private func sweep() {
    timers.removeAll { $0.client.hasEnded }
    timers.sort { $0.deadline < $1.deadline }
    sizeAfterSweep = max(64, timers.count)
  }

  private func insert(_ timer: Timer) {
    timers.append(timer)
    var child = timers.count - 1
    while child > 0, timers[child].deadline < timers[(child - 1) / 2].deadline {
      timers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private func removeFirst() {
    timers.swapAt(0, timers.count - 1)
    timers.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count {
        if timers[child].deadline < timers[least].deadline { least = child }
      }
      guard least != parent else { return }
      timers.swapAt(parent, least)
      parent = least
    }
  }
}
