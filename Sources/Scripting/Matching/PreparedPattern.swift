/// What an expectation looks for, with all values known.
package enum PreparedPattern: Sendable, Hashable {
  /// These bytes, anywhere.
  case literal([UInt8])
  /// These bytes anywhere; nil is any byte.
  case mask([UInt8?])
  case regular(BytePattern)
  /// So many bytes at the front.
  case bytes(Int)
  /// All from the front up to the first newline.
  case line
  /// A number at the front, of so many bytes.
  case integer(byteCount: Int)

  /// Bytes that may have holes.
  package init(_ bytes: [UInt8?]) {
    let literal = bytes.compactMap(\.self)
    self = literal.count == bytes.count ? .literal(literal) : .mask(bytes)
  }

  /// Tells where it matches when the match has to be all of the bytes, as with datagrams.
  ///
  /// - Throws: ``PatternLimitError`` if that took too much.
  package func wholeMatch(in bytes: RawSpan) throws(PatternLimitError) -> Match? {
    if case .regular(let pattern) = self {
      return try pattern.wholeMatch(in: bytes).map { Match(range: $0.range, groups: $0) }
    }
    var matcher = Matcher([self])
    guard case .matched(let match) = try matcher.look(at: bytes, isFinal: true),
      match.range == 0..<bytes.byteCount
    else { return nil }
    return match
  }
}

/// What an expectation has found.
package struct Match: Sendable, Hashable {
  /// The number of the alternative that matched, from 0.
  package var alternative = 0
  /// The whole match; it and what stands before it are taken.
  package let range: Range<Int>
  /// What is remembered of it: of a line all but its newline.
  package let value: Range<Int>
  /// The groups of a regular expression.
  package let groups: PatternMatch?

  init(range: Range<Int>, value: Range<Int>? = nil, groups: PatternMatch? = nil) {
    self.range = range
    self.value = value ?? range
    self.groups = groups
  }
}
