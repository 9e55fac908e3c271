import ByteText
import Sockets

/// What each statement does.
extension ScriptRunner {
  /// Does one, of which so many bytes were sent already, and which has begun at some moment.
  func execute(
    _ placed: PlacedStatement, in scope: ScriptScope, sent sentCount: Int = 0,
    since start: Deadline? = nil
  ) async throws(ScriptFailure) -> ScriptFlow {
    if Task.isCancelled { throw cancelled(placed.place) }
    switch placed.statement {
    case .send, .expect, .expectFirst, .halfClose, .close, .reset, .startTLS:
      let peer = try peer(of: placed, in: scope)
      if case .expect(let expectation) = placed.statement {
        try await expect(expectation, of: peer, placed, in: scope, since: start ?? .now)
        return .goOn
      }
      return try await speak(placed, to: peer, in: scope, sent: sentCount)
    case .with(let block, _):
      let peer = try peer(of: placed, in: scope)
      return try await run(block, in: ScriptScope(scope, peer: peer))
    case .branch, .repeated, .loop, .leaveLoop, .call, .include:
      return try await follow(placed, in: scope)
    default:
      return try await carryOut(placed, in: scope)
    }
  }

  /// Whom a statement is said to.
  func peer(
    of placed: PlacedStatement, in scope: ScriptScope
  ) throws(ScriptFailure) -> ScriptPeer {
    guard let name = placed.peer else {
      if let peer = scope.peer { return peer }
      throw ScriptFailure(.script, "nobody is there to talk to", at: placed.place)
    }
    if let peer = peers[name] { return peer }
    throw ScriptFailure(.script, "the peer " + name + " is not there yet", at: placed.place)
  }

  // MARK: To a peer

  private func speak(
    _ placed: PlacedStatement, to peer: ScriptPeer, in scope: ScriptScope, sent sentCount: Int
  ) async throws(ScriptFailure) -> ScriptFlow {
    let place = placed.place
    switch placed.statement {
    case .send(let values):
      if let ended = peer.halfClosedAt {
        throw ScriptFailure(
          .script, "no more can be sent after the half-close " + text(of: ended, seenFrom: place),
          at: place, peer: peer.name, callers: scope.callers)
      }
      let bytes = try bytes(of: values, in: scope, at: place)
      try await send(bytes, from: sentCount, to: peer, placed, in: scope)
    case .expectFirst(let choice):
      return try await expectFirst(choice, of: peer, placed, in: scope)
    case .halfClose:
      try await onStream(of: peer, placed, in: scope) { (stream) throws(StreamError) in
        try await stream.closeWrite(by: .never)
      }
      peer.halfClosedAt = peer.halfClosedAt ?? place
    case .close: try await close(peer, placed, in: scope)
    case .reset:
      // A client that nobody has spoken to yet is waited for.
      _ = try await channel(of: peer, placed, in: scope)
      peer.endpoint.abort()
      peer.closedAt = place
      peer.restart()
    case .startTLS(let name):
      try await failing(peer, placed, in: scope) { [self] () throws(StreamError) in
        guard peer.received.isEmpty else { throw StreamError.bytesBeforeTLS(peer.received.count) }
        try await peer.endpoint.startTLS(name: name, by: .after(timeout))
        (peer.isEmpty, peer.channel) = (false, nil)
      }
    default: break
    }
    return .goOn
  }

  private func close(
    _ peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) {
    if isLogging { environment.log(logLine(peer, "closed")) }
    try await failing(peer, placed, in: scope) { () throws(StreamError) in
      try await peer.endpoint.close()
    }
    peer.closedAt = placed.place
    peer.restart()
  }

  private func send(
    _ bytes: [UInt8], from start: Int, to peer: ScriptPeer, _ placed: PlacedStatement,
    in scope: ScriptScope
  ) async throws(ScriptFailure) {
    let isSecret = !environment.secrets.isEmpty && holdSecret(bytes)
    if isLogging {
      environment.log(logLine(peer, isSecret ? "> (hidden)" : "> " + shownText(bytes)))
    }
    let channel = try await channel(of: peer, placed, in: scope)
    if isSecret { peer.endpoint.hideSent(true) }
    defer { if isSecret { peer.endpoint.hideSent(false) } }
    do throws(StreamError) {
      switch channel {
      case .datagrams(let datagrams):
        try await datagrams.send(bytes, by: .never)
        environment.hasSent(bytes.count)
      case .stream(let stream):
        try await write(bytes, from: start, to: stream, of: peer)
        peer.hasSent()
      }
    } catch {
      throw failure(error, peer, placed, in: scope)
    }
  }

