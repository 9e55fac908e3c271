import Sockets

/// What is said to a peer.
extension ScriptRunner {
  func speak(
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
    case .startTLS(let parts): try await startTLS(parts, peer, placed, in: scope)
    default: break
    }
    return .goOn
  }

  private func startTLS(
    _ parts: [TextPart]?, _ peer: ScriptPeer, _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) {
    var name: String?
    if let parts { name = try text(of: parts, "name of a host", in: scope, at: placed.place) }
    if name?.isEmpty == true {
      throw ScriptFailure(
        .script, "the name of a host is empty", at: placed.place, callers: scope.callers)
    }
    try await failing(peer, placed, in: scope) { [self, name] () throws(StreamError) in
      guard peer.received.isEmpty else { throw StreamError.bytesBeforeTLS(peer.received.count) }
      try await peer.endpoint.startTLS(name: name, by: .after(timeout))
      (peer.isEmpty, peer.channel) = (false, nil)
    }
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
    let isSecret = holdSecret(bytes)
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
}

extension ByteStream {
  /// Suspends until it may take bytes again, or until it may bring some; false if the deadline came
  /// first.
  fileprivate func waitForRoom(
    orBytes listens: Bool, by deadline: Deadline
  ) async throws(StreamError) -> Bool {
    do throws(StreamError) {
      try await listens ? waitForEither(by: deadline) : waitWritable(by: deadline)
      return true
    } catch {
      guard case .timedOut = error.cause else { throw error }
      return false
    }
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
