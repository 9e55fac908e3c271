import Testing

@testable import Terminal

@Suite struct SecretKeysTests {
  @Test(arguments: [
    ("pass", [SecretKeys.Step.keys(Array("pass".utf8))]),
    ("p\u{7f}q\r", [.keys(Array("p\u{7f}q\r".utf8))]),
    ("ab\u{15}c\r", [.keys(Array("ab".utf8)), .clear, .keys(Array("c\r".utf8))]),
    ("\u{17}\u{b}", [.clear, .clear]),
    ("a\u{1b}OAb\u{1b}fc\u{1b}[5~d\u{1b}ue", [.keys(Array("abcde".utf8))]),
    ("a b\u{1b}\u{7f}c", [.keys(Array("a b".utf8)), .eraseWord, .keys(Array("c".utf8))]),
    ("a\u{18}(b\u{18}\u{1b}[5~c\u{18}\u{18}d", [.keys(Array("abcd".utf8))]),
    ("a\u{1b}[D\u{1b}[3~b\u{1}c", [.keys(Array("a\u{1b}[D\u{1b}[3~b\u{1}c".utf8))]),
    ("a\u{12}\u{19}\tb\u{1f}", [.keys(Array("ab".utf8))]),
    ("\u{e4}\u{4e2d}", [.keys(Array("\u{e4}\u{4e2d}".utf8))]),
  ])
  func `nothing that cuts or recalls is passed on`(typed: String, steps: [SecretKeys.Step]) {
    var keys = SecretKeys()
    #expect(keys.take(Array(typed.utf8)) == steps)
  }

  @Test func `a sequence may be cut anywhere`() {
    var keys = SecretKeys()
    var passed: [SecretKeys.Step] = []
    for byte in Array("a\u{1b}[1;5Db\u{1b}[C".utf8) { passed += keys.take([byte]) }
    #expect(passed == [.keys([0x61]), .keys([0x62]), .keys([0x1b, 0x5b, 0x43])])
  }
}
