import ByteText
import TestSupport
import Testing

@Suite struct SafeTextTests {
  @Test(
    arguments: [
      (Array("plain\n\ttext\r\n".utf8), "plain\n\ttext\r\n"),
      (Array("gr\u{fc}n \u{4e5b} \u{1f600} \\".utf8), "gr\u{fc}n \u{4e5b} \u{1f600} \\"),
      (Array("\u{1b}]52;c;aGk=\u{7}".utf8), "\\x1b]52;c;aGk=\\x07"),
      (Array("a\rb".utf8), "a\\x0db"),
      (Array("a\r\r\nb\r".utf8), "a\\x0d\r\nb\\x0d"),
      (Array("\0\u{8}\u{7f}".utf8), "\\x00\\x08\\x7f"),
      (Array("\u{9b}2J".utf8), "\\xc2\\x9b2J"),
      ([0x9b, 0x32, 0x4a], "\\x9b2J"),
      (
        Array("\u{202e}x\u{2066}\u{200b}\u{feff}".utf8),
        "\\xe2\\x80\\xaex\\xe2\\x81\\xa6\\xe2\\x80\\x8b\\xef\\xbb\\xbf"
      ),
      (Array("\u{61c}\u{2028}\u{2029}".utf8), "\\xd8\\x9c\\xe2\\x80\\xa8\\xe2\\x80\\xa9"),
      (Array("\u{fff9}\u{e0041}".utf8), "\\xef\\xbf\\xb9\\xf3\\xa0\\x81\\x81"),
      (Array("\u{a0}\u{fffd}\u{2065}".utf8), "\u{a0}\u{fffd}\u{2065}"),
      ([0x41, 0xe4, 0xb9], "A\\xe4\\xb9"),
      ([0xe4, 0xb9, 0x41], "\\xe4\\xb9A"),
      ([0xe4, 0xb9, 0xe4, 0xb9, 0x9b], "\\xe4\\xb9\u{4e5b}"),
      ([0xf0, 0x9f, 0x1b], "\\xf0\\x9f\\x1b"),
      ([0xc3, 0x0d, 0x0a, 0xff], "\\xc3\r\n\\xff"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
      ([0x0d, 0xc3, 0xa4], "\\x0d\u{e4}"),
    ] as [([UInt8], String)])
  func `what acts unseen appears as hex escapes wherever it is cut`(bytes: [UInt8], shown: String) {
    #expect(safeText(bytes) == shown)
    for size in 1...4 {
      #expect(encode(bytes.pieces(of: size)) == shown)
    }
  }

  @Test func `no C0, DEL or C1 passes but LF, TAB and CR before LF`() {
    for scalar in Array(0...0x1f) + Array(0x7f...0x9f) where scalar != 0x0a && scalar != 0x09 {
      let bytes = Array(String(UnicodeScalar(UInt8(scalar))).utf8)
      #expect(safeText(bytes) == bytes.map { "\\x" + hexString(of: [$0]) }.joined())
    }
  }

  @Test func `a lone CR appears as an escape`() {
    #expect(safeText("10%\r20%") == "10%\\x0d20%")
  }

  @Test func `a character cut in two waits for its rest`() {
    var encoder = SafeTextEncoder()
    var output: [UInt8] = []
    encoder.encode(([0x41, 0xe2, 0x82] as [UInt8]).span.bytes, into: &output)
    #expect(text(output) == "A")
    encoder.encode(([0xac, 0x0d] as [UInt8]).span.bytes, into: &output)
    #expect(text(output) == "A\u{20ac}")
    encoder.finish(into: &output)
    #expect(text(output) == "A\u{20ac}\\x0d")
  }

  @Test func `finishing twice shows what waited once`() {
    var encoder = SafeTextEncoder()
    var output: [UInt8] = []
    encoder.encode(([0xe2] as [UInt8]).span.bytes, into: &output)
    encoder.finish(into: &output)
    encoder.finish(into: &output)
    #expect(text(output) == "\\xe2")
  }

  @Test(arguments: [
    ("name", "name"), ("a\nb\tc\r\n", "a\\x0ab\\x09c\\x0d\\x0a"), ("\u{202e}", "\\xe2\\x80\\xae"),
  ])
  func `a name stays in its line`(name: String, shown: String) {
    #expect(safeLine(name) == shown)
    #expect(safeLine(Array(name.utf8)) == shown)
  }

  @Test func `cuts change nothing, and nothing unsafe passes`() {
    var generator = SeededGenerator(state: 4)
    for count in 0...200 {
      let bytes = [UInt8].random(count: count, using: &generator)
      let shown = safeText(bytes)
      #expect(encode(bytes.pieces(of: 1 + count % 4)) == shown)
      #expect(safeText(shown) == shown)
    }
  }

  private func encode(_ pieces: [[UInt8]]) -> String {
    var encoder = SafeTextEncoder()
    var output: [UInt8] = []
    for piece in pieces {
      encoder.encode(piece.span.bytes, into: &output)
    }
    encoder.finish(into: &output)
    return text(output)
  }
}
