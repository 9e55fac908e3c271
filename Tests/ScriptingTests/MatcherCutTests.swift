import Scripting
import TestSupport
import Testing

@Suite struct MatcherCutTests {
  @Test(arguments: 0..<8)
  func `cut in whatever way, the match is that of one alternation`(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    var matchCount = 0
    for _ in 0..<100 {
      let expectation = try RandomExpectation(using: &random)
      for _ in 0..<3 {
        let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.byte() }
        let wanted = try expectation.matchOfAll(text)
        if wanted != nil { matchCount += 1 }
        for way in 0..<5 {
          let found = try expectation.match(of: text, cut: way, using: &random)
          #expect(
            found == wanted, "\(expectation.text) on \(String(decoding: text, as: UTF8.self))")
        }
      }
    }
    #expect(matchCount > 20, "and \(matchCount)")
  }

  @Test func `long streams come to the same, with a beginning that is put off`() throws {
    var random = SeededGenerator(state: 99)
    let patterns = [
      PreparedPattern.regular(try BytePattern(#"<[^>]*>[^<]*</end>"#)), .literal("<stop"),
    ]
    let filler = String(repeating: "some words ", count: 3000)
    for (tail, alternative) in [("<b>\(filler)</end>", 0), ("<b>\(filler)<stop><x", 1)] {
      let text = Array((filler + "<a>" + filler + tail).utf8)
      var matcher = Matcher(patterns)
      var (count, verdict, quietCount) = (0, Matcher.Verdict.undecided, 0)
      while verdict == .undecided, count < text.count {
        count = min(text.count, count + Int.random(in: 1...300, using: &random))
        verdict = try matcher.look(at: text.span.bytes.extracting(first: count))
      }
      while verdict == .undecided, matcher.wantsToLookAgain, quietCount < 2 {
        verdict = try matcher.look(at: text.span.bytes, isQuiet: true)
        quietCount += 1
      }
      #expect(verdict.match?.alternative == alternative)
      #expect(quietCount < 2)
    }
  }
}

/// What came of it: the alternative and where it stands.
private struct Found: Equatable {
  let alternative: Int
  let range: Range<Int>
}

/// Alternatives, and one pattern that has all of them.
private struct RandomExpectation {
  let patterns: [PreparedPattern]
  let text: String
  private let whole: BytePattern

  init(using random: inout SeededGenerator) throws {
    var patterns: [PreparedPattern] = []
    var texts: [String] = []
    for index in 0..<Int.random(in: 1...3, using: &random) {
      let (pattern, text) = random.pattern()
      patterns.append(pattern)
      texts.append("(?<a\(index)>\(text))")
    }
    self.patterns = patterns
    text = texts.joined(separator: "|")
    whole = try BytePattern(text)
  }

  func matchOfAll(_ bytes: [UInt8]) throws -> Found? {
    guard let match = try whole.firstMatch(in: bytes) else { return nil }
    let alternative = patterns.indices.first { match[name: "a\($0)"] != nil }
    return alternative.map { Found(alternative: $0, range: match.range) }
  }

  /// Cuts every byte, or at random; the last way looks at everything at once.
  func match(of bytes: [UInt8], cut way: Int, using random: inout SeededGenerator) throws -> Found?
  {
    var matcher = Matcher(patterns)
    let span = bytes.span.bytes
    for count in 0...bytes.count where way == 0 || Int.random(in: 0..<4, using: &random) == 0 {
      if way == 4 { break }
      switch try matcher.look(at: span.extracting(first: count), isQuiet: way == 1) {
      case .matched(let match): return Found(alternative: match.alternative, range: match.range)
      case .never: return nil
      case .undecided: break
      }
    }
    let match = try matcher.look(at: span, isFinal: true).match
    return match.map { Found(alternative: $0.alternative, range: $0.range) }
  }
}

extension SeededGenerator {
  /// One of few bytes, so that much matches.
  fileprivate mutating func byte() -> UInt8 {
    Array("aaabbbc\r\n\n 1".utf8).randomElement(using: &self) ?? 0
  }

  /// A pattern, and how PCRE2 would write it.
  fileprivate mutating func pattern() -> (PreparedPattern, String) {
    switch Int.random(in: 0..<10, using: &self) {
    case 0:
      let bytes = (0..<Int.random(in: 0...5, using: &self)).map { _ in byte() }
      return (.literal(bytes), bytes.map { escape($0) }.joined())
    case 1:
      let mask = (0..<Int.random(in: 1...5, using: &self)).map { _ in
        Bool.random(using: &self) ? byte() : nil
      }
      return (.mask(mask), mask.map { $0.map { escape($0) } ?? #"[\s\S]"# }.joined())
    case 2:
      let count = Int.random(in: 0...9, using: &self)
      return (.bytes(count), #"\A[\s\S]{\#(count)}"#)
    case 3: return (.line, #"\A[^\n]*\n"#)
    default:
      while true {
        let flags = ["", "(?m)", "(?s)", "(?ms)"].randomElement(using: &self) ?? ""
        let text = flags + expression(depth: 3)
        // `\K` must not stand everywhere.
        let isCompiled = Bool.random(using: &self)
        guard let pattern = try? BytePattern((isCompiled ? "" : "(*NO_JIT)") + text) else {
          continue
        }
        return (.regular(pattern), text)
      }
    }
  }

  private func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return #"\x"# + String(repeating: "0", count: 2 - digits.count) + digits
  }

  private mutating func expression(depth: Int) -> String {
    if depth == 0 { return atom() }
    let left = expression(depth: depth - 1)
    switch Int.random(in: 0..<9, using: &self) {
    case 0...3: return left + expression(depth: depth - 1)
    case 4: return "(?:\(left)|\(expression(depth: depth - 1)))"
    case 5, 6:
      let times = ["*", "+", "?", "*?", "+?", "??", "*+", "{2}", "{1,3}", "{2,}?"]
      return "(?:\(left))" + (times.randomElement(using: &self) ?? "")
    case 7: return "(?>\(left))"
    default: return (["(?=", "(?!"].randomElement(using: &self) ?? "") + left + ")"
    }
  }

  private mutating func atom() -> String {
    let atoms = [
      "a", "b", "c", "ab", ".", "[ab]", "[^a]", #"\n"#, #"\r\n"#, #"\R"#, #"\s"#, #"\w"#, #"\b"#,
      #"\B"#, "^", "$", #"\A"#, #"\z"#, #"\Z"#, "(?<=a)", "(?<!b)", "(?<=ab|c)", #"(?<=\n)"#,
      #"(?<=^a)"#, #"(a|b)\g{-1}"#, "(?i)A", "", #"a\Kb"#,
    ]
    return atoms.randomElement(using: &self) ?? ""
  }
}
