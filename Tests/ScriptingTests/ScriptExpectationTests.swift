import Scripting
import Testing

@Suite struct ScriptExpectationTests {
  private static let u16 = IntegerFormat(byteCount: 2)

  @Test(
    arguments: [
      ("\"a\"", Scripting.Expectation(.literal([.text([.bytes([0x61])])]))),
      ("\"a\" as x", Scripting.Expectation(.literal([.text([.bytes([0x61])])]), as: "x")),
      ("eof within 500ms", Scripting.Expectation(.endOfFile, within: .milliseconds(500))),
      ("close within 2s", Scripting.Expectation(.close, within: .seconds(2))),
      ("reset", Scripting.Expectation(.reset)),
      (
        "hex 16 03 ?? ??05 \"b\"",
        Scripting.Expectation(.literal([.mask([0x16, 3, nil, nil, 5]), .text([.bytes([0x62])])]))
      ),
      ("hex 16 03 as x", Scripting.Expectation(.literal([.hex([0x16, 3])]), as: "x")),
      ("line", Scripting.Expectation(.line)),
      ("line as x", Scripting.Expectation(.line, as: "x")),
      ("line \"a\"", Scripting.Expectation(.literal([.line([.bytes([0x61])])]))),
      ("u16", Scripting.Expectation(.integer(u16))),
      ("u16 be as x", Scripting.Expectation(.integer(u16), as: "x")),
      (
        "u32 le within 1s",
        Scripting.Expectation(
          .integer(IntegerFormat(byteCount: 4, isLittleEndian: true)), within: .seconds(1))
      ),
      ("u16 be 5", Scripting.Expectation(.literal([.integer(u16, .number(5))]))),
      (
        "u16 5 \"a\"",
        Scripting.Expectation(.literal([.integer(u16, .number(5)), .text([.bytes([0x61])])]))
      ),
      ("length of given", Scripting.Expectation(.literal([.length(of: .variable("given"))]))),
      ("bytes 5 as x", Scripting.Expectation(.bytes(.number(5)), as: "x")),
      (
        "bytes given - 1",
        Scripting.Expectation(.bytes(.arithmetic(.variable("given"), .minus, .number(1))))
      ),
      ("nothing for 2s", Scripting.Expectation(.nothing(for: .seconds(2)))),
      ("datagram", Scripting.Expectation(.datagram(nil))),
      ("datagram as x", Scripting.Expectation(.datagram(nil), as: "x")),
      ("datagram \"a\"", Scripting.Expectation(.datagram(.literal([.text([.bytes([0x61])])])))),
    ] as [(String, Scripting.Expectation)])
  func `an expectation is read`(text: String, expectation: Scripting.Expectation) {
    let (script, errors) = parsed("expect " + text, isDatagram: true)
    #expect(errors == [])
    #expect(script.statements.map(\.statement) == [.expect(expectation)])
  }

  @Test func `a pattern between slashes is read, and its groups are names`() throws {
    let (script, errors) = parsed(
      """
      expect /^(?<code>\\d+) a\\/b{2} # "/ as x within 1s
      print "${code}${1}"
      """)
    #expect(errors == [])
    guard case .expect(let expectation)? = script.statements.first?.statement,
      case .regular(let pattern) = expectation.pattern
    else {
      Issue.record("no expectation")
      return
    }
    #expect(String(decoding: pattern.text, as: UTF8.self) == #"^(?<code>\d+) a\/b{2} # ""#)
    #expect(expectation.name == "x")
  }

  @Test(
    arguments: [
      ("", 7, "a pattern expected", nil),
      (" as x", 7, "a pattern expected", nil),
      (" a", 8, "text stands in quotes", "\"a\""),
      (" \"a\" b", 12, "text stands in quotes", "\"b\""),
      (" \"a\" as", 14, "a name expected", nil),
      (" \"a\" as eof", 15, "eof is a word of the language", "another name, such as my-eof"),
      (" \"a\" within", 18, "a duration expected", nil),
      (" \"a\" within 0", 19, "within 0 leaves no time", "set timeout 0 waits for ever"),
      (" \"a\" within 1s as x", 22, "unexpected \"as\"", nil),
      (" eof \"a\"", 12, "eof stands alone", nil),
      (" \"a\" eof", 12, "eof stands alone", nil),
      (" \"a\" nothing", 12, "nothing stands alone", nil),
      (" \"a\" line", 12, "a line is read alone", "expect line, and nothing else"),
      (" line QUIT", 13, "text stands in quotes", "\"QUIT\""),
      (" u8 u8", 8, "a number is read alone", "an expect for each, or a number behind it"),
      (" \"a\" u16 be", 12, "a number is read alone", nil),
      (" bytes", 13, "a value expected", nil),
      (" bytes 5 \"a\"", 16, "bytes stands alone", nil),
      (" nothing", 15, "\"for\" expected", nil),
      (" nothing for", 19, "a duration expected", nil),
      (" nothing for 1s as x", 23, "nothing leaves nothing to keep", nil),
      (" nothing for 1s within 2s", 23, "nothing says itself how long", nil),
      (" eof as x", 12, "eof leaves nothing to keep", nil),
      (" eof as x within 1s", 12, "eof leaves nothing to keep", nil),
      (" close as x", 14, "close leaves nothing to keep", nil),
      (" reset as x", 14, "reset leaves nothing to keep", nil),
      (" nothing 5s", 16, "unexpected \"5s\"", nil),
      (" hex", 11, "hex digits expected", nil),
      (" hex as x", 11, "hex digits expected", nil),
      (" hex 0?", 12, "a byte is two hex digits or ??", nil),
      (" hex 00?", 14, "a byte is two hex digits or ??", nil),
      (" /a/ \"b\"", 12, "a pattern between slashes stands alone", nil),
      (" \"b\" /a/", 12, "a pattern between slashes stands alone", nil),
      (" eof /a/", 12, "eof stands alone", nil),
      (" /a", 8, "this pattern is not closed", nil),
      (" /[/", 10, "missing terminating ] for character class", nil),
      (" /(?<line>a)/", 8, "line is a word of the language", nil),
      (" datagram", 8, "the peer sends a stream, which has no datagrams", nil),
      (" within 2s \"a\"", 18, "unexpected \"a\"", "expect [within DURATION] {"),
    ] as [(String, Int, String, String?)])
  func `what cannot be expected is told with its place`(
    text: String, column: Int, message: String, hint: String?
  ) {
    let errors = parsed("expect" + text).errors.map(\.error)
    #expect(errors.map(\.message) == [message])
    #expect(errors.map(\.column) == [column])
    if let hint { #expect(errors.map(\.hint) == [hint]) }
  }

  @Test(arguments: ["eof", "close", "reset"])
  func `an alternative that leaves no bytes has no name`(word: String) {
    let errors = parsed("expect {\n  \(word) as x {\n  }\n}").errors.map(\.error)
    #expect(errors.map(\.message) == ["\(word) leaves nothing to keep"])
    #expect(errors.map(\.line) == [2])
    #expect(errors.map(\.column) == [4 + word.count])
  }

  @Test func `nothing is no alternative`() {
    let errors = parsed("expect {\n  nothing for 1s {\n  }\n}").errors.map(\.error)
    #expect(errors.map(\.message) == ["nothing is no alternative"])
    #expect(errors.map(\.column) == [3])
    #expect(errors.map(\.hint) == ["timeout {"])
  }
}
