import Sockets

/// What has to come, and what is done when it has.
extension ScriptRunner {
  func expect(
    _ expectation: Expectation, of peer: ScriptPeer, _ placed: PlacedStatement,
    in scope: ScriptScope, since start: Deadline
  ) async throws(ScriptFailure) {
    let end = end(of: expectation.limit, since: start)
    let search = ExpectedSearch(peer, placed, scope, start: start, end: end)
    switch try await channel(of: peer, placed, in: scope, by: end) {
    case .datagrams(let datagrams):
      let found = try await find([expectation.pattern], in: datagrams, search)
      guard found != nil else { throw failure([expectation.pattern], search, .time) }
    case .stream(let stream):
      if case .nothing(let duration) = expectation.pattern {
        return try await expectNothing(for: duration, from: stream, search)
      }
      switch try await find([expectation.pattern], in: stream, search) {
      case .alternative: break
      case .timedOut: throw failure([expectation.pattern], search, .time)
      case .ended(let why): throw failure([expectation.pattern], search, why)
      }
    }
    remember(search, as: expectation.name)
  }

  func expectFirst(
    _ choice: Choice, of peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    let start = Deadline.now
    let end = end(of: choice.limit, since: start)
    let search = ExpectedSearch(peer, placed, scope, start: start, end: end)
    search.hasOtherWay = choice.onTimeout != nil
    let patterns = choice.alternatives.map(\.pattern)
    var index: Int?
    switch try await channel(of: peer, placed, in: scope, by: end) {
    case .datagrams(let datagrams): index = try await find(patterns, in: datagrams, search)
    case .stream(let stream):
      switch try await find(patterns, in: stream, search) {
      case .alternative(let found): index = found
      case .timedOut: break
      case .ended(let why): throw failure(patterns, search, why)
      }
    }
    guard let index else {
      if let block = choice.onTimeout { return try await run(block, in: scope) }
      throw failure(patterns, search, .time)
    }
    let alternative = choice.alternatives[index]
    remember(search, as: alternative.name)
    return try await run(alternative.block, in: scope)
  }

  /// When an expectation's time is up that has begun at some moment.
  func end(of limit: Duration?, since start: Deadline) -> Deadline {
    (limit ?? timeout).map { start + $0 } ?? .never
  }

  /// Keeps what an expectation that was met has found, and tells it if it is to be told.
  func remember(_ search: ExpectedSearch, as name: String?) {
    if let name { assign(search.value, to: name, in: search.scope) }
    if search.hasMatch { keepGroups(of: search) }
    guard isLogging, !search.taken.isEmpty else { return }
    environment.log(logLine(search.peer, "< " + shownText(search.taken)))
  }

  // MARK: Streams

  private enum Found {
    case alternative(Int)
    case timedOut
    /// The peer has ended, or too much came; what is said of it.
    case ended(ExpectedSearch.Ending)
  }

  /// Looks for the first of several patterns in what comes.
  private func find(
    _ patterns: [Pattern], in stream: any ByteStream, _ search: ExpectedSearch
  ) async throws(ScriptFailure) -> Found {
    let prepared = try prepare(patterns, search)
    var matcher = Matcher(prepared.patterns)
    let peer = search.peer
    var isFinal = false
    var arrivals = 0
    var hasToLook = !peer.received.isEmpty || prepared.patterns.contains(where: \.isOfNothing)
    while true {
      // Where only an end is waited for, what comes before it may be any amount.
      if prepared.patterns.isEmpty { search.passOver() }
      if hasToLook || isFinal {
        let isFull = peer.received.freeCapacity == 0
        switch try look(with: &matcher, patterns, search, isFinal: isFinal || isFull) {
        case .matched(let match):
          let index = prepared.indexes[match.alternative]
          try take(match, search, as: patterns[index])
          return .alternative(index)
        case .never where isFull && !isFinal: return .ended(.full(environment.expectLimit))
        case .never
        where !isFinal && prepared.patterns.count == patterns.count && !search.hasOtherWay:
          return .ended(.somethingElse)
        case .never, .undecided: break
        }
        hasToLook = false
      }
      if isFinal { return try endOfSearch(patterns, prepared, matcher, search) }
      switch try await more(from: stream, search, matcher.wantsToLookAgain) {
      case .arrived:
        hasToLook = true
        arrivals += 1
        if arrivals % Self.fairShare == 0 { isFinal = try await giveTurn(search) }
      case .quiet:
        if case .matched(let match) = try look(with: &matcher, patterns, search, isQuiet: true) {
          let index = prepared.indexes[match.alternative]
          try take(match, search, as: patterns[index])
          return .alternative(index)
        }
      case .over: isFinal = true
      }
    }
  }

  /// How many arrivals may follow each other before everybody else gets a turn.
  private static let fairShare = 64

