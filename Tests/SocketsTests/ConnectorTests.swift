import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct RaceTests {
  /// What a fake attempt does: after a time it fails or succeeds, or it hangs until it is cancelled.
  enum Fake: Sendable {
    case fails(after: Int)
    case succeeds(after: Int)
    case hangs
  }

  /// How a race of fakes went.
  struct Report {
    let winner: Int?
    let failures: [Int]
    let log: [String]
    let duration: Duration
  }

  @Test func `the only one wins or fails`() async throws {
    try await onLoop { loop in
      let won = await run([.succeeds(after: 0)], on: loop)
      #expect(won.winner == 0)
      #expect(won.log == ["start 0", "end 0"])
      let lost = await run([.fails(after: 0)], on: loop)
      #expect(lost.winner == nil)
      #expect(lost.failures == [0])
    }
  }

  @Test func `after a failure the next starts at once`() async throws {
    try await onLoop { loop in
      let report = await run(
        [.fails(after: 0), .fails(after: 0), .succeeds(after: 0)], headStart: .seconds(100),
        on: loop)
      #expect(report.winner == 2)
      #expect(report.log == ["start 0", "end 0", "start 1", "end 1", "start 2", "end 2"])
      #expect(report.duration < .seconds(5))
    }
  }

  @Test func `the next starts beside a silent one when its head start is over`() async throws {
    try await onLoop { loop in
      let report = await run(
        [.hangs, .hangs, .succeeds(after: 0)], headStart: .milliseconds(10), on: loop)
      #expect(report.winner == 2)
      #expect(report.log.prefix(3) == ["start 0", "start 1", "start 2"])
      #expect(report.duration >= .milliseconds(20))
    }
  }

  @Test func `nobody else starts within the head start of the one who wins`() async throws {
    try await onLoop { loop in
      let report = await run([.succeeds(after: 2), .hangs], headStart: .seconds(100), on: loop)
      #expect(report.winner == 0)
      #expect(report.log == ["start 0", "end 0"])
      #expect(report.duration < .seconds(5))
    }
  }

  @Test func `the first to answer wins, the others are cancelled`() async throws {
    try await onLoop { loop in
      let report = await run([.hangs, .succeeds(after: 0)], headStart: .milliseconds(1), on: loop)
      #expect(report.winner == 1)
      #expect(report.log == ["start 0", "start 1", "end 1", "cancelled 0"])
    }
  }

  @Test func `who answers too late is discarded`() async throws {
    try await onLoop { loop in
      let log = Log<String>()
      let outcome: RaceOutcome<Int> = await race(2, headStart: .milliseconds(1), on: loop) {
        index in
        // The first does not notice that it is cancelled, and succeeds after the second.
        if index == 0 {
          while !Task.isCancelled { await loop.yield() }
        } else {
          await loop.yield()
        }
        return .success(index)
      } discard: { index in
        log.append("discard \(index)")
      }
      guard case .winner(1) = outcome else {
        Issue.record("not the second: \(outcome)")
        return
      }
      #expect(log.entries == ["discard 0"])
    }
  }

  @Test func `when all fail, all errors come in the order of failing`() async throws {
    try await onLoop { loop in
      let log = Log<Int>()
      // The second fails at once, the first after it, and the third last.
      let failuresBefore = [1, 0, 2]
      let outcome: RaceOutcome<Int> = await race(3, headStart: .milliseconds(1), on: loop) {
        index in
        while log.entries.count < failuresBefore[index] { await loop.yield() }
        log.append(index)
        return .failure(StreamError(.connect, .endpoint(String(index)), .closed))
      } discard: { _ in
      }
      guard case .failures(let errors) = outcome else {
        Issue.record("nobody should win: \(outcome)")
        return
      }
      #expect(errors.map(\.subject) == ["1", "0", "2"].map { .endpoint($0) })
    }
  }

  @Test func `a cancelled race starts nobody else`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) {
        await run([.hangs, .succeeds(after: 0)], headStart: .seconds(100), on: loop)
      }
      for _ in 0..<5 { await loop.yield() }
      task.cancel()
      let report = await task.value
      #expect(report.winner == nil)
      #expect(report.log == ["start 0", "cancelled 0"])
    }
  }

  private func run(
    _ fakes: [Fake], headStart: Duration = .milliseconds(5), on loop: EventLoop
  ) async -> Report {
    let log = Log<String>()
    let start = Deadline.now
    let outcome: RaceOutcome<Int> = await race(fakes.count, headStart: headStart, on: loop) {
      index in
      log.append("start \(index)")
      let (deadline, isSuccess) =
        switch fakes[index] {
        case .fails(let time): (Deadline.after(.milliseconds(time)), false)
        case .succeeds(let time): (Deadline.after(.milliseconds(time)), true)
        case .hangs: (Deadline.never, false)
        }
      let isOver = await loop.sleep(until: deadline)
      log.append(isOver ? "end \(index)" : "cancelled \(index)")
      let error = StreamError(.connect, .endpoint(String(index)), .closed)
      return isSuccess && isOver ? .success(index) : .failure(error)
    } discard: { index in
      log.append("discard \(index)")
    }
    let duration = Deadline.now.since(start)
    switch outcome {
    case .winner(let index):
      return Report(winner: index, failures: [], log: log.entries, duration: duration)
    case .failures(let errors):
      let failures = errors.map { error -> Int in
        if case .endpoint(let name) = error.subject { Int(name) ?? -1 } else { -1 }
      }
      return Report(winner: nil, failures: failures, log: log.entries, duration: duration)
    }
  }
}

