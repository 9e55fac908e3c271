import Scripting
import Testing

@Suite struct ScriptErrorTests {
  @Test(
    arguments: [
      ("send x", 6, "send x\n     ^"),
      ("\tsend\tx", 7, "\tsend\tx\n\t    \t^"),
      ("\u{e4}\u{65e5}e\u{301}x", 5, "\u{e4}\u{65e5}e\u{301}x\n    ^"),
      ("a\u{1b}b\u{202e}c", 5, "a\\x1bb\\xe2\\x80\\xaec\n                  ^"),
      ("ab", 3, "ab\n  ^"),
      ("", 1, "\n^"),
    ])
  func `the caret stands under the character`(text: String, column: Int, excerpt: String) {
    let error = ScriptError("wrong", line: 2, column: column, sourceLine: text)
    #expect(error.excerpt == excerpt)
  }

  @Test func `file, line and column stand before the message`() {
    let error = ScriptError("wrong", line: 2, column: 3, sourceLine: "abc")
    #expect(error.rendered(in: "a\u{1b}.sct") == "a\\x1b.sct:2:3: wrong\nabc\n  ^")
    #expect(error.rendered() == "wrong\nabc\n  ^")
    #expect(error.description == "line 2, column 3: wrong")
  }
}