  /// Lets signals and other scripts have a turn, as a peer that floods never makes us wait; true if
  /// the time is up.
  private func giveTurn(_ search: ExpectedSearch) async throws(ScriptFailure) -> Bool {
    await loop.yield()
    if Task.isCancelled { throw cancelled(search.placed.place, in: search.scope) }
    search.isTimeUp = search.end.hasPassed
    return search.isTimeUp
  }

  enum More { case arrived, quiet, over }

  /// Reads more, waiting if need be; over is the peer's end, or that of the time.
  private func more(
    from stream: any ByteStream, _ search: ExpectedSearch, _ wantsToLookAgain: Bool
  ) async throws(ScriptFailure) -> More {
    while true {
      if let arrived = try arrived(from: stream, search.peer, search.placed, in: search.scope) {
        return arrived
      }
      let soon = wantsToLookAgain ? Deadline.after(.milliseconds(3)) : .never
      do throws(StreamError) {
        let isThere = try await search.peer.waitForMore(from: stream, by: min(search.end, soon))
        if !isThere { return wantsToLookAgain && !search.end.hasPassed ? .quiet : timeIsUp(search) }
      } catch {
        throw lost(error, search.peer, search.placed, in: search.scope)
      }
    }
  }

  /// Reads what is there already; nil if there is nothing.
  func arrived(
    from stream: any ByteStream, _ peer: ScriptPeer, _ placed: PlacedStatement,
    in scope: ScriptScope
  ) throws(ScriptFailure) -> More? {
    do throws(StreamError) {
      switch try peer.take(from: stream) {
      case .bytes(let count):
        environment.hasReceived(count)
        return .arrived
      case .end, .lost: return .over
      case .nothing: return nil
      }
    } catch {
      throw lost(error, peer, placed, in: scope)
    }
  }

  func lost(
    _ error: StreamError, _ peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope
  ) -> ScriptFailure {
    ScriptFailure(.stream(error), "", at: placed.place, peer: peer.name, callers: scope.callers)
  }

  private func timeIsUp(_ search: ExpectedSearch) -> More {
    search.isTimeUp = true
    return .over
  }

  func look(
    with matcher: inout Matcher, _ patterns: [Pattern], _ search: ExpectedSearch,
    isFinal: Bool = false,
    isQuiet: Bool = false
  ) throws(ScriptFailure) -> Matcher.Verdict {
    do throws(PatternLimitError) {
      return try search.peer.received.withBytes { (bytes) throws(PatternLimitError) in
        try matcher.look(at: bytes, isFinal: isFinal, isQuiet: isQuiet)
      }
    } catch {
      throw failure(patterns, search, .pattern(error))
    }
  }

  /// Nothing matched and nothing more comes: perhaps that is what was expected.
  private func endOfSearch(
    _ patterns: [Pattern], _ prepared: PreparedPatterns, _ matcher: Matcher,
    _ search: ExpectedSearch
  ) throws(ScriptFailure) -> Found {
    let peer = search.peer
    if search.isTimeUp {
      search.nearMiss = peer.received.withBytes { matcher.nearMiss(of: prepared.patterns, in: $0) }
      return .timedOut
    }
    let hasEnd = peer.loss == nil
    let isReset = peer.loss?.isReset == true
    for (index, pattern) in patterns.enumerated() {
      switch pattern {
      case .endOfFile where hasEnd, .close where hasEnd || isReset, .reset where isReset:
        search.take(peer.received.count, showing: isLogging)
        return .alternative(index)
      default: break
      }
    }
    search.nearMiss = peer.received.withBytes { matcher.nearMiss(of: prepared.patterns, in: $0) }
    if let loss = peer.loss { return .ended(.lost(loss)) }
    return .ended(.peerEnded)
  }

  private func expectNothing(
    for duration: Duration, from stream: any ByteStream, _ search: ExpectedSearch
  ) async throws(ScriptFailure) {
    let peer = search.peer
    guard peer.received.isEmpty else {
      throw failure([.nothing(for: duration)], search, .something)
    }
    search.end = .after(duration)
    switch try await more(from: stream, search, false) {
    case .arrived, .quiet: throw failure([.nothing(for: duration)], search, .something)
    case .over where search.isTimeUp: return
    case .over:
      throw failure([.nothing(for: duration)], search, peer.loss.map { .lost($0) } ?? .peerEnded)
    }
  }

  /// Takes a match and what stands before it, and remembers what it says.
  func take(
    _ match: Match, _ search: ExpectedSearch, as pattern: Pattern
  ) throws(ScriptFailure) {
    let received = search.peer.received
    if let groups = match.groups {
      let bytes = received[0..<match.range.upperBound]
      search.groups = (groups, bytes)
      search.value = Array(bytes[match.value])
    } else {
      search.value = received[match.value]
    }
    search.hasMatch = true
    if case .integer(let format) = pattern {
      search.value = Array(String(format.number(of: search.value)).utf8)
    }
    search.take(match.range.upperBound, showing: isLogging)
  }
}