  /// Writes what the peer takes at once, and says how much that is.
  func write(
    _ bytes: [UInt8], from start: Int = 0, to stream: any ByteStream
  ) throws(StreamError) -> Int {
    var done = start
    while done < bytes.count,
      case .moved(let count) = try stream.tryWrite(
        bytes.span.bytes.extracting(droppingFirst: done))
    {
      done += count
      environment.hasSent(count)
    }
    return done
  }

  /// Writes all of it; while the peer takes nothing, what it sends is taken, as it may wait for that.
  private func write(
    _ bytes: [UInt8], from start: Int, to stream: any ByteStream, of peer: ScriptPeer
  ) async throws(StreamError) {
    var done = start
    while true {
      done = try write(bytes, from: done, to: stream)
      if done == bytes.count { return }
      if peer.received.freeCapacity > 0, case .bytes(let count) = try peer.take(from: stream) {
        environment.hasReceived(count)
        continue
      }
      let listens = peer.received.freeCapacity > 0 && !peer.hasEnded && peer.loss == nil
      if try await !stream.waitForRoom(orBytes: listens, by: .after(timeout)) {
        throw StreamError(.write, .endpoint(""), .layer(NothingTaken(limit: timeout)))
      }
      peer.isEmpty = false
    }
  }

  private func onStream(
    of peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope,
    _ body: (any ByteStream) async throws(StreamError) -> Void
  ) async throws(ScriptFailure) {
    let channel = try await channel(of: peer, placed, in: scope)
    guard case .stream(let stream) = channel else {
      throw ScriptFailure(.script, "datagrams have no end to be told", at: placed.place)
    }
    try await failing(peer, placed, in: scope) { () throws(StreamError) in try await body(stream) }
  }

  /// The connection; a client is waited for as long as for what is expected.
  func channel(
    of peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope,
    by deadline: Deadline? = nil
  ) async throws(ScriptFailure) -> ScriptChannel {
    if let channel = peer.channel { return channel }
    return try await failing(peer, placed, in: scope) { [self] () throws(StreamError) in
      let channel = try await peer.endpoint.channel(by: deadline ?? .after(timeout))
      peer.closedAt = nil
      peer.channel = channel
      return channel
    }
  }

  /// Does something with a peer, and says of its error where in the script that was.
  func failing<Value>(
    _ peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope,
    _ body: () async throws(StreamError) -> Value
  ) async throws(ScriptFailure) -> Value {
    do throws(StreamError) {
      return try await body()
    } catch {
      throw failure(error, peer, placed, in: scope)
    }
  }

  func failure(
    _ error: StreamError, _ peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope
  ) -> ScriptFailure {
    var message = ""
    if case .closed = error.cause, let closed = peer.closedAt {
      message = "the connection was closed " + text(of: closed, seenFrom: placed.place)
    }
    return ScriptFailure(
      message.isEmpty ? .stream(error) : .script, message, at: placed.place, peer: peer.name,
      callers: scope.callers)
  }

  /// Where something stands; the file is said only if it is another one.
  private func text(of place: Place, seenFrom other: Place) -> String {
    let line = String(place.line)
    if place.file == other.file { return "in line " + line }
    return "at " + script.files[place.file].name + ":" + line + ":" + String(place.column)
  }

  func logLine(_ peer: ScriptPeer, _ text: String) -> String {
    (peer.name.map { $0 + ": " } ?? "") + text
  }

  // MARK: Which way it goes

  private func follow(
    _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    switch placed.statement {
    case .branch(let branches, let otherwise):
      for branch in branches where try holds(branch.condition, in: scope, at: placed.place) {
        return try await run(branch.block, in: scope)
      }
      return try await run(otherwise, in: scope)
    case .repeated(let count, let counter, let block):
      let count = try number(of: count, in: scope, at: placed.place)
      if count < 0 {
        throw ScriptFailure(
          .script, "cannot repeat " + String(count) + " times", at: placed.place,
          callers: scope.callers)
      }
      return try await loop(upTo: count, counter, block, placed.place, in: scope)
    case .loop(let block):
      return try await loop(upTo: .max, nil, block, placed.place, in: scope)
    case .leaveLoop: return .leavesLoop
    case .include(let block): return try await run(block, in: scope)
    case .call(let name, let arguments): return try await call(name, arguments, placed, in: scope)
    default: return .goOn
    }
  }

