package import Sockets

/// Datagrams out, and their replies: to the first of several addresses that does not refuse.
package final class DatagramExchange: @unchecked Sendable {
  /// What a user decided.
  package struct Policy: Sendable {
    /// So many datagrams in all; an input that has fewer begins again.
    package var countLimit: Int?
    /// The time from one datagram to the next.
    package var interval: Duration?
    /// How many replies have to come.
    package var repliesWanted: Int?
    /// How long they may take, all together, from the last datagram on.
    package var replyTimeout = Duration.seconds(2)
    /// Without a wanted number: how long no reply may come before it is over.
    package var quietTime = Duration.seconds(1)
    /// Whether replies are waited for at all.
    package var receives = true

    /// As many as the input has, and whatever replies come.
    package init() {}
  }

  /// What went out and came in.
  package private(set) var sentCount = 0
  package private(set) var sentByteCount = 0
  package private(set) var replyCount = 0
  package private(set) var replyByteCount = 0
  /// Who is talked with, once a datagram has gone there.
  package private(set) var peer: SocketAddress?
  package private(set) var local: SocketAddress?

  /// A reply, to be written out before the next is taken.
  package struct Reply: Sendable {
    package let bytes: [UInt8]
    package let datagram: Datagram
  }

  /// The last time that a datagram went out or came in.
  ///
  /// While a reply is written out it is not quiet: it is we who are slow.
  package var lastMoved: Deadline { isDelivering ? .now : lastActivity }
  /// Whether replies are waited for.
  package var receives: Bool { policy.receives }

  private let reader: DatagramReader
  private let policy: Policy
  private let loop: EventLoop
  /// What was sent, to be sent again to the next address or in the next round; nil when it grew too
  /// large or is not needed any more.
  private var sentBefore: SentDatagrams? = SentDatagrams()
  /// How many bytes of what was sent are kept.
  package var keptSize: Int { sentBefore?.size ?? 0 }
  private var inputHasEnded = false
  private var triesMore = false
  private var lastActivity = Deadline.now
  private var allIsSent = false
  /// The time for replies is up, and one is still written out: what has arrived is taken, no more.
  private var isEnding = false
  private var isDelivering = false

  /// How much of what was sent is kept, in bytes.
  private static let memoryLimit = 16 * 1024 * 1024

  /// Takes its datagrams from a reader.
  package init(_ reader: DatagramReader, policy: Policy, on loop: EventLoop) {
    self.reader = reader
    self.policy = policy
    self.loop = loop
  }

  /// Told of what passes.
  package struct Observer: Sendable {
    package var opened: @Sendable (SocketAddress, DatagramSocket) -> Void = { _, _ in }
    package var refused: @Sendable (SocketAddress, StreamError) -> Void = { _, _ in }
    /// Told of each datagram when it was handed to the kernel, by ``clock``; if nobody has to be
    /// told, several are handed over together.
    package var sent: (@Sendable ([UInt8], SocketAddress, Int64) -> Void)?
    package var clock: @Sendable () -> Int64 = { 0 }
    /// Told whether what is sent again now is a secret; of what is sent first its source tells.
    package var hides: @Sendable (Bool) -> Void = { _ in }
    package var reply: @Sendable (Reply) async -> Result<Void, StreamError> = { _ in .success(()) }

    /// Tells nobody.
    package init() {}
  }

  /// Puts something around a socket to an address, such as encryption, before anything is sent.
  package typealias Layer =
    @Sendable (DatagramSocket, SocketAddress) async throws(StreamError) -> any DatagramChannel

  /// A socket, and what datagrams pass through on their way to it.
  private struct Passage: Sendable {
    let socket: DatagramSocket
    let channel: any DatagramChannel

    var isPlain: Bool { channel === socket }
  }

  private enum Event: Sendable {
    case sent(Result<Void, StreamError>)
    case received(Result<Void, StreamError>)
    case timeIsUp
  }

  /// Reads a whole input to its end, so that one that is too long is known before anything is sent.
  package func prepare() async throws(StreamError) { try await reader.prepare() }

  /// Sends everything and waits for replies.
  ///
  /// - Throws: a refusal of every address; `.timedOut(.wait)` if wanted replies did not come.
  package func run(
    to addresses: [SocketAddress], observer: Observer, through layer: Layer? = nil,
    open: @Sendable (SocketAddress) throws(StreamError) -> DatagramSocket
  ) async throws(StreamError) {
    var refusals: [StreamError] = []
    for (index, address) in addresses.enumerated() {
      let isLast = index == addresses.count - 1
      triesMore = !isLast
      do throws(StreamError) {
        let socket = try open(address)
        (peer, local) = (address, socket.local)
        let channel = try await layer?(socket, address) ?? socket
        observer.opened(address, socket)
        let passage = Passage(socket: socket, channel: channel)
        let failure = await exchange(on: passage, with: address, observer)
        try? channel.close()  // a datagram that was sent is out of our hands
        if let failure { throw failure }
        return
      } catch {
        refusals.append(error)
        let mayTryNext = !error.subject.isLocal && replyCount == 0 && sentBefore != nil
        guard error.isRefusal || error.isUnreachable, mayTryNext, !isLast else {
          throw refusals.count == 1
            ? error : StreamError(.write, .address(address), .attempts(refusals))
        }
        observer.refused(address, error)
      }
    }
  }

  private func exchange(
    on passage: Passage, with address: SocketAddress, _ observer: Observer
  ) async -> StreamError? {
    await withTaskGroup(of: Event.self) { group in
      group.addTask { [self] in
        .sent(
          await result { () throws(StreamError) in
            try await send(on: passage, to: address, observer)
          })
      }
      if policy.receives {
        group.addTask { [self] in
          .received(
            await result { () throws(StreamError) in
              try await receive(on: passage.channel, observer)
            })
        }
      }
      defer { group.cancelAll() }
      while let event = await group.next() {
        switch event {
        case .sent(.failure(let error)), .received(.failure(let error)): return error
        case .sent(.success):
          allIsSent = true
          if !policy.receives || isAnswered && !isDelivering { return nil }
          lastActivity = .now
          group.addTask { [self] in
            await waitUntilTimeIsUp()
            return .timeIsUp
          }
        case .received(.success):
          return isAnswered || policy.repliesWanted == nil ? nil : missingReplies(of: address)
        case .timeIsUp:
          if Task.isCancelled { return StreamError(.read, .address(address), .cancelled) }
          if isDelivering {
            isEnding = true
            continue
          }
          return policy.repliesWanted == nil ? nil : missingReplies(of: address)
        }
      }
      return nil
    }
  }

  private func missingReplies(of address: SocketAddress) -> StreamError {
    StreamError(.read, .address(address), .timedOut(.wait))
  }

  /// Whether all replies that were asked for are there.
  private var isAnswered: Bool { policy.repliesWanted.map { replyCount >= $0 } ?? false }

  // MARK: Sending

  private func send(
    on passage: Passage, to address: SocketAddress, _ observer: Observer
  ) async throws(StreamError) {
    // What an address that refused has swallowed goes to its successor.
    sentCount = 0
    sentByteCount = 0
    allIsSent = false
    if let sentBefore { try await sendAgain(sentBefore, on: passage, to: address, observer) }
    if isComplete { return }
    if !needsCopies { sentBefore = nil }
    if sendsBatches(observer, passage) { try await sendBatches(on: passage, to: address) }
    while !isComplete, !inputHasEnded {
      guard let datagram = try await reader.next() else {
        inputHasEnded = true
        break
      }
      remember(datagram)
      try await sendOne(datagram, on: passage, to: address, observer)
    }
    guard policy.countLimit != nil, !isComplete else { return }
    guard let round = sentBefore else {
      throw StreamError(
        .read, .standardInput,
        .layer(InputTooLarge(sent: sentCount, most: Self.memoryLimit / 1024 / 1024)))
    }
    if round.extents.isEmpty { return }
    while !isComplete { try await sendAgain(round, on: passage, to: address, observer) }
  }

  private var isComplete: Bool { policy.countLimit.map { sentCount >= $0 } ?? false }

  /// Whether there may be another round, or another address after a refusal.
  private var needsCopies: Bool { policy.countLimit != nil || triesMore && replyCount == 0 }

  private func remember(_ datagram: [UInt8]) {
    sentBefore?.append(datagram, isSecret: reader.lastIsSecret)
    forgetUnlessNeeded()
  }

  private func rememberBatch() {
    sentBefore?.append(reader.batch, of: reader.bytes)
    forgetUnlessNeeded()
  }

  private func forgetUnlessNeeded() {
    if !needsCopies || keptSize > Self.memoryLimit { sentBefore = nil }
  }

  /// Sends what was sent before once more, from its beginning, until it is complete.
  private func sendAgain(
    _ datagrams: SentDatagrams, on passage: Passage, to address: SocketAddress,
    _ observer: Observer
  ) async throws(StreamError) {
    if sendsBatches(observer, passage) {
      return try await sendBatches(of: datagrams, on: passage, to: address)
    }
    for index in datagrams.extents.indices where !isComplete {
      observer.hides(datagrams.isSecret(index))
      try await sendOne(datagrams[index], on: passage, to: address, observer)
    }
  }

  private func sendOne(
    _ datagram: [UInt8], on passage: Passage, to address: SocketAddress, _ observer: Observer
  ) async throws(StreamError) {
    if sentCount > 0, let interval = policy.interval {
      guard await loop.sleep(until: .after(interval)) else {
        throw StreamError(.write, .address(address), .cancelled)
      }
    }
    // Before it is sent: its reply may be there before we are back.
    let time = observer.clock()
    try await passage.channel.send(
      datagram, to: passage.socket.peer == nil ? address : nil)
    sentCount += 1
    sentByteCount += datagram.count
    lastActivity = .now
    observer.sent?(datagram, address, time)
  }

  private func sendsBatches(_ observer: Observer, _ passage: Passage) -> Bool {
    passage.isPlain && policy.interval == nil && observer.sent == nil && reader.cutsBatches
  }

  /// Sends what the input has at the moment with few calls, until it has no more.
  private func sendBatches(
    on passage: Passage, to address: SocketAddress
  ) async throws(StreamError) {
    var lastCount = 0
    while !isComplete {
      let room = policy.countLimit.map { $0 - sentCount } ?? .max
      guard try await reader.cutBatch(atMost: room) else {
        inputHasEnded = true
        break
      }
      let batch = reader.batch
      lastCount = batch.count
      if sentBefore != nil { rememberBatch() }
      try await sendBatch(batch, on: passage, to: address) { (next, peer) throws(StreamError) in
        try reader.withBatch { (bytes) throws(StreamError) in
          try passage.socket.trySend(bytes, cutAt: batch, from: &next, to: peer)
        }
      }
    }
    // One by one, the last would have met the refusal of the last but one.
    if lastCount > 1 { try passage.socket.checkError() }
  }

  private func sendBatches(
    of datagrams: SentDatagrams, on passage: Passage, to address: SocketAddress
  ) async throws(StreamError) {
    let room = policy.countLimit.map { $0 - sentCount } ?? .max
    let extents = datagrams.extents.prefix(room)
    for start in stride(from: 0, to: extents.count, by: DatagramReader.batchLimit) {
      let batch = Array(extents[start...].prefix(DatagramReader.batchLimit))
      try await sendBatch(batch, on: passage, to: address) { (next, peer) throws(StreamError) in
        let bytes = datagrams.bytes
        return try passage.socket.trySend(bytes.span.bytes, cutAt: batch, from: &next, to: peer)
      }
    }
    if extents.count > 1 { try passage.socket.checkError() }
  }

  /// Sends a batch with attempts that move past what they sent, and lets others run.
  private func sendBatch(
    _ batch: [DatagramExtent], on passage: Passage, to address: SocketAddress,
    attempt: (_ next: inout Int, _ peer: SocketAddress?) throws(StreamError) -> Bool
  ) async throws(StreamError) {
    let peer = passage.socket.peer == nil ? address : nil
    var next = 0
    while try !count(
      batch, from: &next, sentBy: { (next) throws(StreamError) in try attempt(&next, peer) })
    {
      try await passage.socket.waitWritable(by: .never)
    }
    guard await loop.sleep(until: .now) else {
      throw StreamError(.write, .address(address), .cancelled)
    }
  }

  private func count(
    _ batch: [DatagramExtent], from next: inout Int,
    sentBy attempt: (inout Int) throws(StreamError) -> Bool
  ) throws(StreamError) -> Bool {
    let first = next
    defer {
      sentCount += next - first
      sentByteCount += batch[first..<next].reduce(0) { $0 + $1.count }
      if next > first { lastActivity = .now }
    }
    return try attempt(&next)
  }

  // MARK: Receiving

  /// Takes replies, also more than were asked for as long as we send.
  private func receive(on channel: any DatagramChannel, _ observer: Observer)
    async throws(StreamError)
  {
    while !(allIsSent && isAnswered) {
      var reply: Reply?
      _ = try channel.tryReceive { (bytes, datagram) throws(StreamError) in
        reply = Reply(bytes: bytes.withUnsafeBytes { Array($0) }, datagram: datagram)
      }
      guard let reply else {
        if isEnding { return }
        try await channel.waitReadable(by: .never)
        continue
      }
      replyCount += 1
      replyByteCount += reply.bytes.count
      isDelivering = true
      let delivered = await observer.reply(reply)
      isDelivering = false
      lastActivity = .now
      try delivered.get()
    }
  }

  private func waitUntilTimeIsUp() async {
    if policy.repliesWanted != nil {
      await loop.sleep(until: lastActivity + policy.replyTimeout)
      return
    }
    while !(lastMoved + policy.quietTime).hasPassed {
      guard await loop.sleep(until: lastMoved + policy.quietTime) else { return }
    }
  }
}

/// An input that has fewer datagrams than were asked for, and is too large to begin again.
package struct InputTooLarge: LayerError {
  package let text: String

  fileprivate init(sent: Int, most: Int) {
    text =
      "ended after " + String(sent) + " datagrams, and more than " + String(most)
      + " MiB are not kept to send them again"
  }

  package var failure: FailureClass { .local }
}
