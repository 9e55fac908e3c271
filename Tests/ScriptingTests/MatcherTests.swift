import Scripting
import Testing

@Suite struct MatcherTests {
  /// What is looked for, what comes and when that is decided; nil if never.
  struct Example: Sendable {
    let patterns: [PreparedPattern]
    let text: String
    let found: (alternative: Int, range: Range<Int>)?
    /// After how many bytes it is decided; nil if at the end.
    let decided: Int?

    init(
      _ patterns: [PreparedPattern], _ text: String, _ found: (Int, Range<Int>)?,
      after decided: Int?
    ) {
      (self.patterns, self.text, self.found, self.decided) = (patterns, text, found, decided)
    }
  }

  static let examples: [Example] = [
    // Literals.
    Example([.literal("")], "abc", (0, 0..<0), after: 0),
    Example([.literal("b")], "abc", (0, 1..<2), after: 2),
    Example([.literal("aab")], "aaaab", (0, 2..<5), after: 5),
    Example([.literal("abacabab")], "abacabacabab", (0, 4..<12), after: 12),
    Example([.literal("d")], "abc", nil, after: nil),
    Example([.literal("cd")], "abc", nil, after: nil),
    // Holes.
    Example([.mask([0x61, nil, 0x62])], "aaabb", (0, 1..<4), after: 4),
    Example([.mask([nil, nil])], "xyz", (0, 0..<2), after: 2),
    Example([.mask([nil, 0x62])], "aab", (0, 1..<3), after: 3),
    Example([.mask([0x61, nil])], "bba", nil, after: nil),
    Example([PreparedPattern([0x61, 0x62])], "xab", (0, 1..<3), after: 3),
    // Counts, lines, numbers.
    Example([.bytes(0)], "", (0, 0..<0), after: 0),
    Example([.bytes(3)], "abcd", (0, 0..<3), after: 3),
    Example([.bytes(5)], "abcd", nil, after: nil),
    Example([.integer(byteCount: 4)], "abcd", (0, 0..<4), after: 4),
    Example([.line], "ab\r\ncd\n", (0, 0..<4), after: 4),
    Example([.line], "\nab", (0, 0..<1), after: 1),
    Example([.line], "ab", nil, after: nil),
    // Alternatives: leftmost, then first listed; what could still come before keeps the rest waiting.
    Example([.literal("b"), .literal("a")], "xab", (1, 1..<2), after: 2),
    Example([.literal("ab"), .literal("abc")], "abc", (0, 0..<2), after: 2),
    Example([.literal("abc"), .literal("ab")], "abc", (0, 0..<3), after: 3),
    Example([.literal("abc"), .literal("ab")], "abd", (1, 0..<2), after: 3),
    Example([.literal("abc"), .literal("b")], "ab", (1, 1..<2), after: nil),
    Example([.literal("abcd"), .literal("b")], "abce", (1, 1..<2), after: 4),
    Example([.literal("b"), .line], "ab\n", (1, 0..<3), after: 3),
    Example([.literal("b"), .line], "ab", (0, 1..<2), after: nil),
    Example([.bytes(4), .literal("ab")], "abc", (1, 0..<2), after: nil),
  ]

  @Test(arguments: examples)
  func `what is decided, and when`(example: Example) throws {
    let text = Array(example.text.utf8)
    var matcher = Matcher(example.patterns)
    var decided: Int?
    var verdict = Matcher.Verdict.undecided
    for count in 0...text.count where verdict == .undecided {
      verdict = try matcher.look(at: text.span.bytes.extracting(first: count))
      if verdict != .undecided { decided = count }
    }
    if verdict == .undecided { verdict = try matcher.look(at: text.span.bytes, isFinal: true) }
    #expect(decided == example.decided)
    #expect(verdict.match?.alternative == example.found?.alternative)
    #expect(verdict.match?.range == example.found?.range)
  }

