import Relaying
import Sockets
import TestSupport
import Testing

/// What an exchange told, in its order.
private final class Told: @unchecked Sendable {
  var opened: [SocketAddress] = []
  var refused: [SocketAddress] = []
  var sent: [[UInt8]] = []
  var replies: [[UInt8]] = []

  var observer: DatagramExchange.Observer {
    var observer = DatagramExchange.Observer()
    observer.opened = { address, _ in self.opened.append(address) }
    observer.refused = { address, _ in self.refused.append(address) }
    observer.sent = { bytes, _, _ in self.sent.append(bytes) }
    observer.reply = { reply in
      self.replies.append(reply.bytes)
      return .success(())
    }
    return observer
  }
}

@Suite struct DatagramExchangeTests {
  private func run(
    _ lines: [String], to addresses: [SocketAddress], _ told: Told, on loop: EventLoop,
    changing: (inout DatagramExchange.Policy) -> Void = { _ in }
  ) async throws -> DatagramExchange {
    var policy = DatagramExchange.Policy()
    policy.quietTime = .milliseconds(50)
    changing(&policy)
    let text = lines.map { $0 + "\n" }.joined()
    let reader = DatagramReader(
      Pieces([Array(text.utf8)], on: loop), framing: .line, limit: 1000, sendsEmptyInput: false,
      on: loop, stillWaiting: { _ in })
    let exchange = DatagramExchange(reader, policy: policy, on: loop)
    try await exchange.run(to: addresses, observer: told.observer) { address throws(StreamError) in
      try DatagramSocket(to: address, on: loop)
    }
    return exchange
  }

  /// Answers everything with the same bytes, so often.
  private func echo(_ socket: DatagramSocket, _ count: Int) async throws {
    for _ in 0..<count {
      let received = try await socket.receive()
      try await socket.send(received.bytes, to: received.sender)
    }
  }

