import Sockets
import Terminal
import TestSupport
import Testing

extension TypedInputTests {
  private static let limit = 1024 * 1024

  // MARK: Readers

  @Test func `a reader that waits is woken by a message`() async throws {
    try await onLoop { loop async throws in
      let input = TypedInput(on: loop)
      async let read = input.read(limit: 9)
      await loop.yield()
      input.add("hi")
      #expect(try await read == Array("hi".utf8))
    }
  }

  @Test func `a reader that waits is woken by the end`() async throws {
    try await onLoop { loop async throws in
      let input = TypedInput(on: loop)
      async let read = input.read(limit: 9)
      await loop.yield()
      input.end()
      #expect(try await read == nil)
    }
  }

  @Test func `a reader that waits is woken by the source`() async throws {
    try await onLoop { loop async throws in
      let (input, told, source) = (TypedInput(on: loop), Told(), FedSource(on: loop))
      input.add(source, telling: told)
      async let read = input.read(limit: 9)
      await loop.yield()
      source.give([7])
      #expect(try await read == [7])
    }
  }

  @Test(arguments: [false, true])
  func `a deadline ends a wait`(hasSource: Bool) async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      if hasSource { input.add(FedSource(on: loop), telling: told) }
      let error = await streamError {
        try await input.waitReadable(by: .after(.milliseconds(5)))
      }
      #expect(error?.timeout == .total)
      #expect(told.ends.isEmpty)
    }
  }

  @Test(arguments: [false, true])
  func `a cancellation ends a wait`(hasSource: Bool) async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      if hasSource { input.add(FedSource(on: loop), telling: told) }
      let task = Task(executorPreference: loop) {
        await streamError { try await input.waitReadable(by: .never) }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }

  @Test func `stopping a source wakes a reader that waits for it`() async throws {
    try await onLoop { loop async throws in
      let (input, told) = (TypedInput(on: loop), Told())
      #expect(!input.stopSource())
      input.add(FedSource(on: loop), telling: told)
      input.add("behind")
      async let read = input.read(limit: 9)
      await loop.yield()
      #expect(input.stopSource())
      #expect(try await read == Array("behind".utf8))
      #expect(told.ends.map { $0?.isCancellation } == [true])
    }
  }

  @Test func `only a source that is being sent is stopped`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.add("before")
      input.add(FedSource(on: loop), telling: told)
      #expect(!input.stopSource())
      #expect(try input.readNow() == "before")
      #expect(input.stopSource())
      #expect(input.isEmpty)
      #expect(!input.stopSource())
      #expect(told.ends.count == 1)
    }
  }

  // MARK: Room

  @Test func `there is room up to the limit`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      await input.waitForRoom()
      input.add(.message([UInt8](repeating: 1, count: Self.limit), isSecret: false))
      await input.waitForRoom()
    }
  }

  /// How what waits gets less.
  enum Relief: CaseIterable {
    case read, take, restart, cancel
  }

  @Test(arguments: Relief.allCases)
  func `whoever adds waits while there is no room`(relief: Relief) async throws {
    try await onLoop { loop async throws in
      let input = TypedInput(on: loop)
      for _ in 0..<2 {
        input.add(.message([UInt8](repeating: 1, count: Self.limit), isSecret: false))
      }
      let (isOver, told) = (Told(), Told())
      let task = Task(executorPreference: loop) {
        await input.waitForRoom()
        isOver.end(nil)
      }
      told.listen(to: input)
      await loop.yield()
      #expect(isOver.ends.isEmpty)
      switch relief {
      case .read: _ = try await input.read(limit: Self.limit)
      case .take: _ = input.takeMessage()
      case .restart: input.restart()
      case .cancel: task.cancel()
      }
      await task.value
    }
  }

  // MARK: The end

  @Test func `the end comes after what was given`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      input.add("last")
      #expect(!input.isEnded)
      input.end()
      #expect(input.isEnded)
      input.add("too late")
      #expect(try input.readNow() == "last")
      #expect(!input.isUsedUp)
      #expect(try input.readNow() == nil)
      #expect(input.isUsedUp)
      #expect(input.isEmpty)
    }
  }

  @Test func `a source that comes after the end is told that it was not sent`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.end()
      input.add(BytesSource([1]), telling: told)
      #expect(told.ends.map { $0?.isCancellation } == [true])
      #expect(input.isEmpty)
    }
  }

  @Test func `the end is waited for until everything was passed on`() async throws {
    try await onLoop { loop async throws in
      let (input, isOver) = (TypedInput(on: loop), Told())
      input.add("last")
      input.end()
      async let waiting: Void = {
        await input.waitForEnd(by: .never)
        isOver.end(nil)
      }()
      await loop.yield()
      #expect(try input.readNow() == "last")
      await loop.yield()
      #expect(isOver.ends.isEmpty)
      #expect(try input.readNow() == nil)
      await waiting
      // Once there, it is not waited for again.
      await input.waitForEnd(by: .never)
    }
  }

  @Test(arguments: [Deadline(nanoseconds: 0), .after(.milliseconds(5))])
  func `the end is not waited for beyond the deadline`(deadline: Deadline) async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      input.add("unread")
      input.end()
      await input.waitForEnd(by: deadline)
      #expect(!input.isUsedUp)
    }
  }

  @Test func `a cancellation ends the wait for the end`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      let task = Task(executorPreference: loop) { await input.waitForEnd(by: .never) }
      await loop.yield()
      task.cancel()
      await task.value
    }
  }

  // MARK: Beginning again

  @Test func `beginning again throws away what was not read`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.add("half")
      input.add(FedSource(on: loop), telling: told)
      input.add(BytesSource([1]), telling: told)
      #expect(try input.readNow(limit: 2) == "ha")
      input.restart()
      #expect(input.isEmpty)
      #expect(told.ends.map { $0?.isCancellation } == [true, true])
      input.add("whole")
      #expect(try input.readNow() == "whole")
    }
  }

  @Test func `beginning again takes the end back`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      input.end()
      #expect(try input.readNow() == nil)
      #expect(input.isUsedUp)
      input.restart()
      #expect(!input.isEnded && !input.isUsedUp)
      input.add("more")
      #expect(try input.readNow() == "more")
      #expect(!input.isUsedUp)
    }
  }

  @Test func `a reader that waits for a source goes on when it begins again`() async throws {
    try await onLoop { loop async throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.add(FedSource(on: loop), telling: told)
      async let read = input.read(limit: 9)
      await loop.yield()
      input.restart()
      input.add("new")
      #expect(try await read == Array("new".utf8))
    }
  }
}
