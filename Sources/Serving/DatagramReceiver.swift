import Relaying
package import Sockets

/// Datagrams in, from every sender: hands each over, and answers it if asked to.
package final class DatagramReceiver: @unchecked Sendable {
  /// What is sent back for a datagram.
  package enum Answer: Sendable {
    case nothing
    /// The same bytes.
    case echo
    /// What is made of the message.
    case template(ResponseTemplate)
    /// What a program makes of it; nil is no answer. The next datagram does not wait for it.
    case program(@Sendable (Received) async throws(StreamError) -> [UInt8]?)
  }

  /// What a user decided.
  package struct Policy: Sendable {
    package var answer = Answer.nothing
    /// Ends after so many datagrams.
    package var countLimit: Int?
    /// Takes the rest from the first sender alone.
    package var locksToFirstSender = false
    /// Whether somebody may be heard at an address of ours; whom it refuses is counted.
    package var accepts: @Sendable (SocketAddress?, _ local: SocketAddress) -> Bool = { _, _ in true
    }
    /// How long no datagram may come.
    package var idleTimeout: Duration?
    /// Whether the senders are remembered, to be sent to at any time.
    package var remembersSenders = false

    /// Every sender, for ever, without answers.
    package init() {}
  }

  /// One datagram that was received, to be written out before the next is taken.
  package struct Received: Sendable {
    package let bytes: [UInt8]
    package let datagram: Datagram
    /// The address of ours that it was sent to.
    package let local: SocketAddress
  }

  /// How many there were, cut ones among them, and answers, with those that could not be sent.
  package private(set) var count = 0
  package private(set) var byteCount = 0
  package private(set) var truncatedCount = 0
  package private(set) var answerCount = 0
  package private(set) var answeredByteCount = 0
  package private(set) var unansweredCount = 0
  /// How many were not heard because their senders are refused.
  package private(set) var refusedCount = 0

  /// Who was heard, if senders are remembered.
  package private(set) var senders = DatagramSenders()

  private let sockets: [DatagramSocket]
  private let policy: Policy
  private let timeText: @Sendable (Int64) -> String
  /// Who alone is heard, once locked; an unnamed Unix socket has no address.
  private var onlySender: SocketAddress??
  /// When a datagram last came.
  package private(set) var lastReceived = Deadline.now
  private var dropCounts: [Int: Int] = [:]

  /// Receives on bound sockets.
  package init(
    on sockets: [DatagramSocket], policy: Policy, timeText: @escaping @Sendable (Int64) -> String
  ) {
    self.sockets = sockets
    self.policy = policy
    self.timeText = timeText
  }

  /// Datagrams that the kernel dropped because we were too slow.
  package var droppedCount: Int {
    for (index, socket) in sockets.enumerated() {
      if let count = socket.dropCount { dropCounts[index] = max(dropCounts[index] ?? 0, count) }
    }
    return dropCounts.values.reduce(0, +)
  }

  /// Receives until the count is reached.
  ///
  /// - Throws: `.timedOut(.idle)`, what a socket says, or what `deliver` throws.
  package func run(
    deliver: (Received) async throws(StreamError) -> Void,
    answered: @escaping Answered, unanswered: @escaping Unanswered
  ) async throws(StreamError) {
    let outcome = await withTaskGroup(of: Void.self) { group in
      let outcome = await result { () throws(StreamError) in
        try await receive(in: &group, deliver, answered, unanswered)
      }
      // Programs that still run for those who were heard may end, unless something went wrong.
      if case .failure = outcome { group.cancelAll() }
      await group.waitForAll()
      return outcome
    }
    try outcome.get()
  }

  /// Told that an answer was sent.
  package typealias Answered =
    @Sendable (
      _ bytes: [UInt8], _ peer: SocketAddress, _ local: SocketAddress
    ) -> Void
  /// Told why one could not be.
  package typealias Unanswered = @Sendable (StreamError) -> Void

  /// How many programs run at the same time.
  private static let programLimit = 32

  private func receive(
    in group: inout TaskGroup<Void>,
    _ deliver: (Received) async throws(StreamError) -> Void, _ answered: @escaping Answered,
    _ unanswered: @escaping Unanswered
  ) async throws(StreamError) {
    lastReceived = .now
    var rounds = 0
    var programCount = 0
    while true {
      var isEmpty = true
      for index in sockets.indices {
        if isComplete { return }
        switch try take(from: index) {
        case .empty: continue
        case .skipped: isEmpty = false
        case .datagram(let received):
          isEmpty = false
          try await deliver(received)
          if case .program(let make) = policy.answer {
            if programCount == Self.programLimit {
              await group.next()
              programCount -= 1
            }
            programCount += 1
            group.addTask { [self] in
              let answer = await result { () throws(StreamError) in try await make(received) }
              send(answer, to: received, on: index, answered, unanswered)
            }
          } else {
            send(.success(answerBytes(to: received)), to: received, on: index, answered, unanswered)
          }
          lastReceived = .now
        }
      }
      if isComplete { return }
      rounds += 1
      if isEmpty {
        try await wait()
      } else if rounds.isMultiple(of: 64) {
        try await letOthersRun()
      }
    }
  }

  private func send(
    _ bytes: Result<[UInt8]?, StreamError>, to received: Received, on index: Int,
    _ answered: Answered, _ unanswered: Unanswered
  ) {
    do throws(StreamError) {
      if let bytes = try bytes.get() { try answer(received, bytes, on: index, answered) }
    } catch {
      if error.isCancellation { return }
      // Whoever asked is gone, cannot be reached or does not listen; the next one may.
      unansweredCount += 1
      unanswered(error)
    }
  }

  private var isComplete: Bool { policy.countLimit.map { count >= $0 } ?? false }

  /// What a look at a socket's queue gave: what was skipped says nothing of what is behind it.
  private enum Taken {
    case empty, skipped, datagram(Received)
  }

  private func take(from index: Int) throws(StreamError) -> Taken {
    let socket = sockets[index]
    var taken = Taken.empty
    do throws(StreamError) {
      _ = try socket.tryReceive { (bytes, datagram) throws(StreamError) in
        if let drops = datagram.dropCount { dropCounts[index] = Int(drops) }
        guard isWanted(datagram.sender) else {
          taken = .skipped
          return
        }
        let named = datagram.destination?.address.with(port: socket.local.port ?? 0)
        let local = named ?? socket.local
        guard policy.accepts(datagram.sender, local) else {
          refusedCount += 1
          taken = .skipped
          return
        }
        taken = .datagram(
          Received(
            bytes: bytes.withUnsafeBytes { Array($0) }, datagram: datagram, local: local))
      }
    } catch {
      // A peer that refuses our answers is no reason to stop listening.
      if error.isRefusal { return .skipped }
      throw error
    }
    guard case .datagram(let received) = taken else { return taken }
    count += 1
    byteCount += received.bytes.count
    if received.datagram.isTruncated { truncatedCount += 1 }
    lastReceived = .now
    if policy.remembersSenders, let way = way(to: received, on: index) { senders.hear(way) }
    // Not by connecting the socket: that would tie one that is on every address of ours to one.
    if policy.locksToFirstSender { onlySender = .some(received.datagram.sender) }
    return taken
  }

  private func isWanted(_ sender: SocketAddress?) -> Bool {
    onlySender.map { $0 == sender } ?? true
  }

  /// Answers at once or not at all: who takes no answers keeps nobody else waiting.
  private func answer(
    _ received: Received, _ bytes: [UInt8], on index: Int,
    _ answered: (_ bytes: [UInt8], _ peer: SocketAddress, _ local: SocketAddress) -> Void
  ) throws(StreamError) {
    guard let way = way(to: received, on: index) else { throw .noSender }
    try send(bytes, by: way, answered)
  }

  /// How the sender is reached: from the address that was asked, or the asker would not take it for
  /// an answer.
  private func way(to received: Received, on index: Int) -> DatagramSenders.Way? {
    guard let sender = received.datagram.sender else { return nil }
    let socket = sockets[index]
    let fixesSource = socket.peer != nil || socket.local.isMulticast
    let source = fixesSource ? nil : source(of: received)
    return DatagramSenders.Way(
      address: sender, socketIndex: index, source: source,
      local: source == nil ? socket.local : received.local)
  }

  private func send(
    _ bytes: [UInt8], by way: DatagramSenders.Way,
    _ answered: (_ bytes: [UInt8], _ peer: SocketAddress, _ local: SocketAddress) -> Void
  ) throws(StreamError) {
    let socket = sockets[way.socketIndex]
    let attempt = try socket.trySend(
      bytes.span.bytes, to: socket.peer == nil ? way.address : nil, from: way.source)
    if case .wouldBlock = attempt {
      throw .noRoom(for: way.address)
    }
    answerCount += 1
    answeredByteCount += bytes.count
    answered(bytes, way.address, way.local)
  }

  /// Sends a datagram to senders that were heard, each from where it was heard; it counts as an
  /// answer to each.
  ///
  /// - Throws: what the one said, or all that some of several said, after the others were sent to;
  ///   ``NoSuchSender`` if there is none.
  package func send(
    _ bytes: [UInt8], to target: DatagramSenders.Target,
    sent: (_ bytes: [UInt8], _ peer: SocketAddress, _ local: SocketAddress) -> Void
  ) throws(StreamError) {
    let ways = senders.ways(to: target)
    if ways.isEmpty {
      throw StreamError(.write, .address(sockets[0].local), .layer(NoSuchSender(target)))
    }
    var failures: [StreamError] = []
    for way in ways {
      do throws(StreamError) {
        try send(bytes, by: way, sent)
      } catch {
        unansweredCount += 1
        failures.append(error)
      }
    }
    guard let failure = failures.first else { return }
    throw failures.count == 1
      ? failure : StreamError(.write, failure.subject, .attempts(failures))
  }

  /// What was sent to a group or to all is answered from an address of our own.
  private func source(of received: Received) -> PacketInfo? {
    guard let destination = received.datagram.destination else { return nil }
    if destination.address.isMulticast { return nil }
    if case .ipv4(.broadcast, _) = destination.address { return nil }
    return destination
  }

  private func answerBytes(to received: Received) -> [UInt8]? {
    switch policy.answer {
    case .nothing, .program: return nil
    case .echo: return received.bytes
    case .template(let template):
      return template.answer(
        ResponseTemplate.Facts(
          peer: received.datagram.sender?.description ?? "", local: received.local.description,
          time: timeText(received.datagram.time ?? 0), message: received.bytes, number: count))
    }
  }

  private var idleDeadline: Deadline { policy.idleTimeout.map { lastReceived + $0 } ?? .never }

  private func wait() async throws(StreamError) {
    do throws(StreamError) {
      try await DatagramSocket.waitForAny(of: sockets, by: idleDeadline)
    } catch {
      if case .timedOut = error.cause { throw idleTimeout }
      throw error
    }
  }

  /// Signals and timeouts are heard while datagrams come faster than they are taken.
  private func letOthersRun() async throws(StreamError) {
    do throws(StreamError) {
      try await DatagramSocket.waitForAny(of: sockets, by: .now)
    } catch {
      guard case .timedOut = error.cause else { throw error }
    }
    if idleDeadline.hasPassed { throw idleTimeout }
  }

  private var idleTimeout: StreamError {
    StreamError(.read, .address(sockets[0].local), .timedOut(.idle))
  }
}
