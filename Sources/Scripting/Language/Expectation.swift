/// What has to come.
package struct Expectation: Sendable, Hashable {
  package let pattern: Pattern
  /// The variable that takes what matched.
  package let name: String?
  /// How long it may take from here; nil is the timeout in force.
  package let limit: Duration?

  /// Expects a pattern.
  package init(_ pattern: Pattern, as name: String? = nil, within limit: Duration? = nil) {
    self.pattern = pattern
    self.name = name
    self.limit = limit
  }
}

/// What something has to look like.
package indirect enum Pattern: Sendable, Hashable {
  /// These values, one behind the other, anywhere in what comes.
  case literal([Value])
  case regular(BytePattern)
  /// So many bytes, whatever they are.
  case bytes(Expression)
  /// Up to the next newline, which does not count.
  case line
  /// A number to be read.
  case integer(IntegerFormat)
  /// A datagram as a whole; any if there is no pattern.
  case datagram(Pattern?)
  /// The peer sends no more, and said so.
  case endOfFile
  /// The connection is over, in whatever way.
  case close
  /// The connection was reset.
  case reset
  /// So long no byte comes.
  case nothing(for: Duration)

  /// The word of a pattern that no bytes match, and that thus has no value; nil of others.
  var wordForNoBytes: String? {
    switch self {
    case .endOfFile: "eof"
    case .close: "close"
    case .reset: "reset"
    case .nothing: "nothing"
    default: nil
    }
  }
}

/// `expect { … }`: several possibilities, and what to do at each.
package struct Choice: Sendable, Hashable {
  package let alternatives: [Alternative]
  /// What to do when none of them has come in time; nil is a failure.
  package let onTimeout: Block?
  /// How long it may take from here; nil is the timeout in force.
  package let limit: Duration?

  /// Joins possibilities.
  package init(
    _ alternatives: [Alternative], onTimeout: Block? = nil, within limit: Duration? = nil
  ) {
    self.alternatives = alternatives
    self.onTimeout = onTimeout
    self.limit = limit
  }
}

/// One possibility of several.
package struct Alternative: Sendable, Hashable {
  package let pattern: Pattern
  package let name: String?
  package let place: Place
  package let block: Block

  /// Names a pattern, the variable that takes what matched, and what to do then.
  package init(_ pattern: Pattern, as name: String? = nil, at place: Place, _ block: Block) {
    self.pattern = pattern
    self.name = name
    self.place = place
    self.block = block
  }
}
