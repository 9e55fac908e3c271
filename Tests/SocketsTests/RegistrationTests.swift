import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct RegistrationTests {
  @Test func `a wait ends when the descriptor can be read`() async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      async let outcome = registration.wait(for: .readable, by: .never)
      await loop.yield()
      try pair.second.send([1])
      #expect(await outcome == .ready)
      registration.cancel()
    }
  }

  @Test func `a wait ends at its deadline`() async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      #expect(await registration.wait(for: .readable, by: .after(.milliseconds(1))) == .timedOut)
      #expect(await registration.wait(for: .readable, by: Deadline(nanoseconds: 0)) == .timedOut)
      registration.cancel()
    }
  }

  @Test func `an event is kept while nobody waits`() async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      try pair.second.send([1])
      for _ in 0..<3 { await loop.yield() }
      #expect(await registration.wait(for: .readable, by: Deadline(nanoseconds: 0)) == .ready)
      // Once: the byte is still there, but no event came since.
      #expect(await registration.wait(for: .readable, by: Deadline(nanoseconds: 0)) == .timedOut)
      registration.cancel()
    }
  }

  @Test func `an event is kept after a wait was cancelled or timed out`() async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      let task = Task(executorPreference: loop) {
        await registration.wait(for: .readable, by: .never)
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value == .cancelled)
      #expect(await registration.wait(for: .readable, by: .after(.zero)) == .timedOut)
      try pair.second.send([1])
      await loop.yield()
      #expect(await registration.wait(for: .readable, by: .never) == .ready)
      registration.cancel()
    }
  }

  @Test(arguments: [Interest.readable, .writable, .readerGone])
  func `two who wait both wake`(interest: Interest) async throws {
    try await onLoop { loop in
      let numbers = try SocketDescriptor.pair().take { ($0.detach(), $1.detach()) }
      let socket = SocketDescriptor(owning: numbers.0)
      let registration = Registration(socket.number, on: loop)
      _ = await registration.wait(for: .writable, by: .after(.zero))
      async let first = registration.wait(for: interest, by: .never)
      async let second = registration.wait(for: interest, by: .never)
      await loop.yield()
      close(numbers.1)
      #expect(await first == .ready)
      #expect(await second == .ready)
      registration.cancel()
    }
  }

  @Test func `reading and writing wait apart`() async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      #expect(await registration.wait(for: .writable, by: .never) == .ready)
      async let reading = registration.wait(for: .readable, by: .never)
      await loop.yield()
      #expect(await registration.wait(for: .writable, by: .after(.zero)) == .timedOut)
      try pair.second.send([1])
      #expect(await reading == .ready)
      registration.cancel()
    }
  }

  @Test(arguments: [Interest.readable, .writable, .readerGone])
  func `closing wakes every wait`(interest: Interest) async throws {
    try await onLoop { loop in
      let pair = try SocketDescriptor.pair()
      let registration = Registration(pair.first.number, on: loop)
      _ = await registration.wait(for: .writable, by: .after(.zero))
      async let first = registration.wait(for: interest, by: .never)
      async let second = registration.wait(for: interest, by: .never)
      await loop.yield()
      registration.cancel()
      #expect(await first == .closed)
      #expect(await second == .closed)
      #expect(await registration.wait(for: interest, by: .never) == .closed)
    }
  }

  @Test func `what epoll refuses never waits, and its reader never goes`() async throws {
    try await onLoop { loop in
      let file = try Descriptor(opening: "/proc/self/exe", flags: O_RDONLY)
      let registration = Registration(file.number, on: loop)
      #expect(!registration.isWatched)
      #expect(await registration.wait(for: .readable, by: .never) == .ready)
      #expect(await registration.wait(for: .writable, by: .never) == .ready)
      #expect(await registration.wait(for: .readerGone, by: .after(.milliseconds(1))) == .timedOut)
      async let gone = registration.wait(for: .readerGone, by: .never)
      await loop.yield()
      registration.cancel()
      #expect(await gone == .closed)
    }
  }

  @Test func `a number that is used again gets no event of its predecessor`() async throws {
    try await onLoop { loop in
      let numbers = try SocketDescriptor.pair().take { ($0.detach(), $1.detach()) }
      // Free, and above what others, who run beside, are given.
      let number = fcntl(numbers.0, F_DUPFD_CLOEXEC, 900)
      let before = Registration(number, on: loop)
      _ = await before.wait(for: .writable, by: .after(.zero))
      // The first number keeps the description alive after this.
      before.cancel()
      close(number)
      let pipe = try makePipe()
      dup2(pipe.read, number)
      let after = Registration(number, on: loop)
      #expect(write(numbers.1, "x", 1) == 1)
      #expect(await after.wait(for: .readable, by: .after(.milliseconds(5))) == .timedOut)
      #expect(write(pipe.write, "x", 1) == 1)
      #expect(await after.wait(for: .readable, by: .never) == .ready)
      after.cancel()
      for number in [number, numbers.0, numbers.1, pipe.read, pipe.write] { close(number) }
    }
  }

  @Test func `an event of the same round does not reach a successor`() async throws {
    try await onLoop { loop in
      // Both become readable in one round; whoever wakes first closes the other, whose place in
      // the table goes to a pipe that nobody writes into.
      let pipes = [try makePipe(), try makePipe(), try makePipe()]
      let waiting = pipes.prefix(2).map { Registration($0.read, on: loop) }
      let successors = Log<Registration>()
      await withTaskGroup(of: Void.self) { group in
        for index in 0...1 {
          group.addTask {
            guard await waiting[index].wait(for: .readable, by: .never) == .ready else { return }
            guard successors.entries.isEmpty else { return }
            waiting[1 - index].cancel()
            successors.append(Registration(pipes[2].read, on: loop))
          }
        }
        await loop.yield()
        write(pipes[0].write, "x", 1)
        write(pipes[1].write, "x", 1)
      }
      for successor in successors.entries {
        #expect(await successor.wait(for: .readable, by: .after(.milliseconds(2))) == .timedOut)
        successor.cancel()
      }
      #expect(successors.entries.count == 1)
      for registration in waiting { registration.cancel() }
      for pipe in pipes {
        close(pipe.read)
        close(pipe.write)
      }
    }
  }

  @Test func `whoever waits for any of several wakes at the first`() async throws {
    try await onLoop { loop in
      let pipes = [try makePipe(), try makePipe()]
      let registrations = pipes.map { Registration($0.read, on: loop) }
      for pipe in pipes.reversed() {
        async let outcome = Registration.waitForAny(of: registrations, by: .never)
        await loop.yield()
        write(pipe.write, "x", 1)
        #expect(await outcome == .ready)
      }
      #expect(await Registration.waitForAny(of: registrations, by: .after(.zero)) == .timedOut)
      registrations[1].cancel()
      #expect(await Registration.waitForAny(of: registrations, by: .never) == .closed)
      registrations[0].cancel()
      for pipe in pipes {
        close(pipe.read)
        close(pipe.write)
      }
    }
  }
}

@Suite struct SignalSourceTests {
  @Test func `signals come as events, in turn`() async throws {
    try await onLoop { loop in
      let source = try SignalSource([SIGUSR1, SIGWINCH], on: loop)
      // At this thread, so that no other test hears of it.
      pthread_kill(pthread_self(), SIGUSR1)
      #expect(await source.next() == SIGUSR1)
      async let next = source.next()
      await loop.yield()
      pthread_kill(pthread_self(), SIGWINCH)
      #expect(await next == SIGWINCH)
    }
  }

  @Test func `a cancelled wait for a signal is nil`() async throws {
    try await onLoop { loop in
      let source = try SignalSource([SIGUSR1], on: loop)
      let task = Task(executorPreference: loop) { await source.next() }
      await loop.yield()
      task.cancel()
      #expect(await task.value == nil)
      pthread_kill(pthread_self(), SIGUSR1)
      #expect(await source.next() == SIGUSR1)
    }
  }
}
