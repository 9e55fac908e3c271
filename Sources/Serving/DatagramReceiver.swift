import Relaying
package import Sockets

/// Datagrams in, from every sender: hands each over, and answers it if asked to.
package final class DatagramReceiver: @unchecked Sendable {
  /// How many were handed over, cut ones among them, and answers, with those that could not be sent.
  package private(set) var count = 0
  package private(set) var byteCount = 0
  package private(set) var truncatedCount = 0
  package private(set) var answerCount = 0
  package private(set) var answeredByteCount = 0
  package private(set) var unansweredCount = 0
  /// How many were taken out of the kernel, to be handed over.
  private var takenCount = 0
  /// How many were not heard because their senders are refused.
  package private(set) var refusedCount = 0

  /// Who was heard, if senders are remembered.
  package private(set) var senders = DatagramSenders()

  private let sockets: [DatagramSocket]
  /// What stands between us and the sockets; nil is nothing.
  private let layer: (any DatagramLayer)?
  private let policy: Policy
  private let timeText: @Sendable (Int64) -> String
  /// Who alone is heard, once locked; an unnamed Unix socket has no address.
  private var onlySender: SocketAddress??
  /// When a datagram last came.
  package private(set) var lastReceived = Deadline.now
  private var dropCounts: [Int: Int] = [:]
  private let batch = DatagramBatch()
  private let joined = JoinedDatagrams()

  /// Receives on bound sockets, through a layer if there is one.
  package init(
    on sockets: [DatagramSocket], through layer: (any DatagramLayer)? = nil, policy: Policy,
    timeText: @escaping @Sendable (Int64) -> String
  ) {
    self.sockets = sockets
    self.layer = layer
    self.policy = policy
    self.timeText = timeText
    if !policy.needsTimes, layer == nil { for socket in sockets { socket.mergeDatagrams() } }
  }

  /// Whether ``droppedCount`` may be less than it was: the kernel counts several that came as one
  /// like one.
  package var droppedMore: Bool { batch.hasMerged }

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
      var programCount = 0
      let outcome = await result { () throws(StreamError) in
        try await receive { index throws(StreamError) in
          for position in 0..<batch.count where !isComplete {
            guard let received = received(position, on: index) else { continue }
            try await handOver(received, at: position, on: index, deliver)
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
              let answer = answerBytes(to: received)
              send(.success(answer), to: received, on: index, answered, unanswered)
            }
            lastReceived = .now
          }
        }
      }
      // Programs that still run for those who were heard may end, unless something went wrong.
      if case .failure = outcome { group.cancelAll() }
      await group.waitForAll()
      return outcome
    }
    try outcome.get()
  }

  /// Hands over one datagram; if that fails, the rest of its batch counts as taken.
  private func handOver(
    _ received: Received, at position: Int, on index: Int,
    _ deliver: (Received) async throws(StreamError) -> Void
  ) async throws(StreamError) {
    do throws(StreamError) {
      try await deliver(received)
    } catch {
      for next in position + 1..<batch.count where !isComplete { _ = heard(batch[next], on: index) }
      throw error
    }
    note(byteCount: received.bytes.count, isTruncated: received.datagram.isTruncated)
  }

  /// Receives until the count is reached, and writes what the datagrams of a batch become together;
  /// nothing is answered.
  ///
  /// `append` adds what a datagram becomes to that of those before it.
  /// - Throws: `.timedOut(.idle)`, what a socket says, or what the sink throws.
  package func run(
    joining append: (RawSpan, Datagram, inout [UInt8]) -> Void, into sink: any ByteSink
  ) async throws(StreamError) {
    try await receive { index throws(StreamError) in
      var next = 0
      while next < batch.count, !isComplete {
        joinRun(at: &next, on: index, append)
        if joined.count < Self.joinedLimit { continue }
        do throws(StreamError) {
          try await writeJoined(to: sink)
        } catch {
          while next < batch.count, !isComplete { joinRun(at: &next, on: index, append) }
          throw error
        }
      }
      try await writeJoined(to: sink)
      lastReceived = .now
    }
  }

  /// How many were taken out of the kernel and not handed over, or not whole.
  package var undeliveredCount: Int { takenCount - count }

  /// Writes what was joined and could not be written before, as far as it goes by the deadline;
  /// what is left then is in ``undeliveredCount``.
  package func writeRest(to sink: any ByteSink, by deadline: Deadline) async {
    try? await writeJoined(to: sink, by: deadline)  // what is left is told by its number
  }

  private func writeJoined(
    to sink: any ByteSink, by deadline: Deadline = .never
  ) async throws(StreamError) {
    defer {
      joined.takeWritten { note(byteCount: $0.byteCount, isTruncated: $0.isTruncated) }
    }
    try await joined.write(to: sink, by: deadline)
  }

  /// Joins datagrams that came as one: who is heard with the first is heard with all.
  private func joinRun(
    at next: inout Int, on index: Int, _ append: (RawSpan, Datagram, inout [UInt8]) -> Void
  ) {
    let run = batch.run(from: next)
    next = run.upperBound
    let first = batch[run.lowerBound]
    guard heard(first, on: index) != nil else {
      for position in run.dropFirst() { _ = heard(batch[position], on: index) }
      return
    }
    batch.withBytes(of: run.lowerBound) { joined.add($0, first, append) }
    for position in run.dropFirst() where !isComplete {
      // Only the last may have been cut.
      let datagram = position + 1 < run.upperBound ? first : batch[position]
      takenCount += 1
      batch.withBytes(of: position) { joined.add($0, datagram, append) }
    }
  }

  /// How many bytes wait for others at most before they are handed over.
  private static let joinedLimit = 256 * 1024

  /// Told that an answer was sent.
  package typealias Answered =
    @Sendable (
      _ bytes: [UInt8], _ peer: SocketAddress, _ local: SocketAddress
    ) -> Void
  /// Told why one could not be.
  package typealias Unanswered = @Sendable (StreamError) -> Void

  /// How many programs run at the same time.
  private static let programLimit = 32

  /// Fills the batch from one socket after the other, and has it taken.
  private func receive(
    take: (_ index: Int) async throws(StreamError) -> Void
  ) async throws(StreamError) {
    lastReceived = .now
    var rounds = 0
    while true {
      var isEmpty = true
      for index in sockets.indices {
        if isComplete { return }
        guard try fill(from: index) else { continue }
        isEmpty = false
        try await take(index)
      }
      if isComplete { return }
      rounds += 1
      if isEmpty {
        try await wait()
      } else if rounds.isMultiple(of: 8) {
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

  private var isComplete: Bool { policy.countLimit.map { takenCount >= $0 } ?? false }

  /// Whether something has come, be it only an error that is none to us.
  private func fill(from index: Int) throws(StreamError) -> Bool {
    do throws(StreamError) {
      let rest = policy.countLimit.map { $0 - takenCount } ?? .max
      if let layer { return try batch.receive(from: layer, on: index, limit: rest) }
      return try sockets[index].tryReceive(into: batch, limit: rest)
    } catch {
      // A peer that refuses our answers is no reason to stop listening.
      if error.isRefusal { return true }
      throw error
    }
  }

  /// A datagram of the batch, unless its sender is not heard.
  private func received(_ position: Int, on index: Int) -> Received? {
    let datagram = batch[position]
    guard let local = heard(datagram, on: index) else { return nil }
    let bytes = batch.withBytes(of: position) { bytes in bytes.withUnsafeBytes { Array($0) } }
    let received = Received(bytes: bytes, datagram: datagram, local: local)
    if policy.remembersSenders, let way = way(to: received, on: index) { senders.hear(way) }
    return received
  }

  /// Counts a datagram as taken and says which address of ours it was sent to; nil if its sender is not
  /// heard.
  private func heard(_ datagram: Datagram, on index: Int) -> SocketAddress? {
    if let drops = datagram.dropCount { dropCounts[index] = Int(drops) }
    guard isWanted(datagram.sender) else { return nil }
    let socket = sockets[index]
    let named = datagram.destination?.address.with(port: socket.local.port ?? 0)
    let local = named ?? socket.local
    guard policy.accepts(datagram.sender, local) else {
      refusedCount += 1
      return nil
    }
    takenCount += 1
    lastReceived = .now
    // Not by connecting the socket: that would tie one that is on every address of ours to one.
    if policy.locksToFirstSender { onlySender = .some(datagram.sender) }
    return local
  }

  /// Counts a datagram that was handed over.
  private func note(byteCount: Int, isTruncated: Bool) {
    count += 1
    self.byteCount += byteCount
    if isTruncated { truncatedCount += 1 }
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
    let attempt = try attempt(bytes.span.bytes, by: way)
    if case .wouldBlock = attempt {
      throw .noRoom(for: way.address)
    }
    answerCount += 1
    answeredByteCount += bytes.count
    answered(bytes, way.address, way.local)
  }

  private func attempt(
    _ bytes: RawSpan, by way: DatagramSenders.Way
  ) throws(StreamError) -> Attempt {
    if let layer { return try layer.trySend(bytes, on: way.socketIndex, to: way.address) }
    let socket = sockets[way.socketIndex]
    return try socket.trySend(
      bytes, to: socket.peer == nil ? way.address : nil, from: way.source)
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
    // What came from others may have kept us from it.
    if idleDeadline.hasPassed { throw idleTimeout }
    do throws(StreamError) {
      try await waitReadable(by: idleDeadline)
    } catch {
      if case .timedOut = error.cause { throw idleTimeout }
      throw error
    }
  }

  /// Signals and timeouts are heard while datagrams come faster than they are taken.
  private func letOthersRun() async throws(StreamError) {
    do throws(StreamError) {
      try await waitReadable(by: .now)
    } catch {
      guard case .timedOut = error.cause else { throw error }
    }
    if idleDeadline.hasPassed { throw idleTimeout }
  }

  private func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if let layer { return try await layer.waitReadable(by: deadline) }
    try await DatagramSocket.waitForAny(of: sockets, by: deadline)
  }

  private var idleTimeout: StreamError {
    StreamError(.read, .address(sockets[0].local), .timedOut(.idle))
  }
}
