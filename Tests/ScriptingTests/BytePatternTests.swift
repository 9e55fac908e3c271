import Scripting
import Testing

@Suite struct BytePatternTests {
  @Test(
    arguments: [
      ("b+", "abbc", 1..<3), ("^a", "ba", nil), ("c$", "abc", 2..<3), ("(?i)PIN", "a pin", 2..<5),
      ("x*", "", 0..<0), ("a$", "a\n", 0..<1), ("a.c", "a\nc", nil), ("a.c", "a\rc", 0..<3),
      ("\u{e4}", "\u{e4}", 0..<2), ("(?<=a)b", "ab", 1..<2),
    ] as [(String, String, Range<Int>?)])
  func `the first match is found`(pattern: String, text: String, range: Range<Int>?) throws {
    let pattern = try BytePattern(pattern)
    #expect(try pattern.firstMatch(in: Array(text.utf8))?.range == range)
    #expect(try pattern.matches(Array(text.utf8)) == (range != nil))
  }

  @Test func `groups are found by number and by name`() throws {
    let pattern = try BytePattern("(a)|(?<digits>[0-9]+)(x)?(y)?")
    let match = try #require(try pattern.firstMatch(in: Array("--12x".utf8)))
    #expect(match.groups == [2..<5, nil, 2..<4, 4..<5, nil])
    #expect(match[name: "digits"] == 2..<4)
    #expect(match[name: "letters"] == nil)
    #expect(pattern.groupNumbers == ["digits": 2])
  }

  @Test func `bytes that are no text match`() throws {
    let pattern = try BytePattern(#"\xff[\x80-\x9f]\x00."#)
    #expect(try pattern.firstMatch(in: [0xe4, 0xff, 0x81, 0, 0xff])?.range == 1..<5)
  }

  @Test func `a search begins where it is told, and sees what stands before`() throws {
    let text = Array("ab ab".utf8)
    #expect(try BytePattern(#"\bab"#).firstMatch(in: text.span.bytes, from: 1)?.range == 3..<5)
    #expect(try BytePattern("^ab").firstMatch(in: text.span.bytes, from: 3) == nil)
    #expect(try BytePattern("x*").firstMatch(in: text.span.bytes, from: 5)?.range == 5..<5)
  }

  @Test(arguments: [0, 62, 63, 64, 65, 191, 192, 4000, 100_000])
  func `a match is found wherever it begins`(place: Int) throws {
    let text = [UInt8](repeating: 0x2e, count: place) + Array("found it".utf8)
    #expect(try BytePattern("f[a-z]+ it").firstMatch(in: text)?.range == place..<place + 8)
    #expect(try BytePattern("lost|it$").firstMatch(in: text)?.range == place + 6..<place + 8)
  }

  @Test(
    arguments: [
      ("Password: ", true), ("login: ", false), ("PIN for card?", true), ("pin", false),
      ("your passphrase, please :  ", true), ("password:\nlogin: ", false),
      ("password: \n", true), ("\u{1b}[1mpasscode:\u{1b}[0m", false),
    ])
  func `a question for a password is known`(text: String, matches: Bool) throws {
    let pattern = try BytePattern(#"(?i)(password|passphrase|passcode|pin)[^\n]*[:?]\s*$"#)
    #expect(try pattern.matches(Array(text.utf8)) == matches)
  }

  @Test(
    arguments: [
      ("a(b", 4, "missing closing parenthesis"),
      ("\u{e4}[", 3, "missing terminating ] for character class"),
      ("*a", 1, "quantifier does not follow a repeatable item"),
      ("(*UTF)a", 7, "using UTF is disabled by the application"),
    ])
  func `what is no pattern is refused at its place`(text: String, column: Int, message: String) {
    let error = #expect(throws: ScriptError.self) { try BytePattern(text) }
    #expect(error?.message == message)
    #expect(error?.column == column)
    #expect(error?.sourceLine == text)
  }

  @Test func `a pattern in a script is refused at its place there`() {
    let source = ScriptSource("close\nexpect /a(/")
    let error = #expect(throws: ScriptError.self) { try BytePattern(14..<16, of: source) }
    #expect(error?.line == 2)
    #expect(error?.column == 11)
    #expect(error?.sourceLine == "expect /a(/")
  }

  @Test(
    arguments: [
      ("(a+)+$", 50), ("(a+)+$", 100_000), ("^(a|a)*$", 60), ("(?:a|aa)+[cd]", 2000),
      ("(*NO_JIT)(a+)+$", 5000), ("(*NO_JIT)(?:(a)|b)*[cd]", 400_000),
    ])
  func `a search that steps back without end is given up`(pattern: String, count: Int) throws {
    let text = [UInt8](repeating: 0x61, count: count) + [0x62]
    let pattern = try BytePattern(pattern)
    let clock = ContinuousClock()
    let begin = clock.now
    #expect(throws: PatternLimitError.self) { try pattern.matches(text) }
    #expect(clock.now - begin < .seconds(5))
  }

  @Test func `a search that grows with the square of the input is given up in time`() throws {
    var limits = PatternLimits()
    limits.time = .milliseconds(50)
    let pattern = try BytePattern(#"(*NO_JIT)pin[^\n]*[:?][xy]"#, limits: limits)
    let text = Array(String(repeating: "pin", count: 130_000).utf8)
    #expect(throws: PatternLimitError.time) { try pattern.matches(text + Array(":".utf8)) }
  }

  @Test func `a long match needs no more than the limit on memory`() throws {
    let text = [UInt8](repeating: 0x61, count: 100_000) + [0x63]
    #expect(try BytePattern("^(?:(a)|b)*c").firstMatch(in: text)?.range == 0..<100_001)
    var limits = PatternLimits()
    limits.memoryInBytes = 64 << 10
    let pattern = try BytePattern("^(?:(a)|b)*c", limits: limits)
    #expect(throws: PatternLimitError.memory) { try pattern.matches(text) }
  }
}