  private func loop(
    upTo limit: Int64, _ counter: String?, _ block: Block, _ place: Place, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    var count: Int64 = 0
    while count < limit {
      count += 1
      if let counter { assign(Array(String(count).utf8), to: counter, in: scope) }
      let flow = try await run(block, in: scope)
      if flow == .leavesLoop { break }
      if flow != .goOn { return flow }
      // One that never waits must not keep signals and other scripts waiting.
      guard count % 64 == 0 else { continue }
      await environment.loop.yield()
      if Task.isCancelled { throw cancelled(place) }
    }
    return .goOn
  }

  private func call(
    _ name: String, _ arguments: [Expression], _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    guard let procedure = script.procedures[name] else {
      throw ScriptFailure(.script, "no such procedure: " + name, at: placed.place)
    }
    guard scope.callers.count < ScriptScope.callLimit else {
      throw ScriptFailure(.script, "calls nest too deep", at: placed.place, callers: scope.callers)
    }
    var values: [String: [UInt8]] = [:]
    for (parameter, argument) in zip(procedure.parameters, arguments) {
      values[parameter] = try bytes(of: argument, in: scope, at: placed.place)
    }
    let peer = try placed.peer == nil ? scope.peer : peer(of: placed, in: scope)
    let inner = ScriptScope(callFrom: scope, at: placed.place, values, peer: peer)
    return try await run(procedure.block, in: inner)
  }

  func holds(
    _ condition: Condition, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> Bool {
    switch condition {
    case .comparison(let left, .equal, let right):
      return try bytes(of: left, in: scope, at: place) == bytes(of: right, in: scope, at: place)
    case .comparison(let left, .unequal, let right):
      return try bytes(of: left, in: scope, at: place) != bytes(of: right, in: scope, at: place)
    case .comparison(let left, let comparison, let right):
      let a = try number(of: left, in: scope, at: place)
      let b = try number(of: right, in: scope, at: place)
      return comparison.holds(a, b)
    case .matches(let expression, let pattern):
      let bytes = try bytes(of: expression, in: scope, at: place)
      do throws(PatternLimitError) {
        guard let match = try pattern.firstMatch(in: bytes) else { return false }
        keep(match, of: bytes, in: scope)
        return true
      } catch {
        throw ScriptFailure(.script, error.description, at: place)
      }
    }
  }

  // MARK: The rest

  private func carryOut(
    _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    let place = placed.place
    switch placed.statement {
    case .peer(let request): try await open(request, placed, in: scope)
    case .set(let setting): try set(setting, at: place)
    case .log(let isOn): isLogging = isOn
    case .assign(let name, let expression):
      assign(try bytes(of: expression, in: scope, at: place), to: name, in: scope)
    case .assert(let condition):
      if try !holds(condition, in: scope, at: place) {
        throw ScriptFailure(
          .expectation, try text(of: condition, in: scope, at: place), at: place,
          callers: scope.callers)
      }
    case .fail(let parts):
      let reason = safeLine(
        String(decoding: try bytes(of: parts, in: scope, at: place), as: UTF8.self))
      throw ScriptFailure(.expectation, reason, at: place, callers: scope.callers)
    case .pass: return .hasPassed
    case .print(let values):
      let bytes = try bytes(of: values, in: scope, at: place) + [UInt8(ascii: "\n")]
      try await ours(place) { [self] () throws(StreamError) in try await environment.print(bytes) }
    case .sleep(let duration):
      guard await loop.sleep(until: .after(duration)) else { throw cancelled(place) }
    case .pause(let parts):
      guard let waitForKey = environment.waitForKey else { break }
      let text = String(decoding: try bytes(of: parts, in: scope, at: place), as: UTF8.self)
      try await ours(place) { () throws(StreamError) in try await waitForKey(text) }
    default: break
    }
    return .goOn
  }

  private func open(
    _ request: PeerRequest, _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) {
    let place = placed.place
    guard let opener = environment.opener else {
      throw ScriptFailure(.script, "this script has its peer already", at: place)
    }
    var arguments: [String] = []
    for argument in request.arguments {
      let bytes = try bytes(of: argument, in: scope, at: place)
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        throw ScriptFailure(.script, "no argument: " + shownText(bytes), at: place)
      }
      arguments.append(text)
    }
    // Let go of before, as a listener frees its place only then.
    peers.removeValue(forKey: request.name)?.endpoint.abort()
    do throws(PeerOpenerError) {
      let endpoint = try await opener.open(request.command, arguments)
      peers[request.name] = ScriptPeer(request.name, endpoint, limit: environment.expectLimit)
    } catch {
      switch error {
      case .request(let message, let hint):
        let text = message + (hint.map { " (" + $0 + ")" } ?? "")
        throw ScriptFailure(.script, text, at: place, peer: request.name, callers: scope.callers)
      case .stream(let error):
        throw ScriptFailure(
          .stream(error), "", at: place, peer: request.name, callers: scope.callers)
      }
    }
  }

