import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct EventLoopTests {
  @Test func `a wait ends when its deadline comes`() async throws {
    try await onLoop { loop in
      let before = Deadline.now
      #expect(await loop.sleep(until: .after(.milliseconds(5))))
      #expect(Deadline.now.since(before) >= .milliseconds(5))
    }
  }

  @Test func `a deadline that has passed ends a wait at once`() async throws {
    try await onLoop { loop in
      #expect(await loop.sleep(until: Deadline(nanoseconds: 0)))
    }
  }

  @Test func `waits end in the order of their deadlines`() async throws {
    try await onLoop { loop in
      let start = Deadline.now
      let order = Log<Int>()
      await withTaskGroup(of: Void.self) { group in
        for number in [5, 1, 4, 2, 3] {
          group.addTask {
            await loop.sleep(until: start + .milliseconds(2 * number))
            order.append(number)
          }
        }
      }
      #expect(order.entries == [1, 2, 3, 4, 5])
    }
  }

  @Test func `a task that was cancelled before does not wait`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) {
        while !Task.isCancelled { await loop.yield() }
        return await loop.sleep(until: .never)
      }
      task.cancel()
      #expect(await task.value == false)
    }
  }

  @Test func `a cancelled task stops waiting`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) { await loop.sleep(until: .never) }
      await loop.yield()
      task.cancel()
      #expect(await task.value == false)
    }
  }

  @Test func `a task that is cancelled from another thread stops waiting`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) { await loop.sleep(until: .never) }
      await loop.yield()
      await beside { task.cancel() }
      #expect(await task.value == false)
    }
  }

  @Test func `cancellation and deadline at once end a wait once`() async throws {
    try await onLoop { loop in
      for _ in 0..<200 {
        let task = Task(executorPreference: loop) {
          await loop.sleep(until: .after(.microseconds(50)))
        }
        await loop.yield()
        async let other: Void = beside { task.cancel() }
        _ = await task.value
        await other
      }
    }
  }

  @Test func `yielding lets every other task run`() async throws {
    try await onLoop { loop in
      let log = Log<String>()
      async let other: Void = log.append("other")
      await loop.yield()
      log.append("we")
      await other
      #expect(log.entries == ["other", "we"])
    }
  }

  @Test func `a turn that a task takes itself brings its events`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(on: loop)
      try await far.write([1])
      #expect(near.hasBecomeReadable(by: .after(.seconds(10))))
      let before = Deadline.now
      #expect(!near.hasBecomeReadable(by: before + .milliseconds(5)))
      #expect(Deadline.now.since(before) >= .milliseconds(5))
      try near.close()
      #expect(!near.hasBecomeReadable(by: .never))
    }
  }

  @Test func `a task takes no turn while another one is ready`() async throws {
    try await onLoop { loop in
      async let other = 1
      loop.takeTurn(by: .never)
      #expect(await other == 1)
    }
  }

  @Test func `a task that takes turns hears of a cancellation by another thread`() async throws {
    try await onLoop { loop in
      for _ in 0..<200 {
        let task = Task(executorPreference: loop) {
          await loop.takingTurns {
            while !Task.isCancelled { loop.takeTurn(by: .never) }
          }
        }
        // Nothing else that this thread does would wake the loop.
        #expect(HelperThread.run { task.cancel() })
        await task.value
      }
    }
  }

  @Test func `a task that never waits does not keep timers waiting`() async throws {
    try await onLoop { loop in
      let isOver = Log<Bool>()
      async let sleeper: Void = {
        await loop.sleep(until: .after(.milliseconds(1)))
        isOver.append(true)
      }()
      while isOver.entries.isEmpty { await Task.yield() }
      await sleeper
    }
  }

  @Test func `everything runs on one thread`() async throws {
    try await onLoop { loop in
      let threads = Log<UInt>()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            threads.append(UInt(pthread_self()))
            await loop.yield()
            threads.append(UInt(pthread_self()))
          }
        }
      }
      #expect(Set(threads.entries).count == 1)
      #expect(loop.isOnThread)
      #expect(await beside { loop.isOnThread } == false)
    }
  }

  @Test func `a loop runs again`() throws {
    let loop = try EventLoop()
    #expect(loop.run { 1 } == 1)
    #expect(
      loop.run {
        await loop.sleep(until: .after(.milliseconds(1)))
        return 2
      } == 2)
  }

  @Test func `work off the loop gives its result`() async throws {
    try await onLoop { loop in
      let own = UInt(pthread_self())
      let thread = try #require(await loop.offload { UInt(pthread_self()) })
      #expect(thread != own)
      #expect(UInt(pthread_self()) == own)
    }
  }

  @Test func `work off the loop is left to itself when it is cancelled`() async throws {
    try await onLoop { loop in
      let pipe = try makePipe()
      let hasEnded = Mutex(false)
      let task = Task(executorPreference: loop) {
        await loop.offload { () -> Int in
          var byte: UInt8 = 0
          let count = read(pipe.read, &byte, 1)
          hasEnded.withLock { $0 = true }
          return count
        }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value == nil)
      #expect(!hasEnded.withLock { $0 })
      close(pipe.write)
      while !hasEnded.withLock({ $0 }) { await loop.yield() }
      close(pipe.read)
    }
  }

  @Test func `a thousand sockets leave no descriptor behind`() async throws {
    try await onLoop { loop in
      let before = try openDescriptorCount()
      for _ in 0..<1000 {
        let (near, far) = try unixPair(on: loop)
        try await near.write([1])
        #expect(try await far.read(limit: 1) == [1])
        try near.close()
      }
      await loop.yield()
      #expect(try openDescriptorCount() < before + 500)
    }
  }

  @Test func `a loop leaves no descriptor behind`() async throws {
    try await onLoop { _ in
      let before = try openDescriptorCount()
      for _ in 0..<1000 { _ = try EventLoop() }
      #expect(try openDescriptorCount() < before + 500)
    }
  }

  @Test func `a loop with nothing to do does not wake up`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(on: loop)
      async let silence = streamError { try await near.waitReadable(by: .never) }
      // The edges of the beginning, and whatever they start, are over after a while.
      for _ in 0..<10 { await loop.yield() }
      let before = contextSwitches()
      await loop.sleep(until: .after(.milliseconds(100)))
      #expect(contextSwitches() - before <= 3)
      try far.close()
      _ = await silence
    }
  }

  /// How often this thread has given up the processor, on its own account.
  private func contextSwitches() -> Int {
    var usage = rusage()
    let thisThread: Int32 = 1
    guard getrusage(__rusage_who_t(thisThread), &usage) == 0 else { return 0 }
    return usage.ru_nvcsw
  }
}

/// What several tasks of one loop note, in the order in which they do.
final class Log<Entry: Sendable>: Sendable {
  private let list = Mutex<[Entry]>([])
  var entries: [Entry] { list.withLock { $0 } }
  func append(_ entry: Entry) { list.withLock { $0.append(entry) } }
}