@Suite struct ConnectorTests {
  static let four = (1...3).map { SocketAddress.ipv4(IPv4Address(number: $0), port: 1) }
  static let six = (1...3).map { number in
    SocketAddress.ipv6(IPv6Address(bytes: [UInt8](repeating: number, count: 16)), port: 1, zone: 0)
  }

  @Test(
    arguments: [
      ([], []),
      (four, four),
      (four + six, [four[0], six[0], four[1], six[1], four[2], six[2]]),
      (six + four, [six[0], four[0], six[1], four[1], six[2], four[2]]),
      ([six[0]] + four, [six[0], four[0], four[1], four[2]]),
      ([four[0], four[1], six[0]], [four[0], six[0], four[1]]),
    ])
  func `families alternate, beginning with the first`(
    addresses: [SocketAddress], order: [SocketAddress]
  ) {
    #expect(Connector.alternating(addresses) == order)
  }

  @Test func `the first address that answers is taken`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let closed = try closedPort()
      let attempts = Log<Connector.Attempt>()
      var connector = Connector(on: loop)
      connector.observe = { attempts.append($0) }
      let client = try await connector.connect(to: [closed] + listener.addresses)
      #expect(client.peer == listener.addresses[0])
      #expect(attempts.entries.map(\.address) == [closed] + listener.addresses)
      #expect(attempts.entries.map(\.error?.errno) == [.connectionRefused, nil])
    }
  }

  @Test func `a refused connection says so`() async throws {
    try await onLoop { loop in
      let closed = try closedPort()
      let error = await streamError { try await Connector(on: loop).connect(to: [closed]) }
      #expect(error?.errno == .connectionRefused)
      #expect(error?.operation == .connect)
      #expect(error?.subject == .address(closed))
    }
  }

  @Test func `when all fail, the error holds every attempt`() async throws {
    try await onLoop { loop in
      let closed = [try closedPort(), try closedPort(.ipv6(.loopback, port: 0, zone: 0))]
      let error = await streamError { try await Connector(on: loop).connect(to: closed) }
      guard case .attempts(let errors)? = error?.cause else {
        Issue.record("no attempts: \(String(describing: error))")
        return
      }
      #expect(errors.map(\.subject) == closed.map { .address($0) })
      #expect(errors.allSatisfy { $0.errno == .connectionRefused })
      #expect(error?.errno == .connectionRefused)
    }
  }

  @Test func `our own address is bound, and chooses the family`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(on: loop)
      let source = SocketAddress.ipv4(try #require(IPv4Address("127.0.0.9")), port: 0)
      var connector = Connector(on: loop)
      connector.source = source
      let other = SocketAddress.ipv6(.loopback, port: 1, zone: 0)
      let client = try await connector.connect(to: [other] + listener.addresses)
      #expect(client.local.with(port: 0) == source)
      #expect(try await listener.accept().peer == client.local)
      let error = await streamError { try await connector.connect(to: [other]) }
      guard case .noAddress? = error?.cause else {
        Issue.record("not .noAddress: \(String(describing: error))")
        return
      }
    }
  }

  @Test func `a connection with itself counts as refused`() async throws {
    try await onLoop { loop in
      let closed = try closedPort()
      var connector = Connector(on: loop)
      connector.source = closed
      let error = await streamError { try await connector.connect(to: [closed]) }
      #expect(error?.errno == .connectionRefused)
    }
  }

  @Test func `a listener that does not answer is given up at the deadline`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(backlog: 0, on: loop)
      let first = try await Connector(on: loop).connect(to: listener.addresses)
      let start = Deadline.now
      let error = await streamError {
        try await Connector(on: loop).connect(
          to: listener.addresses, by: .after(.milliseconds(50)))
      }
      #expect(error?.timeout == .connect)
      #expect(Deadline.now.since(start) < .seconds(5))
      try first.close()
    }
  }

  @Test func `a connection that is cancelled ends at once`() async throws {
    try await onLoop { loop in
      let listener = try loopbackListener(backlog: 0, on: loop)
      let first = try await Connector(on: loop).connect(to: listener.addresses)
      let task = Task(executorPreference: loop) {
        await streamError { try await Connector(on: loop).connect(to: listener.addresses) }
      }
      for _ in 0..<5 { await loop.yield() }
      task.cancel()
      #expect(await task.value?.isCancellation == true)
      try first.close()
    }
  }

  @Test func `a full Unix listener is waited for`() async throws {
    try await onLoop { loop in
      let place = try Place()
      let listener = try Listener(
        [BoundSocket(to: place.address, type: .stream, sharing: true)], backlog: 0, on: loop)
      let first = try await Connector(on: loop).connect(to: [place.address])
      let late = await streamError {
        try await Connector(on: loop).connect(to: [place.address], by: .after(.milliseconds(20)))
      }
      #expect(late?.timeout == .connect)
      async let second = Connector(on: loop).connect(to: [place.address])
      for _ in 0..<5 { await loop.yield() }
      _ = try await listener.accept()
      #expect(try await second.peer == place.address)
      try first.close()
    }
  }

  @Test func `a Unix path that is not there is an error`() async throws {
    try await onLoop { loop in
      let place = try Place()
      let error = await streamError { try await Connector(on: loop).connect(to: [place.address]) }
      #expect(error?.errno == .noSuchFileOrDirectory)
      _ = try BoundSocket(to: place.address, type: .stream, sharing: true)
      let dead = await streamError { try await Connector(on: loop).connect(to: [place.address]) }
      #expect(dead?.errno == .connectionRefused)
    }
  }

  @Test func `a lost race leaves no descriptor behind`() async throws {
    try await onLoop { loop in
      let closed = [try closedPort(), try closedPort(.ipv6(.loopback, port: 0, zone: 0))]
      let before = try openDescriptorCount()
      for _ in 0..<600 {
        _ = await streamError { try await Connector(on: loop).connect(to: closed) }
      }
      #expect(try openDescriptorCount() < before + 500)
    }
  }

  /// An address on which nobody listens: the one that the kernel has just chosen for somebody else.
  private func closedPort(
    _ address: SocketAddress = .ipv4(.loopback, port: 0)
  ) throws -> SocketAddress {
    let socket = try SocketDescriptor(family: address.family, type: .stream)
    try socket.bind(to: address)
    return try socket.localName()
  }
}
