/// Decides which of an expectation's alternatives matches what comes, and where.
///
/// The result is that of PCRE2's alternation over everything that will have come: the leftmost
/// match, of several that begin there the one listed first, however the bytes are cut. So a match
/// waits while another alternative, or more of its own, could still come before it; at the end the
/// matches count that there are.
package struct Matcher {
  /// What is known so far.
  package enum Verdict: Sendable, Hashable {
    case matched(Match)
    /// More bytes, or their end, will decide.
    case undecided
    /// Whatever comes, nothing will match.
    case never
  }

  private struct Candidate {
    var search: any StreamSearch
    var state = SearchState.searches
  }

  /// The best match so far.
  private struct Winner {
    let match: Match
    let start: Int
  }

  private var candidates: [Candidate]
  private var winner: Winner?

  /// Begins to look for these, the first one first where several begin at one place.
  package init(_ patterns: [PreparedPattern]) {
    candidates = patterns.map { Candidate(search: makeSearch(for: $0)) }
  }

  /// Looks at all that has come, from the first byte that nothing has taken.
  ///
  /// It is final when no more bytes can or may come: the end, the limit, or the time is up. While
  /// it is quiet, also what was put off is looked at; see ``wantsToLookAgain``.
  ///
  /// - Throws: ``PatternLimitError`` if a regular expression took too much.
  package mutating func look(
    at bytes: RawSpan, isFinal: Bool = false, isQuiet: Bool = false
  ) throws(PatternLimitError) -> Verdict {
    var moment = LookMoment(isFinal: isFinal, isQuiet: isQuiet)
    for index in candidates.indices where isOpen(index) {
      moment.lastStart = winner?.start ?? .max
      let state = try candidates[index].search.look(at: bytes, moment)
      candidates[index].state = state
      if case .found(let match, let start) = state { consider(match, from: start, of: index) }
    }
    if candidates.indices.contains(where: isOpen) { return .undecided }
    return winner.map { .matched($0.match) } ?? .never
  }

  /// Whether bytes were put off that could decide.
  ///
  /// Where nothing more comes for some milliseconds, look again and say that it is quiet. That
  /// changes when the verdict is known, never the verdict.
  package var wantsToLookAgain: Bool {
    candidates.indices.contains { isOpen($0) && candidates[$0].search.isPostponed }
  }

  /// How many bytes were looked at in all, by every alternative, again and again included.
  package var lookedCount: Int { candidates.reduce(0) { $0 + $1.search.lookedCount } }

  /// Forgets what it has seen, as the same expectation begins anew; the memory stays.
  package mutating func reset() {
    winner = nil
    for index in candidates.indices {
      candidates[index].search.reset()
      candidates[index].state = .searches
    }
  }

  /// The number of the literal of which most has come, and where the most of it did.
  func longestBeginning() -> (alternative: Int, LiteralBeginning)? {
    var longest: (alternative: Int, LiteralBeginning)?
    for (index, candidate) in candidates.enumerated() {
      guard let beginning = candidate.search.longestBeginning else { continue }
      if beginning.length > longest?.1.length ?? 0 { longest = (index, beginning) }
    }
    return longest
  }

  /// Tells whether a candidate could still come before the winner.
  private func isOpen(_ index: Int) -> Bool {
    guard case .searches = candidates[index].state else { return false }
    guard let winner else { return true }
    let earliest = candidates[index].search.earliestStart
    return earliest < winner.start || earliest == winner.start && index < winner.match.alternative
  }

  private mutating func consider(_ match: Match, from start: Int, of index: Int) {
    if let winner, (winner.start, winner.match.alternative) < (start, index) { return }
    var match = match
    match.alternative = index
    winner = Winner(match: match, start: start)
  }
}

private func makeSearch(for pattern: PreparedPattern) -> any StreamSearch {
  switch pattern {
  case .literal(let bytes): LiteralSearch(bytes)
  case .mask(let mask): MaskSearch(mask)
  case .regular(let pattern): RegularSearch(pattern)
  case .bytes(let count), .integer(let count): CountSearch(count)
  case .line: LineSearch()
  }
}
