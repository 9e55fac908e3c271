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
    rise()
  }

  /// Takes out the earliest wait if its time has come.
  mutating func popDue(at now: Deadline) -> Waiter? {
    while let first = entries.first, first.deadline <= now {
      removeFirst()
      if !first.waiter.isDone { return first.waiter }
    }
    return nil
  }

  /// Forgets the waits at the front that have ended, so that nobody wakes up for them.
  mutating func dropFinished() {
    while let first = entries.first, first.waiter.isDone { removeFirst() }
  }

  private mutating func removeFirst() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries[0] = last
    sink()
  }

  private mutating func sweep() {
    entries.removeAll { $0.waiter.isDone }
    entries.sort { $0.deadline < $1.deadline }
    sizeAfterSweep = max(64, entries.count)
  }

  /// Lets the last one rise to its place.
  private mutating func rise() {
    entries.withUnsafeMutableBufferPointer { entries in
      guard let memory = entries.baseAddress else { return }
      var place = entries.count - 1
      // Entries are moved, as each copy would count its waiter's references.
      let rising = (memory + place).move()
      while place > 0 {
        let parent = (place - 1) / 2
        guard rising.deadline < memory[parent].deadline else { break }
        (memory + place).moveInitialize(from: memory + parent, count: 1)
        place = parent
      }
      (memory + place).initialize(to: rising)
    }
  }

  /// Lets the first one sink to its place.
  private mutating func sink() {
    entries.withUnsafeMutableBufferPointer { entries in
      guard let memory = entries.baseAddress else { return }
      var place = 0
      let sinking = memory.move()
      while true {
        var child = 2 * place + 1
        guard child < entries.count else { break }
        if child + 1 < entries.count, memory[child + 1].deadline < memory[child].deadline {
          child += 1
        }
        guard memory[child].deadline < sinking.deadline else { break }
        (memory + place).moveInitialize(from: memory + child, count: 1)
        place = child
      }
      (memory + place).initialize(to: sinking)
    }
  }
}
