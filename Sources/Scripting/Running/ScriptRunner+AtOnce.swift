import Sockets

/// What a statement has come to without any waiting.
enum Headway {
  case done
  /// It has yet to be done, but for so many bytes that were sent.
  case sent(Int)
  /// Nothing has come yet from whom it expects something, within that time.
  case waits(ScriptPeer, any ByteStream, limit: Duration?)

  static let none = Headway.sent(0)
}

/// What is said and heard most, where nothing has to be waited for: then nothing has to be kept for
/// the time after a wait, which is half the cost of a statement.
extension ScriptRunner {
  /// Does statements of a block, from one on, as far as that goes, and says with which to go on.
  ///
  /// The first one may have begun already, and waited.
  func runAtOnce(
    _ block: Block, from start: Int, hasBegun: Bool, in scope: ScriptScope
  ) throws(ScriptFailure) -> (index: Int, headway: Headway) {
    for index in start..<block.count {
      let placed = block[index]
      // What is said in parallel begins in its turn.
      if placed.statement.isParallel { return (index, .none) }
      if index > start || !hasBegun { progress.begin(placed) }
      let headway = try doAtOnce(placed, in: scope)
      guard case .done = headway else { return (index, headway) }
    }
    return (block.count, .done)
  }

  private func doAtOnce(
    _ placed: PlacedStatement, in scope: ScriptScope
  ) throws(ScriptFailure) -> Headway {
    switch placed.statement {
    case .send(let values): try sendAtOnce(values, placed, in: scope)
    case .expect(let expectation): try expectAtOnce(expectation, placed, in: scope)
    default: .none
    }
  }

  /// Waits until something comes that a statement may expect, or its time is up.
  func waitOnce(
    for placed: PlacedStatement, by end: Deadline, _ peer: ScriptPeer, _ stream: any ByteStream,
    in scope: ScriptScope
  ) async throws(ScriptFailure) {
    do throws(StreamError) {
      // Whoever goes on looks whether the time is up.
      _ = try await peer.waitForMore(from: stream, by: end)
    } catch {
      throw lost(error, peer, placed, in: scope)
    }
  }

  /// Whom a statement speaks to through a stream that is there; nil if there is more to it.
  private func partner(
    of placed: PlacedStatement, in scope: ScriptScope
  ) throws(ScriptFailure) -> (peer: ScriptPeer, stream: any ByteStream)? {
    let peer = try peer(of: placed, in: scope)
    guard case .stream(let stream)? = peer.channel, !isLogging, !Task.isCancelled else {
      return nil
    }
    return (peer, stream)
  }

  private func sendAtOnce(
    _ values: [Value], _ placed: PlacedStatement, in scope: ScriptScope
  ) throws(ScriptFailure) -> Headway {
    // Other values may differ when they are asked for again, as files do.
    guard environment.secrets.isEmpty, values.count == 1, case .text = values[0],
      let (peer, stream) = try partner(of: placed, in: scope), peer.halfClosedAt == nil
    else { return .none }
    let bytes = try bytes(of: values, in: scope, at: placed.place)
    do throws(StreamError) {
      let count = try write(bytes, to: stream)
      guard count == bytes.count else { return .sent(count) }
      peer.hasSent()
      return .done
    } catch {
      throw failure(error, peer, placed, in: scope)
    }
  }

  /// Takes what is expected if it has come; else leaves all as it is.
  private func expectAtOnce(
    _ expectation: Expectation, _ placed: PlacedStatement, in scope: ScriptScope
  ) throws(ScriptFailure) -> Headway {
    guard expectation.pattern.isAboutBytes, placed.files.isEmpty,
      let (peer, stream) = try partner(of: placed, in: scope)
    else { return .none }
    if peer.received.isEmpty {
      switch try arrived(from: stream, peer, placed, in: scope) {
      case .arrived: break
      case nil where expectation.pattern.mayBeOfNothing: return .none
      case nil: return .waits(peer, stream, limit: expectation.limit)
      case .over, .quiet: return .none
      }
    }
    if try takeFront(expectation, of: peer, placed, in: scope) { return .done }
    let (pattern, isFull) = (expectation.pattern, peer.received.freeCapacity == 0)
    let search = ExpectedSearch(peer, placed, scope, start: .now, end: .never)
    guard let prepared = try prepare(pattern, search) else { return .none }
    var matcher = Matcher([prepared])
    guard
      case .matched(let match) = try look(with: &matcher, [pattern], search, isFinal: isFull)
    else { return .none }
    try take(match, search, as: pattern)
    remember(search, as: expectation.name)
    return .done
  }

  /// Takes a text if what came begins with it: no match is further left, and none is cheaper.
  private func takeFront(
    _ expectation: Expectation, of peer: ScriptPeer, _ placed: PlacedStatement,
    in scope: ScriptScope
  ) throws(ScriptFailure) -> Bool {
    guard case .literal(let values) = expectation.pattern, values.count == 1,
      case .text = values[0]
    else { return false }
    let bytes = try bytes(of: values, in: scope, at: placed.place)
    guard peer.received.begins(with: bytes) else { return false }
    peer.consume(bytes.count)
    if let name = expectation.name { assign(bytes, to: name, in: scope) }
    scope.remember(bytes)
    return true
  }
}

extension Pattern {
  /// Whether its values can make it one for which no byte has to come.
  fileprivate var mayBeOfNothing: Bool {
    switch self {
    case .bytes: true
    case .literal(let values): !values.contains(where: \.hasBytes)
    default: false
    }
  }

  /// Whether it is looked for in the bytes of a stream.
  fileprivate var isAboutBytes: Bool {
    switch self {
    case .literal, .regular, .bytes, .line, .integer: true
    case .datagram, .endOfFile, .close, .reset, .nothing: false
    }
  }
}

extension Value {
  /// Whether it is known to be more than nothing.
  fileprivate var hasBytes: Bool {
    switch self {
    case .text(let parts), .line(let parts):
      parts.contains { if case .bytes = $0 { true } else { false } }
    case .hex(let bytes): !bytes.isEmpty
    case .mask(let mask): !mask.isEmpty
    case .integer, .length: true
    case .file: false
    }
  }
}
