import Testing

@testable import Sockets

@Suite struct DeadlineTests {
  @Test(
    arguments: [
      (.zero, 0), (.seconds(1), 1_000_000_000), (.milliseconds(1), 1_000_000),
      (.nanoseconds(1), 1), (.seconds(-1), 0), (.nanoseconds(-1), 0),
      (.seconds(9_000_000_000), 9_000_000_000_000_000_000),
      (.seconds(Int64.max), 9_000_000_000_000_000_000),
    ] as [(Duration, UInt64)])
  func `a length is whole nanoseconds, never negative`(length: Duration, nanoseconds: UInt64) {
    #expect(length.wholeNanoseconds == nanoseconds)
  }

  @Test func `a deadline moves by a length and stops at never`() {
    let deadline = Deadline(nanoseconds: 5)
    #expect(deadline + .nanoseconds(3) == Deadline(nanoseconds: 8))
    #expect(deadline + .nanoseconds(-3) == deadline)
    #expect(Deadline.never + .seconds(1) == .never)
    #expect(
      Deadline.now + .seconds(Int64.max) < .never || Deadline.now + .seconds(Int64.max) == .never)
  }

  @Test func `the time between two is never negative`() {
    #expect(Deadline(nanoseconds: 9).since(Deadline(nanoseconds: 4)) == .nanoseconds(5))
    #expect(Deadline(nanoseconds: 4).since(Deadline(nanoseconds: 9)) == .zero)
    #expect(Deadline.never.since(.now) > .seconds(1_000_000))
  }

  @Test func `never does not pass`() {
    #expect(!Deadline.never.hasPassed)
    #expect(Deadline.now.hasPassed)
    #expect(!Deadline.after(.seconds(100)).hasPassed)
    #expect(Deadline.after(nil) == .never)
  }
}

@Suite struct TimerHeapTests {
  @Test func `waits are due in the order of their deadlines`() throws {
    var heap = TimerHeap()
    let times = (0..<500).map { UInt64($0 * 7919 % 503) }
    for time in times { heap.insert(Waiter(for: .time), at: Deadline(nanoseconds: time)) }
    var due: [Deadline] = []
    while let next = heap.next, heap.popDue(at: Deadline(nanoseconds: 1000)) != nil {
      due.append(next)
    }
    #expect(due.map(\.nanoseconds) == times.sorted())
  }

  @Test func `nothing is due before its time`() {
    var heap = TimerHeap()
    heap.insert(Waiter(for: .time), at: Deadline(nanoseconds: 10))
    #expect(heap.popDue(at: Deadline(nanoseconds: 9)) == nil)
    #expect(heap.popDue(at: Deadline(nanoseconds: 10)) != nil)
    #expect(heap.next == nil)
  }

  @Test func `a wait that has ended is not due`() {
    var heap = TimerHeap()
    let waiters = (0..<10).map { _ in Waiter(for: .time) }
    for (index, waiter) in waiters.enumerated() {
      heap.insert(waiter, at: Deadline(nanoseconds: UInt64(index)))
    }
    for waiter in waiters.dropLast() { waiter.finish(.ready) }
    heap.dropFinished()
    #expect(heap.next == Deadline(nanoseconds: 9))
    #expect(heap.popDue(at: Deadline(nanoseconds: 99)) === waiters.last)
  }

  @Test func `waits that have ended do not pile up, and no other is lost`() {
    var heap = TimerHeap()
    let last = Waiter(for: .time)
    heap.insert(last, at: Deadline(nanoseconds: 1))
    for time in 2..<100_000 {
      let waiter = Waiter(for: .time)
      heap.insert(waiter, at: Deadline(nanoseconds: UInt64(time)))
      waiter.finish(.ready)
    }
    #expect(heap.popDue(at: Deadline(nanoseconds: 1_000_000)) === last)
    #expect(heap.popDue(at: Deadline(nanoseconds: 1_000_000)) == nil)
  }
}
