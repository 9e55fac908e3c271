import Scripting
import Testing

@Suite struct MatcherCostTests {
  private static let size = 1 << 18

  /// Looks at every byte as it comes, and says how often each was looked at.
  private func costPerByte(_ pattern: PreparedPattern, _ text: [UInt8]) throws -> Int {
    var matcher = Matcher([pattern])
    for count in 0...text.count {
      let verdict = try matcher.look(at: text.span.bytes.extracting(first: count))
      #expect(verdict == .undecided)
    }
    #expect(try matcher.look(at: text.span.bytes, isFinal: true) != .undecided)
    return matcher.lookedCount / text.count
  }

  @Test(
    arguments: [
      .literal(String(repeating: "a", count: 100_000) + "b"), .literal("\r\n\r\n"),
      .mask([0x61] + Array(repeating: nil, count: 100) + [0x62]), .line,
    ] as [PreparedPattern])
  func `a literal looks at each byte once`(pattern: PreparedPattern) throws {
    #expect(try costPerByte(pattern, [UInt8](repeating: 0x61, count: Self.size)) == 1)
  }

  @Test(
    arguments: [
      #"\A[\s\S]*END"#, #"[\s\S]*END"#, "a*b", "a+$", #"x|a[^\n]*\n"#, "(?<=c)b", #"b\b"#,
    ])
  func `a beginning that grows is not looked at again for every byte`(pattern: String) throws {
    let text = [UInt8](repeating: 0x61, count: Self.size)
    // Up to 4 KiB with every byte, then whenever it has grown by an eighth.
    let shortCost = 4096 * 4096 / 2 / Self.size
    let cost = try costPerByte(.regular(try BytePattern(pattern)), text)
    #expect(cost < shortCost + 16)
  }

  @Test func `what can't begin costs a few looks at each byte`() throws {
    let text = Array(String(repeating: "a line of text\r\n", count: Self.size / 16).utf8)
    #expect(try costPerByte(.regular(try BytePattern(#"(?m)^END\r\n"#)), text) <= 2)
    #expect(try costPerByte(.regular(try BytePattern(#"text\r\nEND"#)), text) <= 6)
  }
}
