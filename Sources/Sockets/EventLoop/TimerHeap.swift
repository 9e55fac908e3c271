/// The waits that have a deadline, the earliest first: a binary heap.
///
/// A wait that ended early stays until its time comes or until such entries are the majority, so
/// that ending a wait costs nothing.
struct TimerHeap {
  private struct Entry {
    let deadline: Deadline
    let waiter: Waiter
  }

  private var entries: [Entry] = []
  private var sizeAfterSweep = 64

  /// The earliest deadline.
  var next: Deadline? { entries.first?.deadline }

  mutating func insert(_ waiter: Waiter, at deadline: Deadline) {
    if entries.count >= 2 * sizeAfterSweep { sweep() }
    entries.append(Entry(deadline: deadline, waiter: waiter))
    rise(from: entries.count - 1)
  }

  /// Takes out the earliest wait if its time has come.
  mutating func popDue(at now: Deadline) -> Waiter? {
    dropFinished()
    guard let first = entries.first, first.deadline <= now else { return nil }
    removeFirst()
    return first.waiter
  }

  /// Forgets the waits at the front that have ended, so that nobody wakes up for them.
  mutating func dropFinished() {
    while let first = entries.first, first.waiter.isDone { removeFirst() }
  }

  private mutating func removeFirst() {
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    sink(from: 0)
  }

  private mutating func sweep() {
    entries.removeAll { $0.waiter.isDone }
    entries.sort { $0.deadline < $1.deadline }
    sizeAfterSweep = max(64, entries.count)
  }

  private mutating func rise(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].deadline < entries[parent].deadline else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func sink(from start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].deadline < entries[least].deadline { least = child }
      }
      guard least != parent else { return }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