  @Test func `replies are taken until it is quiet`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let told = Told()
      async let echoing: Void = echo(server, 3)
      let exchange = try await run(["a", "", "b"], to: [server.local], told, on: loop)
      try await echoing
      #expect(told.sent == [[0x61], [], [0x62]])
      #expect(told.replies == told.sent)
      #expect((exchange.sentCount, exchange.sentByteCount) == (3, 2))
      #expect((exchange.replyCount, exchange.replyByteCount) == (3, 2))
      #expect(exchange.peer == server.local)
    }
  }

  @Test func `a secret stays one when it is sent again`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let told = Told()
      var observer = told.observer
      let hidden = Hidden()
      observer.hides = { hidden.isSecret = $0 }
      observer.sent = { bytes, peer, _ in
        if peer == server.local { hidden.sent.append((bytes, hidden.isSecret)) }
      }
      let source = SecretsSource(["s1", "a", "s2", "b"])
      source.hidden = hidden
      let exchange = DatagramExchange(
        DatagramReader(messages: source, limit: 1000, on: loop), policy: .init(), on: loop)
      let holder = try ClosedAddress()
      defer { withExtendedLifetime(holder) {} }
      try await exchange.run(to: [holder.address, server.local], observer: observer) {
        address throws(StreamError) in
        try DatagramSocket(to: address, on: loop)
      }
      #expect(told.refused.count == 1)
      #expect(hidden.sent.map(\.0) == ["s1", "a", "s2", "b"].map { Array($0.utf8) })
      #expect(hidden.sent.map(\.1) == [true, false, true, false])
    }
  }

  @Test func `the next address is tried when the first refuses`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let holder = try ClosedAddress()
      defer { withExtendedLifetime(holder) {} }
      let closed = holder.address
      let told = Told()
      async let echoing: Void = echo(server, 2)
      let exchange = try await run(["a", "b"], to: [closed, server.local], told, on: loop) {
        $0.repliesWanted = 2
        $0.replyTimeout = .seconds(30)
      }
      try await echoing
      #expect(told.opened == [closed, server.local])
      #expect(told.refused == [closed])
      // What the first one swallowed is sent again.
      #expect(told.replies == [[0x61], [0x62]])
      #expect(exchange.sentCount == 2)
    }
  }

  @Test func `all addresses that refuse are named`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let holder = try ClosedAddress()
      defer { withExtendedLifetime(holder) {} }
      let closed = holder.address
      let alone = await streamError {
        try await run(["a"], to: [closed], Told(), on: loop) { $0.quietTime = .seconds(30) }
      }
      #expect(alone?.isRefusal == true)
      #expect(alone?.subject == .address(closed))
      let both = await streamError {
        try await run(["a"], to: [closed, closed], Told(), on: loop) { $0.quietTime = .seconds(30) }
      }
      guard case .attempts(let attempts)? = both?.cause else {
        Issue.record("not the attempts: \(String(describing: both))")
        return
      }
      #expect(attempts.count == 2)
      #expect(both?.isRefusal == true)
    }
  }

  @Test func `replies that do not come are a timeout`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let told = Told()
      async let echoing: Void = echo(server, 1)
      let error = await streamError {
        try await run(["a"], to: [server.local], told, on: loop) {
          $0.repliesWanted = 2
          $0.replyTimeout = .milliseconds(100)
        }
      }
      try await echoing
      #expect(error?.timeout == .wait)
      #expect(told.replies == [[0x61]])
    }
  }

  @Test func `all is sent though the replies have come already`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let told = Told()
      async let echoing: Void = echo(server, 1)
      let exchange = try await run(["a"], to: [server.local], told, on: loop) {
        $0.countLimit = 5
        $0.interval = .milliseconds(20)
        $0.repliesWanted = 1
        $0.replyTimeout = .seconds(30)
      }
      try await echoing
      #expect(exchange.sentCount == 5)
      #expect(told.replies == [[0x61]])
    }
  }

  @Test func `a reply that is written out slowly is not cut off`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      for wanted in [nil, 3] {
        let server = try receiver(on: loop)
        let reader = DatagramReader(
          Pieces([Array("a\nb\n".utf8)], on: loop), framing: .line, limit: 10,
          sendsEmptyInput: false, on: loop, stillWaiting: { _ in })
        var policy = DatagramExchange.Policy()
        policy.quietTime = .milliseconds(40)
        policy.repliesWanted = wanted
        policy.replyTimeout = .milliseconds(40)
        let exchange = DatagramExchange(reader, policy: policy, on: loop)
        let told = Told()
        var observer = DatagramExchange.Observer()
        observer.reply = { reply in
          guard await loop.sleep(until: .after(.milliseconds(150))) else {
            return .failure(StreamError(.write, .standardOutput, .cancelled))
          }
          told.replies.append(reply.bytes)
          return .success(())
        }
        async let echoing: Void = echo(server, 2)
        let error = await streamError { [observer] in
          try await exchange.run(to: [server.local], observer: observer) {
            address throws(StreamError) in try DatagramSocket(to: address, on: loop)
          }
        }
        try await echoing
        #expect(told.replies == [[0x61], [0x62]])
        #expect(error?.timeout == (wanted == nil ? nil : .wait))
      }
    }
  }

  @Test func `a count repeats a shorter input and cuts a longer one`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      for (lines, count, wanted) in [
        (["a", "b"], 5, "ababa"), (["a", "b", "c"], 2, "ab"), (["a"], 1, "a"), ([], 3, ""),
      ] {
        let told = Told()
        let exchange = try await run(lines, to: [server.local], told, on: loop) {
          $0.countLimit = count
          $0.receives = false
        }
        #expect(String(decoding: told.sent.flatMap(\.self), as: UTF8.self) == wanted)
        #expect(exchange.sentCount == wanted.count)
      }
    }
  }

  @Test func `a count that a large input cannot fill is no success`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let bytes = [UInt8](repeating: 0x61, count: 17 * 1024 * 1024)
      let (exchange, error) = try await sendAsDatagrams(
        [bytes], .size(64_000), to: [server.local], on: loop
      ) {
        $0.countLimit = 1000
      }
      #expect(exchange.sentCount == 279)
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("not an error: \(String(describing: error))")
        return
      }
      #expect(cause.failure == .local)
      #expect(cause.text.hasPrefix("ended after 279 datagrams"))
      // One that it fills is.
      let filled = try await sendAsDatagrams([bytes], .size(64_000), to: [server.local], on: loop) {
        $0.countLimit = 279
      }
      #expect(filled.error == nil)
    }
  }

  @Test func `copies are kept only while they may be needed`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let bytes = [UInt8](repeating: 0x61, count: 100_000)
      for (addresses, count, size) in [
        ([server.local], nil, 0), ([server.local, server.local], nil, 100_320),
        ([server.local], 10, 100_320),
      ] {
        let (exchange, error) = try await sendAsDatagrams(
          [bytes], .size(10_000), to: addresses, on: loop
        ) {
          $0.countLimit = count
        }
        #expect(error == nil)
        #expect(exchange.keptSize == size)
      }
    }
  }

  @Test func `an interval stands between two datagrams`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let start = ContinuousClock.now
      _ = try await run(["a", "b", "c"], to: [server.local], Told(), on: loop) {
        $0.interval = .milliseconds(30)
        $0.receives = false
      }
      #expect(start.duration(to: .now) >= .milliseconds(60))
    }
  }

  @Test func `an output that fails ends it`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let reader = DatagramReader(
        Pieces([[0x61]], on: loop), framing: .whole, limit: 10, sendsEmptyInput: false, on: loop,
        stillWaiting: { _ in })
      var policy = DatagramExchange.Policy()
      policy.quietTime = .seconds(30)
      let exchange = DatagramExchange(reader, policy: policy, on: loop)
      var observer = DatagramExchange.Observer()
      observer.reply = { _ in .failure(.readerGone(.standardOutput)) }
      async let echoing: Void = echo(server, 1)
      let error = await streamError { [observer] in
        try await exchange.run(to: [server.local, server.local], observer: observer) {
          address throws(StreamError) in try DatagramSocket(to: address, on: loop)
        }
      }
      try await echoing
      #expect(error?.subject == .standardOutput)
    }
  }

  @Test func `a cancelled exchange ends`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let server = try receiver(on: loop)
      let told = Told()
      let task = Task(executorPreference: loop) {
        await streamError {
          try await run(["a"], to: [server.local], told, on: loop) { $0.quietTime = .seconds(40) }
        }
      }
      _ = try await server.receive()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }
}

/// What an observer was told to hide, as of each datagram.
private final class Hidden: @unchecked Sendable {
  var isSecret = false
  var sent: [([UInt8], Bool)] = []
}

/// Messages of which those that begin with an `s` are secrets, and that take their time.
private final class SecretsSource: MessageSource, @unchecked Sendable {
  private var messages: [String]
  var hidden: Hidden?
  private(set) var lastIsSecret = false
  private var isPausing = false

  init(_ messages: [String]) { self.messages = messages }

  func tryTake() throws(StreamError) -> MessageAttempt {
    isPausing.toggle()
    if isPausing { return .wouldBlock }
    guard !messages.isEmpty else { return .endOfFile }
    let message = messages.removeFirst()
    lastIsSecret = message.hasPrefix("s")
    hidden?.isSecret = lastIsSecret
    return .message(Array(message.utf8))
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {}
}
