import ByteText
import Sockets

/// A peer as a run sees it: its endpoint, and what has come from it and nothing has taken yet.
final class ScriptPeer: @unchecked Sendable {
  /// What the script calls it; nil if it is the only one.
  let name: String?
  let endpoint: any ScriptEndpoint
  var received: ReceivedBytes
  /// Whether it sends no more, and said so.
  var hasEnded = false
  /// What ended the connection otherwise.
  var loss: StreamError?
  /// Where the script has closed it.
  var closedAt: Place?
  /// Where the script has told it that no more comes.
  var halfClosedAt: Place?
  /// Whether the last read left nothing, so that there is no need to ask.
  var isEmpty = false
  /// What bytes go through, from the first statement that needs it to the connection's end.
  var channel: ScriptChannel?
  /// What must not be shown of what comes behind all that was taken.
  private var cover: SecretCover
  private var promptness = Promptness()

  init(
    _ name: String?, _ endpoint: any ScriptEndpoint, limit: Int, hiding cover: SecretCover
  ) {
    self.name = name
    self.endpoint = endpoint
    self.cover = cover
    received = ReceivedBytes(limit: limit)
  }

  /// Forgets the connection that was.
  func restart() {
    received.consume(received.count)
    cover.restart()
    (hasEnded, loss, isEmpty, channel, halfClosedAt) = (false, nil, false, nil, nil)
  }
}

/// What came and was taken from it.
extension ScriptPeer {
  /// Lets go of bytes at the front of what came.
  func consume(_ count: Int) {
    if !cover.isEmpty { _ = received.withBytes { cover.covered($0.extracting(first: count)) } }
    received.consume(count)
  }

  /// A part of what came, as it may be shown: with asterisks for secrets, whichever part of them
  /// was taken before and whichever comes behind it.
  func shown(_ range: Range<Int>) -> [UInt8] {
    if cover.isEmpty { return received[range] }
    let front = received[0..<min(received.count, range.upperBound + cover.lookahead)]
    return Array(cover.masked(front)[range])
  }
}

/// What one look for more bytes came to.
enum Arrival {
  case bytes(Int)
  case nothing
  case end
  case lost(StreamError)
}

extension ScriptPeer {
  /// Notes that something was sent, an answer to which may be there already.
  func hasSent() {
    if isEmpty, promptness.isWorthAsking() { isEmpty = false }
  }

  /// Takes what has arrived on a stream, if there is room for it.
  func take(from stream: any ByteStream) throws(StreamError) -> Arrival {
    if let loss { return .lost(loss) }
    if hasEnded { return .end }
    if isEmpty { return .nothing }
    do throws(StreamError) {
      // What one attempt had room for, which is less than what may come in all.
      var room = 0
      let attempt = try received.append { (space) throws(StreamError) in
        room = space.freeCapacity
        return try stream.tryRead(into: &space)
      }
      switch attempt {
      case .moved(let count):
        isEmpty = count < room && stream.isEmptyAfterLess
        promptness.note(true)
        return .bytes(count)
      case .wouldBlock:
        isEmpty = true
        promptness.note(false)
        return .nothing
      case .endOfFile:
        hasEnded = true
        return .end
      }
    } catch {
      guard error.isOfPeer else { throw error }
      loss = error
      return .lost(error)
    }
  }

  /// Waits without suspending the task; false if that cannot be, or was in vain.
  func hasMore(from stream: any ByteStream, by deadline: Deadline) -> Bool {
    guard stream.hasBecomeReadable(by: deadline) else { return false }
    isEmpty = false
    promptness.forget()
    return true
  }

  /// Waits until more may have come, or the connection is lost; false if the deadline came first.
  func waitForMore(
    from stream: any ByteStream, by deadline: Deadline
  ) async throws(StreamError) -> Bool {
    do throws(StreamError) {
      try await stream.waitReadable(by: deadline)
      isEmpty = false
      promptness.forget()
      return true
    } catch {
      if case .timedOut(.total) = error.cause { return false }
      guard error.isOfPeer else { throw error }
      loss = error
      return true
    }
  }
}

extension StreamError {
  /// Whether it tells what became of the connection, and not what we did.
  fileprivate var isOfPeer: Bool {
    switch cause {
    case .cancelled, .closed: false
    default: !subject.isLocal
    }
  }
}

/// Whether a peer's answers are there at once, as those of a peer on the same processor may be.
///
/// Then it is cheaper to ask than to wait first; the more often none was, the more seldom it is
/// tried.
private struct Promptness {
  private var sentCount: UInt8 = 0
  private var missCount: UInt8 = 0
  private var isAsking = false

  private static let mostMisses: UInt8 = 5

  mutating func isWorthAsking() -> Bool {
    sentCount &+= 1
    isAsking = sentCount & (1 << missCount - 1) == 0
    return isAsking
  }

  /// Notes whether there was something.
  mutating func note(_ isThere: Bool) {
    guard isAsking else { return }
    isAsking = false
    missCount = isThere ? 0 : min(missCount + 1, Self.mostMisses)
  }

  /// What comes now was waited for.
  mutating func forget() { isAsking = false }
}
