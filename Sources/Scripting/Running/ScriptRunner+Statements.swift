import ByteText
import Sockets

/// What each statement does.
extension ScriptRunner {
  /// Does one, of which so many bytes were sent already, and which has begun at some moment; what
  /// its files hold may have been read.
  func execute(
    _ placed: PlacedStatement, in scope: ScriptScope, sent sentCount: Int = 0,
    since start: Deadline? = nil, hasRead: Bool = false
  ) async throws(ScriptFailure) -> ScriptFlow {
    if Task.isCancelled { throw cancelled(placed.place, in: scope) }
    if !hasRead, !placed.files.isEmpty {
      try await readAhead(placed.files, at: placed.place, in: scope)
      defer { scope.contents = [:] }
      return try await execute(placed, in: scope, sent: sentCount, since: start, hasRead: true)
    }
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
      try await ours(place, in: scope) { [self] () throws(StreamError) in
        try await environment.print(bytes)
      }
    case .sleep(let duration):
      guard await loop.sleep(until: .after(duration)) else { throw cancelled(place, in: scope) }
    case .pause(let parts):
      guard let waitForKey = environment.waitForKey else { break }
      let text = String(decoding: try bytes(of: parts, in: scope, at: place), as: UTF8.self)
      try await ours(place, in: scope) { () throws(StreamError) in try await waitForKey(text) }
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
      arguments.append(try text(of: argument, "argument", in: scope, at: place))
    }
    // Let go of before, as a listener frees its place only then.
    peers.removeValue(forKey: request.name)?.endpoint.abort()
    do throws(PeerOpenerError) {
      let endpoint = try await opener.open(request.command, arguments)
      peers[request.name] = ScriptPeer(
        request.name, endpoint, limit: environment.expectLimit, hiding: cover)
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

  /// What parts come to where text without a NUL is wanted.
  func text(
    of parts: [TextPart], _ what: String, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> String {
    let bytes = try bytes(of: parts, in: scope, at: place)
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw ScriptFailure(
        .script, "no " + what + ": " + shownValue(bytes), at: place, callers: scope.callers)
    }
    return text
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
    _ place: Place, in scope: ScriptScope, _ body: () async throws(StreamError) -> Void
  ) async throws(ScriptFailure) {
    do throws(StreamError) {
      try await body()
    } catch {
      throw ScriptFailure(.stream(error), "", at: place, callers: scope.callers)
    }
  }

  func cancelled(_ place: Place, in scope: ScriptScope) -> ScriptFailure {
    ScriptFailure(
      .stream(StreamError(.read, .endpoint(""), .cancelled)), "", at: place,
      callers: scope.callers)
  }

  /// Both sides of a condition that does not hold.
  private func text(
    of condition: Condition, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> String {
    switch condition {
    case .comparison(let left, let sign, let right):
      return shownValue(try bytes(of: left, in: scope, at: place)) + " " + sign.rawValue + " "
        + shownValue(try bytes(of: right, in: scope, at: place)) + " does not hold"
    case .matches(let expression, let pattern):
      return shownValue(try bytes(of: expression, in: scope, at: place)) + " does not match /"
        + safeLine(String(decoding: pattern.text, as: UTF8.self)) + "/"
    }
  }
}

extension ScriptFailure {
  /// Whether it only says that the run was ended from outside.
  var isCancellation: Bool {
    if case .stream(let error) = kind { error.isCancellation } else { false }
  }
}
