/// Where a pattern matched.
package struct PatternMatch: Sendable, Hashable {
  /// The whole match, then each group; nil for a group that took no part.
  package let groups: [Range<Int>?]
  /// The numbers of the groups that have names.
  package let groupNumbers: [String: Int]

  /// The whole match.
  package var range: Range<Int> {
    guard let whole = groups.first, let whole else { return 0..<0 }
    return whole
  }

  /// A group by its name; nil if there is none or it took no part.
  package subscript(name name: String) -> Range<Int>? {
    groupNumbers[name].flatMap { groups[$0] }
  }
}

extension BytePattern {
  /// Tells whether the pattern matches anywhere.
  ///
  /// - Throws: ``PatternLimitError`` if that took too much.
  package func matches(_ bytes: RawSpan) throws(PatternLimitError) -> Bool {
    try firstMatch(in: bytes) != nil
  }

  /// Tells whether the pattern matches anywhere.
  package func matches(_ bytes: [UInt8]) throws(PatternLimitError) -> Bool {
    try firstMatch(in: bytes.span.bytes) != nil
  }

  /// The first match, or nil.
  package func firstMatch(in bytes: [UInt8]) throws(PatternLimitError) -> PatternMatch? {
    try firstMatch(in: bytes.span.bytes)
  }

  /// The first match that begins at a byte or behind it, or nil; what stands before is looked at
  /// only by assertions such as `\b`.
  ///
  /// - Throws: ``PatternLimitError`` if that took too much.
  package func firstMatch(
    in bytes: RawSpan, from start: Int = 0
  ) throws(PatternLimitError) -> PatternMatch? {
    let search = PatternSearch(self)
    let finding = try search.find(in: bytes, beginningIn: start...bytes.byteCount)
    guard case .match(let match, _) = finding else { return nil }
    return match
  }

  /// The match that is all of the bytes, or nil; where several are possible, the first as the
  /// pattern has them.
  ///
  /// - Throws: ``PatternLimitError`` if that took too much.
  package func wholeMatch(in bytes: RawSpan) throws(PatternLimitError) -> PatternMatch? {
    try PatternSearch(self).wholeMatch(in: bytes)
  }
}
