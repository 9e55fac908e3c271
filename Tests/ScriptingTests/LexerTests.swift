import Scripting
import Testing

@Suite struct LexerTests {
  @Test(
    arguments: [
      ("", []),
      (" \t# comment", []),
      ("a b\r\nc", [.word("a"), .word("b"), .lineEnd, .word("c")]),
      ("api: send", [.word("api"), .punctuation(.colon), .word("send")]),
      (
        "connect [::1%lo]:80 :8080 unix:/tmp/s",
        [.word("connect"), .word("[::1%lo]:80"), .word(":8080"), .word("unix:/tmp/s")]
      ),
      ("00 ?? ff 500ms 1.5 -1", ["00", "??", "ff", "500ms", "1.5", "-1"].map(Token.Kind.word)),
      (
        "a==b!=c<=d<e>=f>g~h=i",
        [
          .word("a"), .punctuation(.equal), .word("b"), .punctuation(.unequal), .word("c"),
          .punctuation(.lessOrEqual), .word("d"), .punctuation(.less), .word("e"),
          .punctuation(.greaterOrEqual), .word("f"), .punctuation(.greater), .word("g"),
          .punctuation(.matches), .word("h"), .punctuation(.assign), .word("i"),
        ]
      ),
      (
        "f(a, b) { }",
        [
          .word("f"), .punctuation(.leftParenthesis), .word("a"), .punctuation(.comma), .word("b"),
          .punctuation(.rightParenthesis), .punctuation(.leftBrace), .punctuation(.rightBrace),
        ]
      ),
      ("\u{feff}gr\u{fc}n", [.word("gr\u{fc}n")]),
      ("\"#\"#", [.string([.bytes([0x23])])]),
      ("\"\t\"", [.string([.bytes([9])])]),
      (#""a\x24{b}""#, [.string([.bytes(Array("a${b}".utf8))])]),
      (#""a${b-1_c.d}""#, [.string([.bytes([0x61]), .variable("b-1_c.d")])]),
    ] as [(String, [Token.Kind])])
  func `a text is cut into tokens`(text: String, kinds: [Token.Kind]) throws {
    var lexer = Lexer(ScriptSource(text))
    var found: [Token.Kind] = []
    while case let token = try lexer.next(), token.kind != .end {
      found.append(token.kind)
    }
    #expect(found == kinds)
  }

  @Test(
    arguments: [
      ("a \"b", 3, "this quote is not closed"),
      ("\"b\\\"", 1, "this quote is not closed"),
      ("\"b\r\n\"", 1, "this quote is not closed"),
      ("\"\u{e4}\\z\"", 3, #"unknown escape "\z""#),
      ("\"\\x4\"", 2, "unfinished escape"),
      ("\"\\xg1\"", 2, #"\x needs two hex digits"#),
      ("\"\\u{d800}\"", 2, "no character has the number D800"),
      ("\"ab${a}c\\x\"", 9, "unfinished escape"),
      ("\"${}\"", 2, "this names no variable"),
      ("\"a${b\"", 3, "this names no variable"),
      ("\"a${b c}\"", 3, "this names no variable"),
      ("\"a\u{1}\"", 3, "a control character"),
      ("a\u{7f}", 2, "a control character"),
      ("a\rb", 2, "a control character"),
      ("\u{e4}\u{202e}", 2, "a control character"),
      ("a $b", 3, "unexpected \"$\""),
      ("a ; b", 3, "unexpected \";\""),
      ("a !b", 3, "unexpected \"!\""),
    ] as [(String, Int, String)])
  func `what can be no token is refused`(text: String, column: Int, message: String) {
    let error = #expect(throws: ScriptError.self) {
      var lexer = Lexer(ScriptSource(text))
      while try lexer.next().kind != .end {}
    }
    #expect(error?.message == message)
    #expect(error?.column == column)
  }

  @Test func `bytes that are no UTF-8 are refused in words and in quotes`() {
    for (text, column) in [([0x61, 0xe4], 2), ([0x22, 0xe2, 0x82, 0x22], 2)] as [([UInt8], Int)] {
      let error = #expect(throws: ScriptError.self) {
        var lexer = Lexer(ScriptSource(text))
        while try lexer.next().kind != .end {}
      }
      #expect(error?.message == "not UTF-8")
      #expect(error?.column == column)
      #expect(error?.hint == "in quotes: \\x" + String(text[column - 1], radix: 16))
    }
  }

  @Test func `a slash begins a pattern only where one is asked for`() throws {
    var lexer = Lexer(ScriptSource(#" /a\/b "c" ä/ x"#))
    #expect(try lexer.peek().kind == .word("/a"))
    #expect(try lexer.nextPattern()?.kind == .pattern(Array(#"a\/b "c" ä"#.utf8)))
    #expect(try lexer.nextPattern() == nil)
    #expect(try lexer.next().kind == .word("x"))
  }

  @Test(
    arguments: [
      ("/a", 1, "this pattern is not closed"), ("/a\\/", 1, "this pattern is not closed"),
      ("/a\n/", 1, "this pattern is not closed"), ("//", 1, "the pattern is empty"),
      ("/a/i", 4, "nothing may stick to a pattern"),
    ] as [(String, Int, String)])
  func `what can be no pattern is refused`(text: String, column: Int, message: String) {
    let error = #expect(throws: ScriptError.self) {
      var lexer = Lexer(ScriptSource(text))
      _ = try lexer.nextPattern()
    }
    #expect(error?.message == message)
    #expect(error?.column == column)
  }
}
