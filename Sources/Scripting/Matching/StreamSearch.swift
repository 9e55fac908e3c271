/// What may be assumed of the bytes that are looked at.
struct LookMoment {
  /// No more will come.
  var isFinal = false
  /// No more have come for a moment, so that it is worth looking at few new ones.
  var isQuiet = false
  /// A match that begins behind this byte is of no interest.
  var lastStart = Int.max
}

/// What a search knows.
enum SearchState {
  case searches
  /// A match, and where it was begun. What follows changes nothing about it.
  case found(Match, from: Int)
  case fails
}

/// Looks for one pattern in bytes that come in pieces: each look is at all that has come so far.
protocol StreamSearch {
  /// No match begins before this byte.
  var earliestStart: Int { get }
  /// Whether there are bytes that it has put off looking at.
  var isPostponed: Bool { get }
  /// How many bytes it has looked at in all, again and again included.
  var lookedCount: Int { get }
  /// Where the longest beginning of a literal ends that has come, and its length.
  var longestBeginning: LiteralBeginning? { get }

  mutating func look(
    at bytes: RawSpan, _ moment: LookMoment
  ) throws(PatternLimitError) -> SearchState

  /// Forgets what it has seen, as another expectation begins.
  mutating func reset()
}

extension StreamSearch {
  var isPostponed: Bool { false }
  var longestBeginning: LiteralBeginning? { nil }
}

/// A part of what came that is like the beginning of a literal.
struct LiteralBeginning {
  var end = 0
  var length = 0

  var start: Int { end - length }

  /// Takes another one if it is at least as long.
  @inline(__always)
  mutating func improve(end: Int, length: Int) {
    if length >= self.length { (self.end, self.length) = (end, length) }
  }
}
