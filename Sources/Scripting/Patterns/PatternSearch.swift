import CPCRE

/// What a search found.
enum PatternFinding {
  /// A match, and where it was begun: before its range where `\K` moved that.
  case match(PatternMatch, from: Int)
  /// The end was reached, and more bytes could make a match, or a longer one. None begins before.
  case beginning(at: Int)
  case nothing
}

/// What searching needs beside the pattern; it may serve many searches, one at a time.
final class PatternSearch {
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

  /// Looks for the first match that begins in a range of places; where more bytes may follow, also
  /// for one that they could make.
  ///
  /// PCRE2 counts its steps anew at each place where a match could begin. So that a long input
  /// cannot add them up, these places are tried in stretches, with a look at the clock after each.
  func find(
    in bytes: RawSpan, beginningIn places: ClosedRange<Int>, isWhole: Bool = true
  ) throws(PatternLimitError) -> PatternFinding {
    let options = isWhole ? 0 : PCRE2_PARTIAL_HARD
    return try bytes.withUnsafeBytes { (bytes) throws(PatternLimitError) in
      var now = ContinuousClock.now
      let end = now + pattern.time
      var place = places.lowerBound
      var stretch = 8
      while true {
        let last = pattern.isAnchored ? bytes.count : min(place + stretch - 1, places.upperBound)
        let finding = try find(bytes, beginningIn: place...last, options)
        if case .nothing = finding {} else { return finding }
        guard last < places.upperBound else { return .nothing }
        let before = now
        now = .now
        guard now < end else { throw .time }
        place = last + 1
        stretch = now - before < pattern.time / 64 ? min(stretch * 2, 4096) : max(stretch / 4, 1)
      }
    }
  }

  /// The match that is all of the bytes, or nil.
  func wholeMatch(in bytes: RawSpan) throws(PatternLimitError) -> PatternMatch? {
    try bytes.withUnsafeBytes { (bytes) throws(PatternLimitError) in
      let options = PCRE2_ANCHORED | PCRE2_ENDANCHORED
      let finding = try find(bytes, beginningIn: 0...bytes.count, options)
      guard case .match(let match, _) = finding, match.range == 0..<bytes.count else { return nil }
      return match
    }
  }

  private func find(
    _ bytes: UnsafeRawBufferPointer, beginningIn places: ClosedRange<Int>, _ options: UInt32
  ) throws(PatternLimitError) -> PatternFinding {
    pcre2_set_offset_limit_8(limits, places.upperBound)
    var outcome = run(bytes, from: places.lowerBound, options)
    if outcome == PCRE2_ERROR_JIT_STACKLIMIT, stack == nil, enlargeStack() {
      outcome = run(bytes, from: places.lowerBound, options)
    }
    switch outcome {
    case PCRE2_ERROR_NOMATCH: return .nothing
    case PCRE2_ERROR_PARTIAL: return .beginning(at: pcre2_get_ovector_pointer_8(result)[0])
    case 1...:
      let match = PatternMatch(groups: groups(outcome), groupNumbers: pattern.groupNumbers)
      return .match(match, from: pcre2_get_startchar_8(result))
    default: throw PatternLimitError(outcome)
    }
  }

  private func run(
    _ bytes: UnsafeRawBufferPointer, from start: Int, _ options: UInt32
  ) -> Int32 {
    let text = bytes.bindMemory(to: UInt8.self)
    return pcre2_match_8(
      pattern.code, text.baseAddress, text.count, start, options, result, limits)
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