  /// Regular expressions and what comes; after how many bytes it is decided.
  @Test(
    arguments: [
      (["b+"], "abbc", (0, 1..<3), 4), (["b+"], "abb", (0, 1..<3), nil),
      (["b+?"], "abb", (0, 1..<2), 2), (["a$"], "a\n", (0, 0..<1), nil),
      (["a$"], "a\nb", nil, nil), ([#"foo\b"#], "foo", (0, 0..<3), nil),
      ([#"foo\b"#], "foo ", (0, 0..<3), 4), ([#"foo\b"#], "foob", nil, nil),
      (["(?m)^b"], "a\nb", (0, 2..<3), 3), (["(?m)a\n^b"], "a\nb", (0, 0..<3), 3),
      (["(?<=a)b"], "xab", (0, 2..<3), 3), (["(?<!a)b"], "abb", (0, 2..<3), 3),
      ([#"\Aab"#], "xab", nil, 1), (["^ab"], "xab", nil, 1), (["^ab"], "ab", (0, 0..<2), 2),
      (["x*"], "xxy", (0, 0..<2), 3), (["x*"], "", (0, 0..<0), nil), (["()"], "", (0, 0..<0), nil),
      (["()"], "a", (0, 0..<0), 1), ([#"\B"#], "ab", (0, 1..<1), 2),
      (["dog|dogs"], "dogs", (0, 0..<3), 3), (["dogs?"], "dogs!", (0, 0..<4), 4),
      (["a(?!b)"], "ab ac", (0, 3..<4), 5), (["a.*c", "b"], "abd\n", (1, 1..<2), 4),
      (["a.*c", "b"], "abdc", (0, 0..<4), nil), (["a(?=bc)", "b"], "abd", (1, 1..<2), 3),
      (["^x", "^y"], "z", nil, 1), ([#"a\Kb"#, "(?<=a)b"], "ab", (0, 1..<2), 2),
    ] as [([String], String, (Int, Range<Int>)?, Int?)])
  func `a regular expression waits for what could change its match`(
    patterns: [String], text: String, found: (Int, Range<Int>)?, decided: Int?
  ) throws {
    let patterns = try patterns.map { PreparedPattern.regular(try BytePattern($0)) }
    try `what is decided, and when`(example: Example(patterns, text, found, after: decided))
  }

  @Test func `a line is remembered without its newline`() throws {
    let text = Array("220 ready\r\n".utf8)
    var matcher = Matcher([.line])
    let match = try matcher.look(at: text.span.bytes).match
    #expect(match?.value == 0..<9)
    #expect(match?.range == 0..<11)
  }

  @Test func `groups are those of the alternative that matched`() throws {
    let text = Array("x-12-".utf8)
    var matcher = Matcher([
      .regular(try BytePattern("(a)")), .regular(try BytePattern("(?<number>[0-9]+)-")),
    ])
    let match = try matcher.look(at: text.span.bytes, isFinal: true).match
    #expect(match?.alternative == 1)
    #expect(match?.groups?[name: "number"] == 2..<4)
  }

  @Test func `a matcher can begin anew`() throws {
    let text = Array("aab".utf8)
    var matcher = Matcher([
      .literal("aab"), .mask([0x61, nil, 0x63]), .regular(try BytePattern("aa$")), .line,
    ])
    for _ in 0..<3 {
      #expect(try matcher.look(at: text.span.bytes.extracting(first: 2)) == .undecided)
      #expect(try matcher.look(at: text.span.bytes, isFinal: true).match?.range == 0..<3)
      matcher.reset()
    }
  }

  @Test func `a limit that is reached is an error`() throws {
    let text = [UInt8](repeating: 0x61, count: 5000) + [0x62]
    var matcher = Matcher([.regular(try BytePattern("(a+)+$"))])
    _ = try matcher.look(at: text.span.bytes.extracting(first: 10))
    #expect(throws: PatternLimitError.self) { try matcher.look(at: text.span.bytes) }
  }

  @Test(
    arguments: [
      (.literal("ab"), "ab", true), (.literal("ab"), "abc", false),
      (.mask([0x61, nil]), "ab", true), (.bytes(2), "ab", true), (.bytes(2), "abc", false),
      (.line, "ab\n", true), (.line, "ab\nc", false), (.literal(""), "", true),
    ] as [(PreparedPattern, String, Bool)])
  func `a datagram may have to match as a whole`(
    pattern: PreparedPattern, text: String, matches: Bool
  ) throws {
    let match = try pattern.wholeMatch(in: Array(text.utf8).span.bytes)
    #expect((match != nil) == matches)
  }

  @Test func `a regular expression is tried until it matches a datagram as a whole`() throws {
    let pattern = PreparedPattern.regular(try BytePattern("a|(ab)|b"))
    let text = Array("ab".utf8)
    #expect(try pattern.wholeMatch(in: text.span.bytes)?.groups?.groups == [0..<2, 0..<2])
    #expect(try pattern.wholeMatch(in: Array("abb".utf8).span.bytes) == nil)
  }
}

extension Matcher.Verdict {
  var match: Match? {
    if case .matched(let match) = self { match } else { nil }
  }
}

extension PreparedPattern {
  /// A literal of a text.
  static func literal(_ text: String) -> PreparedPattern { .literal(Array(text.utf8)) }
}
