import CPCRE

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
  /// PCRE2 counts its steps anew at each place where a match could begin. So that a long input
  /// cannot add them up, these places are tried in stretches, with a look at the clock after each.
  ///
  /// - Throws: ``PatternLimitError`` if that took too much.
  package func firstMatch(
    in bytes: RawSpan, from start: Int = 0
  ) throws(PatternLimitError) -> PatternMatch? {
    try bytes.withUnsafeBytes { (bytes) throws(PatternLimitError) in
      let search = PatternSearch(self)
      var now = ContinuousClock.now
      let end = now + time
      var place = start
      var stretch = 8
      while true {
        let last = isAnchored ? bytes.count : min(place + stretch - 1, bytes.count)
        if let match = try search.match(bytes, beginningIn: place...last) { return match }
        guard last < bytes.count else { return nil }
        let before = now
        now = .now
        guard now < end else { throw .time }
        place = last + 1
        stretch = now - before < time / 64 ? min(stretch * 2, 4096) : max(stretch / 4, 1)
      }
    }
  }
}

/// What one search needs beside the pattern.
private final class PatternSearch {
  private let pattern: BytePattern
  private let result: OpaquePointer
  private let limits: OpaquePointer
  private var stack: OpaquePointer?

  init(_ pattern: BytePattern) {
    guard let result = pcre2_match_data_create_from_pattern_8(pattern.code, nil),
      let limits = pcre2_match_context_copy_8(pattern.limits)
    else { preconditionFailure("no memory for a search") }
    self.pattern = pattern
    self.result = result
    self.limits = limits
  }

  deinit {
    if let stack { pcre2_jit_stack_free_8(stack) }
    pcre2_match_context_free_8(limits)
    pcre2_match_data_free_8(result)
  }

  /// Looks for a match that begins in a range of places.
  func match(
    _ bytes: UnsafeRawBufferPointer, beginningIn places: ClosedRange<Int>
  ) throws(PatternLimitError) -> PatternMatch? {
    pcre2_set_offset_limit_8(limits, places.upperBound)
    var outcome = run(bytes, from: places.lowerBound)
    if outcome == PCRE2_ERROR_JIT_STACKLIMIT, stack == nil, enlargeStack() {
      outcome = run(bytes, from: places.lowerBound)
    }
    if outcome == PCRE2_ERROR_NOMATCH { return nil }
    guard outcome > 0 else { throw PatternLimitError(outcome) }
    return PatternMatch(groups: groups(outcome), groupNumbers: pattern.groupNumbers)
  }

  private func run(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int32 {
    let text = bytes.bindMemory(to: UInt8.self)
    return pcre2_match_8(pattern.code, text.baseAddress, text.count, start, 0, result, limits)
  }

  /// Compiled code has 32 KiB of the thread's stack, enough for most; this gives it what the limit
  /// on memory allows.
  private func enlargeStack() -> Bool {
    stack = pcre2_jit_stack_create_8(64 << 10, pattern.memoryInBytes, nil)
    pcre2_jit_stack_assign_8(limits, nil, UnsafeMutableRawPointer(stack))
    return stack != nil
  }

  private func groups(_ count: Int32) -> [Range<Int>?] {
    guard let pairs = pcre2_get_ovector_pointer_8(result) else { return [] }
    return (0..<Int(pcre2_get_ovector_count_8(result))).map { group in
      let (start, end) = (pairs[2 * group], pairs[2 * group + 1])
      // `\K` in a look-ahead can set the start behind the end.
      guard group < Int(count), start >= 0, start <= end else { return nil }
      return start..<end
    }
  }
}
