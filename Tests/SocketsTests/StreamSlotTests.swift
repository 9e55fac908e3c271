import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct StreamSlotTests {
  /// Whether a task has ended, for tests that let others run meanwhile.
  private final class Flag: @unchecked Sendable {
    var isSet = false
  }

  @Test(arguments: Transport.allCases)
  func `bytes pass to the base that is there now`(transport: Transport) async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try await transport.pair(on: loop), try await transport.pair(on: loop))
      let slot = StreamSlot(first.near)
      try await slot.write([1])
      #expect(try await first.far.read(limit: 9) == [1])
      #expect(slot.replace(with: second.near) === first.near)
      #expect(slot.base === second.near)
      try await slot.write([2])
      #expect(try await second.far.read(limit: 9) == [2])
      try await second.far.write([3])
      #expect(try await slot.read(limit: 9) == [3])
      // Nobody but us closes the old one.
      try await first.near.write([4])
      #expect(try await first.far.read(limit: 9) == [4])
    }
  }

  @Test(arguments: [true, false])
  func `a reader that waits goes on with the new base`(closesOld: Bool) async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try unixPair(on: loop), try unixPair(on: loop))
      let slot = StreamSlot(first.near)
      async let reading = slot.read(limit: 9)
      await loop.yield()
      let old = slot.replace(with: second.near)
      if closesOld { try old.close() }
      await loop.yield()
      try await second.far.write([7])
      #expect(try await reading == [7])
    }
  }

  @Test func `every wait wakes, once for each replacement`() async throws {
    try await onLoop { loop async throws in
      let pairs = try (0..<4).map { _ in try unixPair(on: loop) }
      let slot = StreamSlot(pairs[0].near)
      for pair in pairs.dropFirst() {
        async let first: Void = slot.waitReadable(by: .never)
        async let second: Void = slot.waitReadable(by: .never)
        await loop.yield()
        slot.replace(with: pair.near)
        _ = try await (first, second)
      }
      let error = await streamError { try await slot.waitReadable(by: .now) }
      #expect(error?.timeout == .total)
      for pair in pairs { try pair.far.close() }
    }
  }

  @Test func `a writer that waits goes on with the new base`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try unixPair(on: loop), try unixPair(on: loop))
      let slot = StreamSlot(first.near)
      _ = try slot.fill()
      async let writing: Void = slot.write([5])
      await loop.yield()
      try slot.replace(with: second.near).close()
      #expect(try await second.far.read(limit: 9) == [5])
      try await writing
    }
  }

  @Test func `what befalls the old base is not seen`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try await tcpPair(on: loop), try await tcpPair(on: loop))
      let slot = StreamSlot(first.near)
      let old = slot.replace(with: second.near)
      first.far.abort()
      #expect(await streamError { try await old.read(limit: 1) }?.errno == .connectionReset)
      try await slot.write([1])
      try await second.far.write([2])
      #expect(try await slot.read(limit: 9) == [2])
      #expect(try await second.far.read(limit: 9) == [1])
    }
  }

  @Test func `a reset that comes with the replacement is not seen`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try await tcpPair(on: loop), try await tcpPair(on: loop))
      let slot = StreamSlot(first.near)
      async let waiting = streamError { try await slot.waitReaderGone() }
      await loop.yield()
      first.far.abort()
      try slot.replace(with: second.near).close()
      await loop.yield()
      second.far.abort()
      let outcome = await waiting
      #expect(outcome?.errno == .connectionReset)
    }
  }

  @Test func `the reader of the old base may go`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try unixPair(on: loop), try unixPair(on: loop))
      let slot = StreamSlot(first.near)
      let isGone = Flag()
      async let waiting: Void = {
        try await slot.waitReaderGone()
        isGone.isSet = true
      }()
      await loop.yield()
      slot.replace(with: second.near)
      try first.far.close()
      try first.near.close()
      for _ in 0..<5 { await loop.yield() }
      #expect(!isGone.isSet)
      try second.far.close()
      try await waiting
      #expect(isGone.isSet)
    }
  }

  @Test func `closing means the base, and a replacement opens the slot again`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try unixPair(on: loop), try unixPair(on: loop))
      let slot = StreamSlot(first.near)
      async let reading = streamError { try await slot.read(limit: 1) }
      await loop.yield()
      try slot.close()
      let error = await reading
      #expect(error?.isClosed == true)
      #expect(try await first.far.read(limit: 1) == nil)
      slot.replace(with: second.near)
      try await slot.write([1])
      #expect(try await second.far.read(limit: 9) == [1])
      try await slot.closeWrite(by: .never)
      #expect(try await second.far.read(limit: 9) == nil)
    }
  }

  @Test func `aborting resets the base`() async throws {
    try await onLoop { loop async throws in
      let pair = try await tcpPair(on: loop)
      StreamSlot(pair.near).abort()
      #expect(await streamError { try await pair.far.read(limit: 1) }?.errno == .connectionReset)
    }
  }

  @Test func `the end is acknowledged on the base that has it`() async throws {
    try await onLoop { loop async throws in
      let (first, second) = (try await tcpPair(on: loop), try await tcpPair(on: loop))
      let slot = StreamSlot(first.near)
      try await slot.write([1, 2])
      try await slot.closeWrite(by: .never)
      try await slot.drain(by: .never)
      slot.replace(with: second.near)
      try await slot.write([3])
      #expect(try await second.far.read(limit: 9) == [3])
    }
  }

  @Test func `a cancelled wait says so`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let slot = StreamSlot(pair.near)
      let task = Task(executorPreference: loop) {
        await streamError { try await slot.waitReaderGone() }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
      // The far end lives as long as the wait.
      try pair.far.close()
    }
  }
}
