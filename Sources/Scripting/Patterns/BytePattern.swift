import CPCRE

/// A regular expression over bytes, in PCRE2's syntax; options stand in it, such as `(?i)`.
///
/// A character that is not ASCII is the bytes of its UTF-8, and `.` is one byte. Matching keeps
/// nothing between two calls, so that tasks may share a pattern. As a search is cut into stretches,
/// `\G` also stands for the beginning of a stretch, and verbs such as `(*COMMIT)` end only one. With
/// `(?m)`, `^` also matches behind a newline that is the last byte.
package final class BytePattern: @unchecked Sendable {
  // Never changed after init, which is what makes sharing sound: PCRE2 only reads them then.
  let code: OpaquePointer
  let limits: OpaquePointer
  /// How long one search may take, and how much memory.
  let time: Duration
  let memoryInBytes: Int
  /// Whether a match can begin only where the search does.
  let isAnchored: Bool
  /// As it was written, without slashes.
  package let text: [UInt8]
  /// The numbers of the groups that have names.
  package let groupNumbers: [String: Int]

  /// Compiles a pattern that stands alone.
  ///
  /// - Throws: ``ScriptError`` at the place in the pattern where it stops making sense.
  package convenience init(
    _ pattern: String, limits: PatternLimits = PatternLimits()
  ) throws(ScriptError) {
    let source = ScriptSource(pattern)
    try self.init(0..<source.bytes.count, of: source, limits: limits)
  }

  /// Compiles a pattern that stands in a script, between its slashes.
  ///
  /// - Throws: ``ScriptError`` at the place in the script.
  package init(
    _ range: Range<Int>, of source: ScriptSource, limits: PatternLimits = PatternLimits()
  ) throws(ScriptError) {
    code = try compilePattern(range, of: source)
    text = Array(source.bytes[range])
    // Without memory for it, it stays interpreted, as it does where the kernel forbids new code.
    _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD)
    self.limits = limits.makeContext()
    time = limits.time
    memoryInBytes = limits.memoryInBytes
    isAnchored = patternOptions(of: code) & PCRE2_ANCHORED != 0
    groupNumbers = namedGroups(of: code)
  }

  deinit {
    pcre2_match_context_free_8(limits)
    pcre2_code_free_8(code)
  }
}

extension BytePattern: Hashable {
  /// Whether both were written the same.
  package static func == (left: BytePattern, right: BytePattern) -> Bool {
    left.text == right.text
  }

  /// Feeds what was written.
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Compiles a part of a source.
private func compilePattern(
  _ range: Range<Int>, of source: ScriptSource
) throws(ScriptError) -> OpaquePointer {
  // In bytes no option of the pattern may demand UTF-8; the newline does not depend on the build.
  // Behind the last newline begins a line, whether or not anything stands in it yet: else a match
  // that has come could depend on what follows.
  let options = PCRE2_NEVER_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_ALT_CIRCUMFLEX
  let settings = pcre2_compile_context_create_8(nil)
  defer { pcre2_compile_context_free_8(settings) }
  pcre2_set_newline_8(settings, UInt32(PCRE2_NEWLINE_LF))
  var failure: Int32 = 0
  var place = 0
  let code = source.bytes[range].withUnsafeBufferPointer { pattern in
    pcre2_compile_8(pattern.baseAddress, pattern.count, options, &failure, &place, settings)
  }
  guard let code else {
    throw source.error(patternMessage(failure), at: range.lowerBound + place)
  }
  return code
}

/// What PCRE2 says of a failure.
private func patternMessage(_ failure: Int32) -> String {
  var text = [UInt8](repeating: 0, count: 256)
  let length = pcre2_get_error_message_8(failure, &text, text.count)
  return String(decoding: text.prefix(Int(max(length, 0))), as: UTF8.self)
}

/// The options that a pattern was given or turned out to have.
private func patternOptions(of code: OpaquePointer) -> UInt32 {
  var options: UInt32 = 0
  pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_ALLOPTIONS), &options)
  return options
}

/// Reads the table of names: entries of one size, two bytes of number, then the name and a zero.
private func namedGroups(of code: OpaquePointer) -> [String: Int] {
  var count: UInt32 = 0
  var size: UInt32 = 0
  var table: UnsafePointer<UInt8>?
  pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
  pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
  pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
  guard let table else { return [:] }
  var numbers: [String: Int] = [:]
  for index in 0..<Int(count) {
    let entry = UnsafeBufferPointer(start: table + index * Int(size), count: Int(size))
    let name = entry.dropFirst(2).prefix { $0 != 0 }
    numbers[String(decoding: name, as: UTF8.self)] = Int(entry[0]) << 8 | Int(entry[1])
  }
  return numbers
}
