package import Sockets

/// A hub's side of one client, as a stream: read what was sent to all, write what the client says.
package final class HubMember: ByteStream, @unchecked Sendable {
  /// Which one it is.
  package let number: Int
  /// How many bytes it missed because its queue was full.
  package private(set) var droppedByteCount = 0
  private let hub: Hub
  private let output: (any ByteSink)?
  private let onDisconnect: @Sendable () -> Void
  private let change: Wakeup
  private var queue = PieceQueue()
  private(set) var hasLeft = false
  private var isEnded = false
  /// How much room the queue lacks, and how often it lacked some.
  private var missingRoom: Int?
  private var fullnessCount = 0
  /// Since when the others wait for it.
  private var lacksRoomSince: Deadline?
  /// How much of what its client says was offered since the others had a turn.
  var offeredInTurn = 0
  /// How many bytes it has missed since it last kept up.
  private var missedByteCount = 0

  init(
    _ number: Int, in hub: Hub, output: (any ByteSink)?,
    disconnect: @escaping @Sendable () -> Void
  ) {
    self.number = number
    self.hub = hub
    self.output = output
    onDisconnect = disconnect
    change = Wakeup(on: hub.loop)
  }

  private var subject: StreamError.Subject { .standardInput }

  // MARK: For the hub

  /// Whether nothing waits for its client.
  package var isEmpty: Bool { queue.isEmpty }

  /// A piece larger than the whole queue has room in an empty one.
  func hasRoom(for byteCount: Int, within limit: Int) -> Bool {
    queue.isEmpty || queue.cost + byteCount + PieceQueue.pieceOverhead <= limit
  }

  /// Notes that the queue has no room for so many bytes, and returns which time that is; nil if that
  /// was noted before.
  func beginFullness(lackingRoomFor byteCount: Int) -> Int? {
    guard missingRoom == nil, !hasLeft else { return nil }
    missingRoom = byteCount
    fullnessCount += 1
    return fullnessCount
  }

  /// Whether something that another client says can be offered: there is room for it, or it was
  /// waited for in vain.
  func takesOffer(of byteCount: Int) -> Bool {
    if hasRoom(for: byteCount, within: hub.policy.queueLimit) { return true }
    let since = lacksRoomSince ?? .now
    lacksRoomSince = since
    return (since + Hub.patience).hasPassed
  }

  /// Notes that it has that room again, if so.
  func endFullness() {
    lacksRoomSince = nil
    if let missingRoom, hasRoom(for: missingRoom, within: hub.policy.queueLimit) {
      self.missingRoom = nil
    }
  }

  /// Whether it has lacked that room since.
  func isStillFull(_ fullness: Int) -> Bool {
    missingRoom != nil && fullnessCount == fullness && !hasLeft
  }

  func append(_ piece: [UInt8]) {
    guard !hasLeft else { return }
    queue.append(piece)
    change.wakeAll()
  }

  /// Whether it misses everything until it has caught up: one gap is better than many.
  var isDropping: Bool { missedByteCount > 0 }

  func drop(_ byteCount: Int) {
    missedByteCount += byteCount
    droppedByteCount += byteCount
  }

  func endDropping() -> Int {
    defer { missedByteCount = 0 }
    return missedByteCount
  }

  func wake() { change.wakeAll() }

  func end() {
    isEnded = true
    change.wakeAll()
  }

  private var hasEnded: Bool { isEnded || hub.hasEnded }

  func disconnect() {
    leave()
    onDisconnect()
  }

  private func leave() {
    guard !hasLeft else { return }
    hasLeft = true
    queue.removeAll()
    hub.leave(self)
    change.wakeAll()
  }

  private func checkPresence(_ operation: StreamError.Operation) throws(StreamError) {
    if hasLeft { throw StreamError(operation, subject, .closed) }
  }

  // MARK: What was sent to all

  /// Appends what was sent to all; the end of file comes after the source's.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try checkPresence(.read)
    if queue.isEmpty { return hasEnded ? .endOfFile : .wouldBlock }
    // What a full connection does not take is kept for this client alone.
    let limit = min(buffer.freeCapacity, readLimit)
    var count = 0
    buffer.withUnsafeMutableBytes { whole, initializedCount in
      let free = UnsafeMutableRawBufferPointer(
        rebasing: whole[initializedCount..<initializedCount + limit])
      var part = OutputRawSpan(buffer: free, initializedCount: 0)
      count = queue.take(into: &part)
      initializedCount += count
    }
    hub.memberTook(self)
    return .moved(count)
  }

  /// Suspends until reading may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    while queue.isEmpty, !hasEnded {
      try checkPresence(.read)
      guard await change.wait(by: deadline) else { throw interruption(.read) }
    }
  }

  private func interruption(_ operation: StreamError.Operation) -> StreamError {
    StreamError(operation, subject, Task.isCancelled ? .cancelled : .timedOut(.total))
  }

  // MARK: What the client says

  /// Hands on what the client says: to the output, and to the others in a broker.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try checkPresence(.write)
    let connects = hub.policy.connectsMembers
    if connects, !hub.mayOffer(min(bytes.byteCount, readLimit), from: self) { return .wouldBlock }
    var bytes = bytes
    if connects { bytes = bytes.extracting(first: min(bytes.byteCount, readLimit)) }
    var count = bytes.byteCount
    if let output {
      guard case .moved(let taken) = try output.tryWrite(bytes) else { return .wouldBlock }
      count = taken
    }
    if connects, hub.memberCount > 1 {
      hub.offer(bytes.withUnsafeBytes { Array($0.prefix(count)) }, except: self)
    }
    return .moved(count)
  }

  /// The output's, unless others are told what the client says.
  package var writePort: Port? {
    hasLeft || hub.policy.connectsMembers ? nil : output?.writePort
  }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    if hub.policy.connectsMembers { await hub.waitToOffer(self, by: deadline) }
    if Task.isCancelled { throw interruption(.write) }
    try await output?.waitWritable(by: deadline)
  }

  /// Suspends until nobody reads the output any more; without an output, until the member leaves.
  package func waitReaderGone() async throws(StreamError) {
    if let output { return try await output.waitReaderGone() }
    while !hasLeft {
      guard await change.wait() else { throw interruption(.write) }
    }
    throw StreamError(.write, subject, .closed)
  }

  /// Ends what its client says; an output that is everybody's stays open.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await output?.closeWrite(by: deadline)
  }

  /// Nothing: what the output took is its own.
  package func drain(by deadline: Deadline) async throws(StreamError) {}

  /// Leaves the hub; what waits for the member is thrown away.
  package func close() throws(StreamError) { leave() }

  /// Leaves the hub.
  package func abort() { leave() }
}
