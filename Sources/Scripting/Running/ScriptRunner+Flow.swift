import Sockets

/// Which way a script goes.
extension ScriptRunner {
  func follow(
    _ placed: PlacedStatement, in scope: ScriptScope
  ) async throws(ScriptFailure) -> ScriptFlow {
    switch placed.statement {
    case .branch(let branches, let otherwise):
      for branch in branches {
        try await readAhead(branch.condition.files, at: placed.place, in: scope)
        let holds = try holds(branch.condition, in: scope, at: placed.place)
        scope.contents = [:]
        if holds { return try await run(branch.block, in: scope) }
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
      if Task.isCancelled { throw cancelled(place, in: scope) }
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
