import Scripting
import Testing

@Suite struct NearMissTests {
  @Test(
    arguments: [
      ("220 ready", "220 redy\r\n", 0, 6, "ady", "dy\r\n"),
      ("250 OK\r\n", "250-a\r\n250 no\r\n", 7, 4, "OK\r\n", "no\r\n"),
      ("abc", "abxab", 3, 2, "c", ""), ("abc", "ab.ab.", 3, 2, "c", "."),
      ("aab", "aaac", 1, 2, "b", "c"),
    ])
  func `the longest beginning of a literal is found, the last of several`(
    literal: String, text: String, offset: Int, count: Int, expected: String, received: String
  ) {
    let text = Array(text.utf8)
    let wanted = NearMiss(
      offset: offset, matchedCount: count, expected: Array(expected.utf8),
      received: Array(received.utf8))
    #expect(PreparedPattern.literal(literal).nearMiss(in: text.span.bytes) == wanted)
    let mask = PreparedPattern.mask(Array(literal.utf8))
    #expect(mask.nearMiss(in: text.span.bytes) == wanted)
  }

  @Test func `a hole is alike, and ends what is told`() {
    let text = Array("\u{1}\u{7}\u{2}\u{9}".utf8)
    let near = PreparedPattern.mask([1, nil, 2, 3, nil, 5]).nearMiss(in: text.span.bytes)
    #expect(near == NearMiss(offset: 0, matchedCount: 3, expected: [3], received: [9]))
  }

  @Test func `without likeness there is none`() throws {
    let text = Array("xyz".utf8)
    #expect(PreparedPattern.literal("abc").nearMiss(in: text.span.bytes) == nil)
    #expect(PreparedPattern.literal("xyz").nearMiss(in: text.span.bytes) == nil)
    #expect(PreparedPattern.regular(try BytePattern("xya")).nearMiss(in: text.span.bytes) == nil)
  }

  @Test func `of several literals the one is told of which most came`() throws {
    let patterns: [PreparedPattern] = [.literal("xyz"), .literal("abcdef"), .line]
    let text = Array("xy abcd".utf8)
    var matcher = Matcher(patterns)
    for count in 0..<text.count {
      _ = try matcher.look(at: text.span.bytes.extracting(first: count))
    }
    #expect(try matcher.look(at: text.span.bytes, isFinal: true) == .never)
    let near = matcher.nearMiss(of: patterns, in: text.span.bytes)
    #expect(
      near == NearMiss(offset: 3, matchedCount: 4, expected: Array("ef".utf8), received: []))
  }

  @Test func `no more is told than a report can show`() {
    let long = [UInt8](repeating: 0x61, count: 10_000)
    let near = PreparedPattern.literal([0x62] + long).nearMiss(
      in: ([0x62, 0x63] + long).span.bytes)
    #expect(near?.expected.count == 64)
    #expect(near?.received.count == 64)
  }
}
