import ByteText
import Sockets

/// One run of a script: its variables, its peers, and what was done so far.
///
/// It is touched on the loop's thread alone; what speaks at the same time takes turns there.
package final class ScriptRunner: @unchecked Sendable {
  let script: Script
  let environment: ScriptEnvironment
  var variables: [String: [UInt8]]
  var peers: [String: ScriptPeer] = [:]
  let onlyPeer: ScriptPeer?
  var newline = Newline.lf
  var characterSet: String?
  var timeout: Duration?
  var isLogging: Bool
  let progress = ScriptProgress()
  let cover: SecretCover

  /// Gets a script ready.
  package init(_ script: Script, _ environment: ScriptEnvironment) {
    self.script = script
    self.environment = environment
    variables = environment.variables
    let cover = SecretCover(environment.secrets)
    self.cover = cover
    timeout = environment.timeout
    isLogging = environment.logsFromTheStart
    onlyPeer = environment.peer.map {
      ScriptPeer(nil, $0, limit: environment.expectLimit, hiding: cover)
    }
  }

  var loop: EventLoop { environment.loop }

  /// Runs it to its end, and ends what it has opened: in order if it passed, else with a reset.
  ///
  /// The only peer, which others have opened, is left to them, but for a loss that was expected.
  package func run() async -> ScriptResult {
    let scope = ScriptScope(peer: onlyPeer)
    let outcome = await result { () throws(ScriptFailure) in
      let flow = try await loop.takingTurns { () throws(ScriptFailure) in
        try await run(script.statements, in: scope)
      }
      try await closePeers()
      return flow
    }
    switch outcome {
    case .success: return progress.result(.passed)
    case .failure(let failure):
      for peer in peers.values { peer.endpoint.abort() }
      guard failure.isCancellation else { return progress.result(.failed(failure)) }
      var result = progress.result(.cancelled)
      result.interruption = failure
      return result
    }
  }

  private func closePeers() async throws(ScriptFailure) {
    if let onlyPeer, onlyPeer.loss != nil { onlyPeer.endpoint.abort() }
    for peer in peers.values where peer.closedAt == nil {
      if peer.loss != nil {
        peer.endpoint.abort()
        continue
      }
      do throws(StreamError) {
        try await peer.endpoint.close()
      } catch {
        let place = script.statements.last?.place ?? Place(line: 1, column: 1)
        throw ScriptFailure(.stream(error), "", at: place, peer: peer.name)
      }
    }
  }

  // MARK: Blocks

  /// Runs statements one after the other, and beside them what they begin in parallel.
  func run(_ block: Block, in scope: ScriptScope) async throws(ScriptFailure) -> ScriptFlow {
    var (next, start) = (0, Deadline?.none)
    while next < block.count {
      let (index, headway) = try runAtOnce(block, from: next, hasBegun: start != nil, in: scope)
      if index > next { start = nil }
      next = index
      var sentCount = 0
      switch headway {
      case .done: return .goOn
      case .sent(let count): sentCount = count
      case .waits(let peer, let stream, let limit):
        // What has come by then is mostly all; else it is waited for with what that needs.
        guard start == nil else { break }
        let now = Deadline.now
        let end = end(of: limit, since: now)
        start = now
        if peer.hasMore(from: stream, by: end) { continue }
        try await waitOnce(for: block[index], by: end, peer, stream, in: scope)
        continue
      }
      if block[index].statement.isParallel {
        return try await runBeside(Array(block[index...]), in: scope)
      }
      let flow = try await execute(block[index], in: scope, sent: sentCount, since: start)
      if flow != .goOn { return flow }
      (next, start) = (index + 1, nil)
    }
    return .goOn
  }

  /// Statements that speak in parallel begin when their turn comes, and the block ends when they have.
  private func runBeside(
    _ block: Block, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    let gates = block.map { $0.statement.isParallel ? ScriptGate(on: loop) : nil }
    let outcome = await withTaskGroup(of: Result<ScriptFlow, ScriptFailure>.self) { group in
      for (statement, gate) in zip(block, gates) {
        guard let gate, case .with(let body, _) = statement.statement else { continue }
        group.addTask { [self] in
          guard await gate.opened() else { return .success(.goOn) }
          return await result { () throws(ScriptFailure) in
            let peer = try peer(of: statement, in: scope)
            return try await run(body, in: ScriptScope(scope, peer: peer))
          }
        }
      }
      group.addTask { [self] in
        let flow = await result { () throws(ScriptFailure) in
          try await runInTurn(block, gates, in: scope)
        }
        for gate in gates { gate?.close() }
        return flow
      }
      return await firstFailure(of: &group)
    }
    return try outcome.get()
  }

  private func runInTurn(
    _ block: Block, _ gates: [ScriptGate?], in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    for (statement, gate) in zip(block, gates) {
      progress.begin(statement)
      if let gate {
        gate.open()
        continue
      }
      let flow = try await execute(statement, in: scope)
      if flow != .goOn { return flow }
    }
    return .goOn
  }

  /// What made the others end counts, not that they were ended.
  private func firstFailure(
    of group: inout TaskGroup<Result<ScriptFlow, ScriptFailure>>
  ) async -> Result<ScriptFlow, ScriptFailure> {
    var flow = ScriptFlow.goOn
    var failure: ScriptFailure?
    while let ended = await group.next() {
      switch ended {
      case .success(.goOn): break
      case .success(let other):
        flow = other
        if other == .hasPassed { group.cancelAll() }
      case .failure(let error):
        if failure == nil || failure?.isCancellation == true { failure = error }
        group.cancelAll()
      }
    }
    if let failure, !(failure.isCancellation && flow == .hasPassed) { return .failure(failure) }
    return .success(flow)
  }
}

/// Where a run goes on after a statement.
enum ScriptFlow: Sendable, Hashable {
  case goOn
  /// Behind the loop.
  case leavesLoop
  /// Nowhere: the script has said that it passed.
  case hasPassed
}

extension Statement {
  var isParallel: Bool {
    if case .with(_, inParallel: true) = self { true } else { false }
  }
}

/// Lets a task that was begun early wait for its turn.
final class ScriptGate: @unchecked Sendable {
  private let wakeup: Wakeup
  private var isOpen = false
  private var isClosed = false

  init(on loop: EventLoop) { wakeup = Wakeup(on: loop) }

  func open() {
    isOpen = true
    wakeup.wakeAll()
  }

  /// No turn will come any more.
  func close() {
    isClosed = true
    wakeup.wakeAll()
  }

  /// Suspends until the turn comes; false if it never does.
  func opened() async -> Bool {
    while !isOpen, !isClosed, !Task.isCancelled { await wakeup.wait() }
    return isOpen
  }
}
