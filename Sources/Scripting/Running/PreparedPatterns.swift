import Sockets

/// What a matcher looks for, of an expectation's patterns; the ends among them are known otherwise.
struct PreparedPatterns {
  var patterns: [PreparedPattern] = []
  /// Which of the expectation's patterns each one is.
  var indexes: [Int] = []
}

extension ScriptRunner {
  func prepare(
    _ patterns: [Pattern], _ search: ExpectedSearch
  ) throws(ScriptFailure) -> PreparedPatterns {
    var prepared = PreparedPatterns()
    for (index, pattern) in patterns.enumerated() {
      guard let pattern = try prepare(pattern, search) else { continue }
      prepared.patterns.append(pattern)
      prepared.indexes.append(index)
    }
    return prepared
  }

  /// A pattern with the values that it has now; nil if it is about an end.
  func prepare(
    _ pattern: Pattern, _ search: ExpectedSearch
  ) throws(ScriptFailure) -> PreparedPattern? {
    let (scope, place) = (search.scope, search.placed.place)
    switch pattern {
    case .literal(let values):
      return values.contains { $0.isMask }
        ? PreparedPattern(try mask(of: values, in: scope, at: place))
        : .literal(try bytes(of: values, in: scope, at: place))
    case .regular(let pattern): return .regular(pattern)
    case .bytes(let expression):
      let count = try number(of: expression, in: scope, at: place)
      guard count >= 0 else {
        throw ScriptFailure(
          .script, String(count) + " bytes cannot be expected", at: place, peer: search.peer.name,
          callers: scope.callers)
      }
      guard count <= Int64(environment.expectLimit) else {
        let limit = String(environment.expectLimit)
        throw ScriptFailure(
          .expectation,
          String(count) + " bytes cannot be expected: the limit is " + limit
            + " (--expect-limit)", at: place, peer: search.peer.name, callers: scope.callers)
      }
      return .bytes(Int(count))
    case .line: return .line
    case .integer(let format): return .integer(byteCount: format.byteCount)
    case .datagram(let inner):
      return try inner.flatMap { inner throws(ScriptFailure) in
        try prepare(inner, search)
      }
    case .endOfFile, .close, .reset, .nothing: return nil
    }
  }
}

extension Value {
  fileprivate var isMask: Bool {
    if case .mask = self { true } else { false }
  }
}

extension PreparedPattern {
  /// Whether no byte has to come for it.
  var isOfNothing: Bool {
    switch self {
    case .literal(let bytes): bytes.isEmpty
    case .mask(let mask): mask.isEmpty
    case .bytes(let count): count == 0
    case .regular, .line, .integer: false
    }
  }
}
