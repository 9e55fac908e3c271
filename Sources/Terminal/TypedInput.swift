package import Sockets

/// What a person gives to the peer: lines, files and the output of programs, in the order in which
/// they were given, until there is no more.
package final class TypedInput: ByteSource, @unchecked Sendable {
  /// Something to send.
  package enum Item: Sendable {
    /// One message; a secret one is recorded nowhere.
    case message([UInt8], isSecret: Bool)
    /// A source that is sent to its end, which its owner is told of: nil, or why it failed.
    case source(any ByteSource, ended: @Sendable (StreamError?) -> Void)
  }

  private let wakeup: Wakeup
  private let room: Wakeup
  private var items: [Item] = []
  /// How much of the first message has been read.
  private var position = 0
  private var waitingCount = 0
  private var lastWasSource = false
  private var hasEnded = false
  /// Whether everything was read, and passed on.
  package private(set) var isUsedUp = false
  /// Whether the message that was taken last is a secret.
  package private(set) var lastIsSecret = false
  /// Told whether what is read from now on is a secret.
  package var hides: @Sendable (Bool) -> Void = { _ in }

  /// Throws away what was read and waits behind us to be sent; returns how many bytes that were.
  package var forget: @Sendable () -> Int = { 0 }

  /// How many bytes may wait before whoever adds has to wait.
  private static let limit = 1024 * 1024

  /// Makes an input without anything in it.
  package init(on loop: EventLoop) {
    wakeup = Wakeup(on: loop)
    room = Wakeup(on: loop)
  }

  /// Whether nothing waits to be sent.
  package var isEmpty: Bool { items.isEmpty }

  /// Whether the end was given.
  package var isEnded: Bool { hasEnded }

  /// Adds something to send; after the end it is not sent, and a source's owner is told so.
  package func add(_ item: Item) {
    switch item {
    case .source(_, let ended) where hasEnded:
      return ended(StreamError(.read, .standardInput, .cancelled))
    case .message where hasEnded: return
    case .message(let bytes, _): waitingCount += bytes.count
    case .source: break
    }
    items.append(item)
    wakeup.wakeAll()
  }

  /// Says that nothing more will come.
  package func end() {
    hasEnded = true
    wakeup.wakeAll()
  }

  /// Begins again, as for another peer.
  ///
  /// What the last one did not get is thrown away; returns how many bytes of messages that were.
  @discardableResult
  package func restart() -> Int {
    let count = dropMessages()
    for case .source(_, let ended) in items {
      ended(StreamError(.read, .standardInput, .cancelled))
    }
    items = []
    (position, waitingCount, hasEnded, isUsedUp) = (0, 0, false, false)
    room.wakeAll()
    wakeup.wakeAll()
    return count
  }

  /// Stops a source that is being sent; false if there is none.
  package func stopSource() -> Bool {
    guard case .source(_, let ended)? = items.first else { return false }
    items.removeFirst()
    // What waits behind us may be of a message before it.
    if lastWasSource { _ = forget() }
    ended(StreamError(.read, .standardInput, .cancelled))
    wakeup.wakeAll()
    return true
  }

  /// Whether more waits than should.
  package var isFull: Bool { waitingCount > Self.limit }

  /// Suspends while more waits than should.
  package func waitForRoom() async {
    while isFull, !Task.isCancelled { await room.wait() }
  }

  /// Throws away the messages that wait, also the rest of one that is being sent; returns how many bytes
  /// that were.
  package func dropMessages() -> Int {
    let count = waitingCount - position + forget()
    items.removeAll { if case .message = $0 { true } else { false } }
    (position, waitingCount) = (0, 0)
    room.wakeAll()
    wakeup.wakeAll()
    return count
  }

  /// Appends what comes next, of one item alone.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    // Whoever reads again has passed on what was read before.
    hides(false)
    while let item = items.first {
      switch item {
      case .message(let bytes, let isSecret):
        hides(isSecret)
        lastWasSource = false
        return read(bytes, into: &buffer)
      case .source(let source, let ended):
        if let attempt = attempt(source, ended, into: &buffer) { return attempt }
      }
    }
    guard hasEnded else { return .wouldBlock }
    isUsedUp = true
    room.wakeAll()
    return .endOfFile
  }

  /// Suspends until everything that was given has been passed on, after the end was given.
  package func waitForEnd(by deadline: Deadline) async {
    while !isUsedUp, !deadline.hasPassed, !Task.isCancelled { await room.wait(by: deadline) }
  }

  private func read(_ bytes: [UInt8], into buffer: inout OutputRawSpan) -> Attempt {
    let count = min(buffer.freeCapacity, bytes.count - position)
    bytes.withUnsafeBytes { buffer.append(copying: $0[position..<position + count]) }
    position += count
    if position == bytes.count { dropMessage() }
    return .moved(count)
  }

  private func dropMessage() {
    guard case .message(let bytes, _)? = items.first else { return }
    items.removeFirst()
    position = 0
    waitingCount -= bytes.count
    room.wakeAll()
  }

  /// Reads from a source; nil if it has ended or failed, which ends nothing else.
  private func attempt(
    _ source: any ByteSource, _ ended: (StreamError?) -> Void, into buffer: inout OutputRawSpan
  ) -> Attempt? {
    do throws(StreamError) {
      let attempt = try source.tryRead(into: &buffer)
      if case .moved = attempt { lastWasSource = true }
      if attempt != .endOfFile { return attempt }
      items.removeFirst()
      ended(nil)
    } catch {
      items.removeFirst()
      ended(error)
    }
    return nil
  }

  /// Takes a whole message, for a peer that takes messages; nil if there is none yet.
  ///
  /// A source is no message; it is left where it is.
  package func takeMessage() -> [UInt8]? {
    hides(false)
    guard case .message(let bytes, let isSecret)? = items.first else { return nil }
    hides(isSecret)
    lastIsSecret = isSecret
    dropMessage()
    return bytes
  }

  /// Suspends until there is something to read.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    var isReady = true
    switch items.first {
    case .message?: return
    case .source(let source, _)?:
      isReady = await waitForEither(source, by: deadline)
    case nil:
      if hasEnded { return }
      isReady = await wakeup.wait(by: deadline)
    }
    if isReady { return }
    let cause: StreamError.Cause = Task.isCancelled ? .cancelled : .timedOut(.total)
    throw StreamError(.read, .standardInput, cause)
  }

  /// Suspends until a source may be read, or was stopped; false if neither came in time.
  private func waitForEither(_ source: any ByteSource, by deadline: Deadline) async -> Bool {
    let change = wakeup.position
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { [wakeup] in await wakeup.wait(past: change, by: deadline) }
      group.addTask {
        // Whatever else it throws, the next attempt meets it too.
        do { try await source.waitReadable(by: deadline) } catch {
          return !deadline.hasPassed && !Task.isCancelled
        }
        return true
      }
      defer { group.cancelAll() }
      return await group.next() ?? true
    }
  }
}
