import TestSupport
import Testing

@testable import Sockets

@Suite struct WakeupTests {
  private func start(
    _ wakeup: Wakeup, by deadline: Deadline = .never, on loop: EventLoop
  ) async -> Task<Bool, Never> {
    let task = Task(executorPreference: loop) { await wakeup.wait(by: deadline) }
    await loop.yield()
    return task
  }

  @Test(arguments: [1, 2, 50])
  func `everybody who waits is woken`(count: Int) async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      var tasks: [Task<Bool, Never>] = []
      for _ in 0..<count { tasks.append(await start(wakeup, on: loop)) }
      wakeup.wakeAll()
      for task in tasks { #expect(await task.value) }
    }
  }

  @Test func `whoever begins to wait afterwards is not woken`() async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      wakeup.wakeAll()
      #expect(await wakeup.wait(by: .after(.milliseconds(5))) == false)
    }
  }

  @Test func `whoever waits again waits for the next time`() async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      let count = Log<Int>()
      let task = Task(executorPreference: loop) {
        for number in 1...3 {
          await wakeup.wait()
          count.append(number)
        }
      }
      for number in 1...3 {
        await loop.yield()
        #expect(count.entries.count == number - 1)
        wakeup.wakeAll()
      }
      await task.value
      #expect(count.entries == [1, 2, 3])
    }
  }

  @Test func `another one wakes nobody`() async throws {
    try await onLoop { loop in
      let (wakeup, other) = (Wakeup(on: loop), Wakeup(on: loop))
      let task = await start(wakeup, by: .after(.milliseconds(5)), on: loop)
      other.wakeAll()
      #expect(await task.value == false)
    }
  }

  @Test(arguments: [Deadline(nanoseconds: 0), .now])
  func `a deadline that has passed ends a wait`(deadline: Deadline) async throws {
    try await onLoop { loop in
      #expect(await Wakeup(on: loop).wait(by: deadline) == false)
    }
  }

  @Test func `a cancellation ends the wait of one alone`() async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      let (first, second) = (await start(wakeup, on: loop), await start(wakeup, on: loop))
      first.cancel()
      #expect(await first.value == false)
      wakeup.wakeAll()
      #expect(await second.value)
    }
  }

  @Test func `whoever was cancelled before does not wait`() async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      let task = Task(executorPreference: loop) {
        while !Task.isCancelled { await loop.yield() }
        return await wakeup.wait()
      }
      task.cancel()
      #expect(await task.value == false)
    }
  }

  @Test(arguments: [true, false])
  func `what comes first decides`(isCancelledFirst: Bool) async throws {
    try await onLoop { loop in
      let wakeup = Wakeup(on: loop)
      let task = await start(wakeup, on: loop)
      if isCancelledFirst { task.cancel() }
      wakeup.wakeAll()
      if !isCancelledFirst { task.cancel() }
      #expect(await task.value == !isCancelledFirst)
    }
  }

  @Test func `a cancellation from another thread ends a wait`() async throws {
    try await onLoop { loop in
      let task = await start(Wakeup(on: loop), on: loop)
      await beside { task.cancel() }
      #expect(await task.value == false)
    }
  }
}
