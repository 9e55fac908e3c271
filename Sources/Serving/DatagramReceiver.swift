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
  }

  /// What a user decided.
  package struct Policy: Sendable {
    package var answer = Answer.nothing
    /// Ends after so many datagrams.
    package var countLimit: Int?
    /// Takes the rest from the first sender alone.
    package var locksToFirstSender = false
    /// How long no datagram may come.
    package var idleTimeout: Duration?

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

  /// How many there were, cut ones among them, and answers that could not be sent.
  package private(set) var count = 0
  package private(set) var byteCount = 0
  package private(set) var truncatedCount = 0
  package private(set) var answerCount = 0
  package private(set) var answeredByteCount = 0

  private let sockets: [DatagramSocket]
  private let policy: Policy
  private let timeText: @Sendable (Int64) -> String
  private var firstSender: SocketAddress?
  private var lastReceived = Deadline.now
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
    answered: (_ bytes: [UInt8], _ peer: SocketAddress) -> Void
  ) async throws(StreamError) {
    lastReceived = .now
    while true {
      var hasReceived = false
      for index in sockets.indices {
        if isComplete { return }
        guard let received = try receive(on: index) else { continue }
        hasReceived = true
        try await deliver(received)
        try await answer(received, on: sockets[index], answered)
      }
      if isComplete { return }
      if !hasReceived { try await wait() }
    }
  }

  private var isComplete: Bool { policy.countLimit.map { count >= $0 } ?? false }

  private func receive(on index: Int) throws(StreamError) -> Received? {
    let socket = sockets[index]
    var received: Received?
    do throws(StreamError) {
      _ = try socket.tryReceive { (bytes, datagram) throws(StreamError) in
        if let drops = datagram.dropCount { dropCounts[index] = Int(drops) }
        guard isWanted(datagram.sender) else { return }
        let local = datagram.destination?.address.with(port: socket.local.port ?? 0)
        received = Received(
          bytes: bytes.withUnsafeBytes { Array($0) }, datagram: datagram,
          local: local ?? socket.local)
      }
    } catch {
      // A peer that refuses our answers is no reason to stop listening.
      if error.isRefusal { return nil }
      throw error
    }
    guard let received else { return nil }
    count += 1
    byteCount += received.bytes.count
    if received.datagram.isTruncated { truncatedCount += 1 }
    lastReceived = .now
    if policy.locksToFirstSender, firstSender == nil, let sender = received.datagram.sender {
      firstSender = sender
      try socket.connect(to: sender)
    }
    return received
  }

  private func isWanted(_ sender: SocketAddress?) -> Bool {
    firstSender == nil || sender == firstSender
  }

  private func answer(
    _ received: Received, on socket: DatagramSocket,
    _ answered: (_ bytes: [UInt8], _ peer: SocketAddress) -> Void
  ) async throws(StreamError) {
    guard let sender = received.datagram.sender, let bytes = answerBytes(to: received) else {
      return
    }
    do throws(StreamError) {
      // From the address that was asked, or the asker would not take it for an answer.
      let isConnected = socket.peer != nil
      try await socket.send(
        bytes, to: isConnected ? nil : sender,
        from: isConnected || socket.local.isMulticast ? nil : source(of: received),
        by: .after(.seconds(1)))
      answerCount += 1
      answeredByteCount += bytes.count
      answered(bytes, sender)
    } catch {
      if error.isCancellation { throw error }
      // Whoever asked is gone or cannot be reached; the next one may not be.
    }
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
    case .nothing: return nil
    case .echo: return received.bytes
    case .template(let template):
      return template.answer(
        ResponseTemplate.Facts(
          peer: received.datagram.sender?.description ?? "", local: received.local.description,
          time: timeText(received.datagram.time ?? 0), message: received.bytes, number: count))
    }
  }

  private func wait() async throws(StreamError) {
    let deadline = policy.idleTimeout.map { lastReceived + $0 } ?? .never
    do throws(StreamError) {
      try await DatagramSocket.waitForAny(of: sockets, by: deadline)
    } catch {
      if case .timedOut = error.cause {
        throw StreamError(.read, .address(sockets[0].local), .timedOut(.idle))
      }
      throw error
    }
  }
}