  private func set(_ setting: Setting, at place: Place) throws(ScriptFailure) {
    switch setting {
    case .newline(let newline): self.newline = newline
    case .timeout(let limit): timeout = limit
    case .encoding(let name):
      guard environment.encode([], name) != nil else {
        throw ScriptFailure(.script, "unknown character set \"" + safeLine(name) + "\"", at: place)
      }
      characterSet = name
    }
  }

  func assign(_ bytes: [UInt8], to name: String, in scope: ScriptScope) {
    if scope.locals[name] != nil { scope.locals[name] = bytes } else { variables[name] = bytes }
  }

  /// Remembers the groups of a match.
  func keep(_ match: PatternMatch, of bytes: [UInt8], in scope: ScriptScope) {
    scope.groups = match.groups.map { $0.map { Array(bytes[$0]) } }
    for name in match.groupNumbers.keys {
      if let group = match[name: name] { assign(Array(bytes[group]), to: name, in: scope) }
    }
  }

  private func ours(
    _ place: Place, _ body: () async throws(StreamError) -> Void
  ) async throws(ScriptFailure) {
    do throws(StreamError) {
      try await body()
    } catch {
      throw ScriptFailure(.stream(error), "", at: place)
    }
  }

  func cancelled(_ place: Place) -> ScriptFailure {
    ScriptFailure(.stream(StreamError(.read, .endpoint(""), .cancelled)), "", at: place)
  }

  /// Both sides of a condition that does not hold.
  private func text(
    of condition: Condition, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> String {
    switch condition {
    case .comparison(let left, let sign, let right):
      return shownText(try bytes(of: left, in: scope, at: place)) + " " + sign.rawValue + " "
        + shownText(try bytes(of: right, in: scope, at: place)) + " does not hold"
    case .matches(let expression, let pattern):
      return shownText(try bytes(of: expression, in: scope, at: place)) + " does not match /"
        + safeLine(String(decoding: pattern.text, as: UTF8.self)) + "/"
    }
  }
}

extension Comparison {
  fileprivate func holds(_ a: Int64, _ b: Int64) -> Bool {
    switch self {
    case .equal: a == b
    case .unequal: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension ByteStream {
  /// Suspends until it may take bytes again, or until it may bring some; false if the deadline came
  /// first.
  fileprivate func waitForRoom(
    orBytes listens: Bool, by deadline: Deadline
  ) async throws(StreamError) -> Bool {
    do throws(StreamError) {
      try await waitForEither(listens, by: deadline)
      return true
    } catch {
      guard case .timedOut = error.cause else { throw error }
      return false
    }
  }

  private func waitForEither(_ listens: Bool, by deadline: Deadline) async throws(StreamError) {
    guard listens else { return try await waitWritable(by: deadline) }
    let outcome = await withTaskGroup(of: Result<Void, StreamError>.self) { group in
      group.addTask {
        await Scripting.streamOutcome { () throws(StreamError) in
          try await self.waitWritable(by: deadline)
        }
      }
      group.addTask {
        await Scripting.streamOutcome { () throws(StreamError) in
          try await self.waitReadable(by: deadline)
        }
      }
      let first = await group.next() ?? .success(())
      group.cancelAll()
      return first
    }
    try outcome.get()
  }
}

/// A child's outcome with its type: task groups lose that of a thrown error.
func streamOutcome<Value: Sendable>(
  _ body: () async throws(StreamError) -> Value
) async -> Result<Value, StreamError> {
  do throws(StreamError) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}

extension StreamError {
  /// Bytes came in clear that would be taken for the protected ones.
  fileprivate static func bytesBeforeTLS(_ count: Int) -> StreamError {
    StreamError(.read, .endpoint(""), .layer(InjectedBytes(count: count)))
  }
}

/// The peer does not read what it is sent.
private struct NothingTaken: LayerError {
  let limit: Duration?
  var failure: FailureClass { .timedOut }
  var text: String {
    "the peer took no more bytes within " + (limit ?? .zero).reportText + " (set timeout)"
  }
}

private struct InjectedBytes: LayerError {
  let count: Int
  var failure: FailureClass { .security }
  var text: String { String(count) + " bytes came in clear before TLS began" }
}

extension ScriptFailure {
  /// Whether it only says that the run was ended from outside.
  var isCancellation: Bool {
    if case .stream(let error) = kind { error.isCancellation } else { false }
  }
}
