import Scripting
import Testing

@Suite struct ScriptBytesTests {
  private static let pieces = [
    "send ", "set ", "timeout ", "newline ", "hex ", "file ", "line ", "\"", "\\", "${", "}", "\n",
    "\r", "0", "a", "/", "#", ":", "\u{e4}", "\u{202e}", "\u{1f600}", "=", "\\x4", "\\u{", " {\n",
    "}\n", "expect ", "expect {\n", "within 2s ", "as n ", "if 1 == 2 {\n", "} else {\n", "else ",
    "loop {\n", "procedure f(a) {\n", "f(1)\n", "with a ", "peer a = connect x\n", "a: ",
    "let n = ",
    "length of ", "+ ", "u16 be ", "?? ", "datagram ", "eof ", "include \"x\"\n", "repeat 5 ",
    "break\n", "~ /a/ ", "\"text\" ", ", ", "(", ")", "(?<n>", "close\n",
  ].map { Array($0.utf8) }

  @Test func `any bytes are read or refused`() {
    // The same texts in every run, so that one that crashes can be found.
    var random = CountedRandom()
    for round in 0..<2000 {
      let text = Self.text(&random)
      let kind: ScriptParser.Setting.Kind =
        round.isMultiple(of: 2) ? .manyPeers : .onePeer(isDatagram: false)
      let setting = ScriptParser.Setting(kind) { _ in .success(Array(text.prefix(20))) }
      let (_, errors) = ScriptParser.parse(ScriptSource(text), name: "x.sct", in: setting)
      for error in errors { #expect(error.error.column <= text.count + 1, "\(text)") }
      // Only a crash would be wrong here.
      _ = try? PromptCommand.parse(String(decoding: text, as: UTF8.self))
    }
  }

  @Test(
    .serialized,
    arguments: [
      "hex ", "\"a\" ", "/\\", "/ ", "\\\"", "${x}", "a", "{ ", "} ", "length of ", "1 + ", "f(",
      "loop {\n", "}\n", "sned\n", "let x = y\n", "} else if 1 == 2 {\n", "# x\n", "(?<", "a:", ",",
    ])
  func `a long text takes no longer than in proportion`(piece: String) {
    let text = String(repeating: piece, count: 20_000 / piece.utf8.count)
    let clock = ContinuousClock()
    let time = clock.measure {
      for start in ["", "expect ", "peer a = connect "] {
        _ = parsed(start + text)
      }
    }
    // Whatever took the square of the length would take minutes.
    #expect(time < .seconds(20))
  }

  private static func text(_ random: inout CountedRandom) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      text += pieces.randomElement(using: &random) ?? []
      if Int.random(in: 0..<12, using: &random) == 0 { text.append(.random(in: 0...255)) }
    }
    return text
  }
}

/// Numbers that look random and are the same in every run (SplitMix64).
private struct CountedRandom: RandomNumberGenerator {
  private var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
