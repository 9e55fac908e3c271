import ByteText
import TestSupport
import Testing

@Suite struct UTF8ScanTests {
  @Test(
    arguments: [
      ([], true),
      (Array("plain ascii, longer than eight bytes".utf8), true),
      (Array("gr\u{fc}n, \u{20ac}, \u{1f600}, \u{10ffff}, \u{d7ff}\u{e000}".utf8), true),
      ([0x41, 0x80], false),
      ([0xc2], false),
      ([0xc0, 0x80], false),
      ([0xc1, 0xbf], false),
      ([0xe0, 0x9f, 0xbf], false),
      ([0xed, 0xa0, 0x80], false),
      ([0xf0, 0x8f, 0xbf, 0xbf], false),
      ([0xf4, 0x90, 0x80, 0x80], false),
      ([0xf5, 0x80, 0x80, 0x80], false),
      ([0xe2, 0x28, 0xa1], false),
      (Array("eight ok".utf8) + [0xff], false),
      (Array("eight ok".utf8) + [0xe2, 0x82], false),
    ] as [([UInt8], Bool)])
  func `only whole characters are valid`(bytes: [UInt8], isValid: Bool) {
    #expect(isUTF8(bytes) == isValid)
  }

  @Test func `validity is what the standard library says`() {
    var generator = SeededGenerator(state: 3)
    for first in UInt8(0x80)...0xff {
      for second in UInt8(0x7f)...0xc0 {
        for length in 0...2 {
          let rest = (0..<length).map { _ in UInt8.random(in: 0x80...0xbf, using: &generator) }
          let bytes = [first, second] + rest
          let isValid = String(validating: bytes, as: UTF8.self) != nil
          #expect(isUTF8(bytes) == isValid)
        }
      }
    }
  }

  @Test(
    arguments: [
      ([], 0),
      ([0x41], 0),
      ([0xc3], 1),
      ([0x41, 0xc3], 1),
      ([0xc3, 0xa4], 0),
      ([0xe2], 1),
      ([0xe2, 0x82], 2),
      ([0xe2, 0x82, 0xac], 0),
      ([0xf0, 0x9f, 0x98], 3),
      ([0xf0, 0x9f, 0x98, 0x80], 0),
      ([0xe2, 0x82, 0xac, 0xf0], 1),
      ([0x80, 0x80, 0x80], 0),
      ([0x80, 0x80, 0x80, 0x80], 0),
      ([0xe0, 0x80], 0),
      ([0xed, 0xa0], 0),
      ([0xf4, 0x90], 0),
      ([0xc0], 0),
      ([0xff], 0),
      ([0xc3, 0x41], 0),
    ] as [([UInt8], Int)])
  func `only the beginning of a character waits`(bytes: [UInt8], length: Int) {
    let found = incompleteSuffixLength(of: bytes.span.bytes)
    #expect(found == length)
  }
}
