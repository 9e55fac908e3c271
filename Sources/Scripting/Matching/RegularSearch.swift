/// Looks for a regular expression in bytes that come in pieces.
///
/// PCRE2 can't go on inside a match, only begin again where it began. A beginning that grows by
/// every piece is therefore tried again when it has grown by a part of its length, so that the cost
/// stays in proportion to the bytes; or when nothing more comes.
struct RegularSearch: StreamSearch {
  private let pattern: BytePattern
  private let search: PatternSearch
  private(set) var earliestStart = 0
  private(set) var isPostponed = false
  private(set) var lookedCount = 0
  /// How much there was at the last look.
  private var lastCount = 0

  /// Up to this length a beginning is tried again with every piece.
  private static let shortBeginning = 4096
  /// By which part of itself a longer one has to grow.
  private static let growth = 8

  init(_ pattern: BytePattern) {
    self.pattern = pattern
    search = PatternSearch(pattern)
  }

  mutating func look(
    at bytes: RawSpan, _ moment: LookMoment
  ) throws(PatternLimitError) -> SearchState {
    guard isWorthwhile(bytes.byteCount, moment) else { return .searches }
    isPostponed = false
    lastCount = bytes.byteCount
    lookedCount += bytes.byteCount - earliestStart
    let last = max(earliestStart, min(moment.lastStart, bytes.byteCount))
    let finding = try search.find(
      in: bytes, beginningIn: earliestStart...last, isWhole: moment.isFinal)
    switch finding {
    case .match(let match, let start):
      return .found(Match(range: match.range, groups: match), from: start)
    case .beginning(let start):
      earliestStart = start
      return .searches
    case .nothing:
      // A match that begins with the next byte was not tried yet.
      earliestStart = min(last + 1, bytes.byteCount)
      return moment.isFinal || pattern.isAnchored ? .fails : .searches
    }
  }

  mutating func reset() {
    (earliestStart, lookedCount, lastCount, isPostponed) = (0, 0, 0, false)
  }

  private mutating func isWorthwhile(_ count: Int, _ moment: LookMoment) -> Bool {
    if moment.isFinal { return true }
    // Of no bytes at all PCRE2 doesn't always say that it would need some.
    guard count > lastCount else { return false }
    let length = lastCount - earliestStart
    isPostponed =
      !moment.isQuiet && length > Self.shortBeginning
      && count - lastCount < length / Self.growth
    return !isPostponed
  }
}
