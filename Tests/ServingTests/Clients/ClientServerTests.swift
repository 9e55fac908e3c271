import Glibc
import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct ClientServerTests {
  @Test func `clients are served at the same time, and numbered`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      var clients: [StreamSocket] = []
      for _ in 0..<50 { clients.append(try await running.connect()) }
      for (index, client) in clients.reversed().enumerated() {
        try await client.write([UInt8(index), 1])
        #expect(try await client.readExactly(2) == [UInt8(index), 1])
      }
      #expect(running.server.activeCount == 50)
      #expect(running.events.accepted.map(\.number) == Array(1...50))
      for client in clients { try client.close() }
      try await until(loop) { running.server.activeCount == 0 }
      #expect(running.events.ended.count == 50)
      #expect(running.events.accepted[0].flows.received.bytesRead == 2)
      #expect(running.events.accepted[0].flows.sent.bytesWritten == 2)
      running.server.stop(grace: .zero)
      #expect(await running.outcome == nil)
    }
  }

  @Test func `one client that fails, resets or is stuck ends no other`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      let (stuck, resetting, good) = (
        try await running.connect(), try await running.connect(), try await running.connect()
      )
      // Sends and never reads.
      while try stuck.fill() > 0 { await loop.yield() }
      try await resetting.write(patternBytes(5000))
      resetting.abort()
      let bytes = patternBytes(3_000_000)
      async let sending: Void = {
        try await good.write(bytes)
        try await good.closeWrite(by: .never)
      }()
      let isSame = try await good.readToEnd() == bytes
      #expect(isSame)
      try await sending
      try await until(loop) { running.events.ended.count == 2 }
      #expect(running.events.endedWell(3))
      #expect(running.server.activeCount == 1)
      running.server.stop(grace: .zero)
      #expect(await running.outcome == nil)
      #expect(running.events.error(of: 1)?.isCancellation == true)
    }
  }

  @Test func `no more than the limit are served, the others wait`() async throws {
    try await onLoop { loop in
      var limits = ClientServer.Limits()
      limits.clientLimit = 2
      let running = try RunningServer(Echo(), limits, on: loop)
      var clients: [StreamSocket] = []
      for _ in 0..<4 {
        let client = try await running.connect()
        try await client.write([7])
        clients.append(client)
      }
      try await until(loop) { running.server.activeCount == 2 }
      let late = await streamError { try await clients[2].read(limit: 1, by: soon) }
      #expect(late?.timeout == .total)
      #expect(running.server.acceptedCount == 2)
      try clients[0].close()
      #expect(try await clients[2].read(limit: 1) == [7])
      #expect(running.server.activeCount == 2)
      try clients[1].close()
      #expect(try await clients[3].read(limit: 1) == [7])
    }
  }

  @Test func `it ends after a number of clients, and refuses more at once`() async throws {
    try await onLoop { loop in
      var limits = ClientServer.Limits()
      limits.countLimit = 2
      let running = try RunningServer(Echo(), limits, on: loop)
      let (first, second) = (try await running.connect(), try await running.connect())
      try await until(loop) { running.server.acceptedCount == 2 }
      await loop.yield()
      // Or reset, if it is on its way while the listener is closed.
      let refused = await streamError { try await running.connect() }
      #expect([.connectionRefused, .connectionReset].contains(refused?.errno))
      for client in [first, second] {
        try await client.write([1])
        #expect(try await client.read(limit: 9) == [1])
        try client.close()
      }
      #expect(await running.outcome == nil)
    }
  }

  @Test func `whom the lists refuse is closed unread, and does not count`() async throws {
    try await onLoop { loop in
      var limits = ClientServer.Limits()
      limits.countLimit = 1
      let refused = Flags()
      let running = try RunningServer(limits, on: loop) { _ in
        refused.next() < 2 ? .notAllowed : nil
      } serve: { (client) throws(StreamError) in
        try await client.socket.write([9])
      }
      for _ in 0..<2 {
        let client = try await running.connect()
        #expect(try await client.readToEnd() == [])
      }
      #expect(try await running.connect().readToEnd() == [9])
      #expect(await running.outcome == nil)
      #expect(running.events.refused == [.notAllowed, .notAllowed])
      #expect(running.server.refusedCount == 2)
      #expect(running.events.accepted.map(\.number) == [1])
    }
  }

  @Test func `an idle client is ended, one that talks is not`() async throws {
    try await onLoop { loop in
      var limits = ClientServer.Limits()
      limits.idleTimeout = .milliseconds(200)
      let running = try RunningServer(Echo(), limits, on: loop)
      let start = Deadline.now
      let (silent, talking) = (try await running.connect(), try await running.connect())
      async let end = silent.readToEnd()
      while running.events.ended.isEmpty {
        try await talking.write([1])
        _ = try await talking.read(limit: 1)
        await loop.sleep(until: .after(.milliseconds(20)))
      }
      #expect(try await end == [])
      #expect(Deadline.now.since(start) >= .milliseconds(200))
      #expect(running.events.error(of: 1)?.timeout == .idle)
      #expect(try await talking.readToEnd() == [])
      #expect(running.events.error(of: 2)?.timeout == .idle)
    }
  }

  @Test func `stopping refuses new clients and lets those who are there finish`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      let (good, stuck) = (try await running.connect(), try await running.connect())
      try await until(loop) { running.server.activeCount == 2 }
      running.server.stop(grace: .seconds(600))
      let refused = await streamError { try await running.connect() }
      #expect(refused?.errno == .connectionRefused)
      try await good.write([1])
      try await good.closeWrite(by: .never)
      #expect(try await good.readToEnd() == [1])
      try await until(loop) { running.events.ended.count == 1 }
      #expect(running.events.endedWell(1))
      running.server.stop(grace: .milliseconds(10))
      #expect(await running.outcome == nil)
      #expect(running.events.error(of: 2)?.isCancellation == true)
      #expect(try await stuck.readToEnd() == [])
    }
  }

  @Test func `cancelling ends all of it`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      let client = try await running.connect()
      try await until(loop) { running.server.activeCount == 1 }
      running.cancel()
      #expect(await running.outcome?.isCancellation == true)
      #expect(try await client.readToEnd() == [])
    }
  }

  @Test(arguments: [Errno.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noBufferSpace, .noMemory])
  func `a shortage pauses accepting, is told once, and is not tried all the time`(
    errno: Errno
  ) async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let (calls, events) = (Flags(), ServerEvents())
      let server = ClientServer(
        listener, limits: .init(), on: loop, refusal: { _ in nil },
        observe: { events.add($0) }
      ) { () throws(StreamError) in
        if (1...3).contains(calls.next()) {
          throw StreamError(.accept, .standardInput, .system(errno))
        }
        return try listener.tryAccept()
      }
      let task = Task(executorPreference: loop) {
        try await server.run { (client) throws(StreamError) in
          _ = try await client.socket.read(limit: 1)
        }
      }
      let connector = Connector(on: loop)
      let first = try await connector.connect(to: listener.addresses)
      try await until(loop) { events.pauses.count == 1 }
      let start = Deadline.now
      try await first.closeWrite(by: .never)
      let second = try await connector.connect(to: listener.addresses)
      try await second.closeWrite(by: .never)
      #expect(try await second.readToEnd() == [])
      #expect(Deadline.now.since(start) < .seconds(10))
      #expect(events.pauses.map(\.errno) == [errno])
      #expect(calls.next() < 20)
      task.cancel()
      _ = await task.result
    }
  }

  @Test func `what is no shortage ends the serving`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let server = ClientServer(
        listener, limits: .init(), on: loop, refusal: { _ in nil }, observe: { _ in }
      ) { () throws(StreamError) in
        throw StreamError(.accept, .standardInput, .system(.invalidArgument))
      }
      let error = await streamError { try await server.run { _ in } }
      #expect(error?.errno == .invalidArgument)
    }
  }

  @Test func `many clients, half of which reset, leave no descriptor behind`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      let before = try openDescriptorCount()
      for round in 0..<20 {
        var clients: [StreamSocket] = []
        for number in 0..<50 {
          let client = try await running.connect()
          try await client.write(patternBytes(number * 97 + round))
          clients.append(client)
        }
        for (number, client) in clients.enumerated() {
          if number % 2 == 0 {
            client.abort()
          } else {
            try await client.closeWrite(by: .never)
            let isSame = try await client.readToEnd() == patternBytes(number * 97 + round)
            #expect(isSame)
            try client.close()
          }
        }
      }
      try await until(loop) { running.events.ended.count == 1000 }
      #expect(running.server.activeCount == 0)
      // Other tests open and close beside: of 1000 lost ones most would show.
      try await untilFewer(than: before + 300, on: loop)
    }
  }

  @Test func `a client can be ended by name, with a reason`() async throws {
    try await onLoop { loop in
      let running = try RunningServer(Echo(), on: loop)
      let client = try await running.connect()
      try await until(loop) { running.server.activeCount == 1 }
      running.events.accepted[0].end(with: .readerGone(.standardOutput))
      #expect(try await client.readToEnd() == [])
      try await until(loop) { running.events.ended.count == 1 }
      #expect(running.events.error(of: 1)?.subject == .standardOutput)
    }
  }
}

/// Counts its calls.
final class Flags: @unchecked Sendable {
  private var count = 0
  func next() -> Int {
    defer { count += 1 }
    return count
  }
}
