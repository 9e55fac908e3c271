import Scripting
import Testing

@Suite struct ScriptStatementTests {
  @Test(
    arguments: [
      (#"send "a""#, .send([.text([.bytes([0x61])])])),
      (
        #"send "text\r\n" hex 16 03 01 file "body.bin" line "QUIT""#,
        .send([
          .text([.bytes(Array("text\r\n".utf8))]), .hex([0x16, 3, 1]), .file("body.bin"),
          .line([.bytes(Array("QUIT".utf8))]),
        ])
      ),
      (#"send "" # an empty datagram"#, .send([.text([])])),
      ("send hex 00ff\tFe", .send([.hex([0, 0xff, 0xfe])])),
      (
        #"send hex 0a "b" 0c hex 0d"#,
        .send([.hex([10]), .text([.bytes([0x62])]), .hex([12, 13])])
      ),
      (#"send file a/b.bin "c""#, .send([.file("a/b.bin"), .text([.bytes([0x63])])])),
      (
        #"send "\"\\\0\x41\u{20ac}$""#,
        .send([.text([.bytes([0x22, 0x5c, 0, 0x41, 0xe2, 0x82, 0xac, 0x24])])])
      ),
      (
        #"send "${given}b${env.HOME}${1}""#,
        .send([
          .text([.variable("given"), .bytes([0x62]), .variable("env.HOME"), .variable("1")])
        ])
      ),
      ("half-close", .halfClose),
      ("  close\t", .close),
      ("reset#", .reset),
      ("starttls", .startTLS(name: nil)),
      ("starttls mail.example.org", .startTLS(name: [.bytes(Array("mail.example.org".utf8))])),
      (
        #"starttls "m\u{fc}ll.example""#,
        .startTLS(name: [.bytes(Array("m\u{fc}ll.example".utf8))])
      ),
      (
        #"starttls "${given}.test""#,
        .startTLS(name: [.variable("given"), .bytes(Array(".test".utf8))])
      ),
      ("set newline lf", .set(.newline(.lf))),
      ("set newline crlf", .set(.newline(.crlf))),
      ("set newline cr", .set(.newline(.cr))),
      ("set newline none", .set(.newline(.none))),
      ("set encoding ISO_8859-1:1987", .set(.encoding("ISO_8859-1:1987"))),
      (#"set encoding "GBK""#, .set(.encoding("GBK"))),
      ("set timeout 2s", .set(.timeout(.seconds(2)))),
      ("set timeout 500ms", .set(.timeout(.milliseconds(500)))),
      ("set timeout 1m", .set(.timeout(.seconds(60)))),
      ("set timeout 1h", .set(.timeout(.seconds(3600)))),
      ("set timeout 1.5", .set(.timeout(.milliseconds(1500)))),
      ("set timeout 0", .set(.timeout(nil))),
      ("set timeout 0ms", .set(.timeout(nil))),
      ("set timeout 0.0000000000001", .set(.timeout(.nanoseconds(1)))),
      ("send u8 5", .send([.integer(IntegerFormat(byteCount: 1), .number(5))])),
      ("send u16 5", .send([.integer(IntegerFormat(byteCount: 2), .number(5))])),
      ("send u32 be -5", .send([.integer(IntegerFormat(byteCount: 4), .number(-5))])),
      (
        "send u64 le given hex be",
        .send([
          .integer(IntegerFormat(byteCount: 8, isLittleEndian: true), .variable("given")),
          .hex([0xbe]),
        ])
      ),
      (
        #"send length of "abc" "x""#,
        .send([.length(of: .text([.bytes(Array("abc".utf8))])), .text([.bytes([0x78])])])
      ),
      ("let n = 1", .assign(name: "n", .number(1))),
      (
        "let n = 1 + 2 * 3 - 4 / 5 % 6",
        .assign(
          name: "n",
          .arithmetic(
            .arithmetic(.number(1), .plus, .arithmetic(.number(2), .times, .number(3))),
            .minus,
            .arithmetic(.arithmetic(.number(4), .dividedBy, .number(5)), .modulo, .number(6))))
      ),
      ("let n = given", .assign(name: "n", .variable("given"))),
      ("let n = peer.local-port", .assign(name: "n", .variable("peer.local-port"))),
      ("let n = env.HOME", .assign(name: "n", .variable("env.HOME"))),
      ("let n = hex 00 ff be", .assign(name: "n", .hex([0, 255, 0xbe]))),
      ("let n = file a/b", .assign(name: "n", .file("a/b"))),
      (
        "let n = length of file a/b + 1",
        .assign(name: "n", .arithmetic(.length(of: .file("a/b")), .plus, .number(1)))
      ),
      ("log on", .log(true)),
      ("log off", .log(false)),
      ("assert given == 1", .assert(.comparison(.variable("given"), .equal, .number(1)))),
      ("assert given != 1", .assert(.comparison(.variable("given"), .unequal, .number(1)))),
      ("assert given < 1", .assert(.comparison(.variable("given"), .less, .number(1)))),
      ("assert given <= 1", .assert(.comparison(.variable("given"), .lessOrEqual, .number(1)))),
      ("assert given > 1", .assert(.comparison(.variable("given"), .greater, .number(1)))),
      ("assert given >= 1", .assert(.comparison(.variable("given"), .greaterOrEqual, .number(1)))),
      (#"fail "why ${given}""#, .fail([.bytes(Array("why ".utf8)), .variable("given")])),
      ("pass", .pass),
      (#"print "a" line "b""#, .print([.text([.bytes([0x61])]), .line([.bytes([0x62])])])),
      ("sleep 500ms", .sleep(.milliseconds(500))),
      ("pause", .pause([])),
      (#"pause "now?""#, .pause([.bytes(Array("now?".utf8))])),
    ] as [(String, Statement)])
  func `a statement is read`(text: String, statement: Statement) {
    let (script, errors) = parsed(text)
    #expect(errors == [])
    #expect(script.statements.map(\.statement) == [statement])
  }

  @Test(
    arguments: [
      ("sned \"a\"", 1, "no such statement: \"sned\"", "send"),
      (
        "xyzzyx", 1, "no such statement: \"xyzzyx\"",
        """
        assert, break, close, expect, fail, half-close, if, include, let, log, loop, pass, pause, \
        peer, print, procedure, repeat, reset, send, set, sleep, starttls, with
        """
      ),
      (" \"a\"", 2, "a statement begins with its name", nil),
      (
        "send", 5, "something to send expected",
        "send \"TEXT\" | hex HEX | line \"TEXT\" | file PATH | u16 be EXPR | length of EXPR \u{2026}"
      ),
      ("send PING", 6, "text stands in quotes", "\"PING\""),
      ("send \"a\" b", 10, "text stands in quotes", "\"b\""),
      ("send line QUIT", 11, "text stands in quotes", "\"QUIT\""),
      ("send hex", 9, "hex digits expected", nil),
      ("send hex 0g", 11, "not a hex digit", "text among hex stands in quotes"),
      ("send hex 0x01", 11, "not a hex digit", "text among hex stands in quotes"),
      ("send hex 01 2", 13, "a hex digit without its second one", nil),
      ("send hex 01 203", 15, "a hex digit without its second one", nil),
      ("send file", 10, "a path expected", nil),
      ("send file ~/x", 11, "a path stands in quotes", nil),
      ("send file \"\"", 11, "a path is text, and not empty", nil),
      ("send file \"a\\0\"", 11, "a path is text, and not empty", nil),
      ("send file \"\\xff\"", 11, "a path is text, and not empty", nil),
      ("send file \"${a}\"", 11, "a path cannot hold a variable", nil),
      ("send {", 6, "unexpected \"{\"", nil),
      ("half-close now", 12, "unexpected \"now\"", "half-close"),
      ("close \"a\"", 7, "unexpected \"a\"", "close"),
      ("reset 1", 7, "unexpected \"1\"", "reset"),
      ("starttls ${given}", 10, "unexpected \"$\"", "a variable stands in quotes: \"${name}\""),
      ("starttls a b", 12, "unexpected \"b\"", "starttls [NAME]"),
      ("starttls \"\"", 10, "this is no name", "starttls [NAME]"),
      ("set", 4, "the name of a setting expected", "set timeout|newline|encoding VALUE"),
      ("set newlime lf", 5, "no such setting: \"newlime\"", "newline"),
      ("set newline", 12, "lf, crlf, cr or none expected", "set newline lf|crlf|cr|none"),
      ("set newline CRLF", 13, "a newline is lf, crlf, cr or none", "set newline lf|crlf|cr|none"),
      ("set newline lf cr", 16, "unexpected \"cr\"", "set newline lf|crlf|cr|none"),
      ("set encoding", 13, "the name of a character set expected", "set encoding NAME"),
      ("set timeout", 12, "a duration expected", "set timeout DURATION"),
      ("set timeout fast", 13, "a duration is like 500ms, 2s, 1m or 1.5", "set timeout DURATION"),
      ("set timeout -1s", 13, "a duration is like 500ms, 2s, 1m or 1.5", nil),
      ("set timeout s", 13, "a duration is like 500ms, 2s, 1m or 1.5", nil),
      ("set timeout 1e3", 13, "a duration is like 500ms, 2s, 1m or 1.5", nil),
      ("set timeout 99999999999h", 13, "a duration is like 500ms, 2s, 1m or 1.5", nil),
      ("send u8", 8, "a value expected", nil),
      ("send u8 be 5", 9, "one byte has no order", "u8 EXPR"),
      ("send length \"a\"", 13, "unexpected \"a\"", nil),
      ("send hex 01 ??", 13, "?? stands only where something is expected", nil),
      ("send given", 6, "text stands in quotes", "\"${given}\""),
      ("let", 4, "a name expected", "let NAME = EXPR"),
      (
        "let 5x = 1", 5, "\"5x\" is no name",
        "a name is letters, digits, _ and -, a letter first"
      ),
      ("let a.b = 1", 5, "\"a.b\" is no name", nil),
      ("let send = 1", 5, "send is a word of the language", "another name, such as my-send"),
      ("let n 1", 7, "unexpected \"1\"", "let NAME = EXPR"),
      ("let n =", 8, "a value expected", "let NAME = EXPR"),
      ("let n = \"a\" \"b\"", 13, "unexpected \"b\"", "let NAME = EXPR"),
      ("let n = 1 +", 12, "a value expected", "let NAME = EXPR"),
      ("let n = 1+2", 9, "\"1+2\" is neither a number nor a name", "blanks stand around + - * / %"),
      ("let n = line", 9, "line is a word of the language", nil),
      (
        "let n = 0x10", 9, "\"0x10\" is neither a number nor a name",
        "text stands in quotes, numbers are decimal"
      ),
      ("let n = 9223372036854775808", 9, "the number does not fit 64 bits", nil),
      ("let n = (1)", 9, "unexpected \"(\"", "let NAME = EXPR"),
      ("let n = length given", 16, "unexpected \"given\"", nil),
      ("let n = hex", 12, "hex digits expected", nil),
      ("let n = hex \"a\"", 13, "unexpected \"a\"", nil),
      ("log maybe", 5, "this is on or off", "log on|off"),
      ("assert given", 13, "a comparison expected", nil),
      ("assert given = 1", 14, "= sets nothing here", "== compares"),
      ("assert given ==", 16, "a value expected", nil),
      ("assert given ~ \"a\"", 16, "a pattern stands between slashes", "/REGEX/"),
      ("assert given ~ /a(/", 19, "missing closing parenthesis", nil),
      ("assert given -1 == 2", 14, "unexpected \"-1\"", "blanks stand around + - * / %"),
      ("fail", 5, "a text in quotes expected", "fail \"TEXT\""),
      ("fail why", 6, "text stands in quotes", "\"why\""),
      ("pass 1", 6, "unexpected \"1\"", "pass"),
      ("sleep", 6, "a duration expected", "sleep DURATION"),
      ("sleep given", 7, "a duration is like 500ms, 2s, 1m or 1.5", "sleep DURATION"),
      ("pause now", 7, "text stands in quotes", "\"now\""),
      ("break", 1, "break stands in no loop", "it leaves repeat and loop"),
      (
        "peer a = connect x", 1, "there is one peer here, and it is open",
        "sockcat run is for scripts that open peers"
      ),
      (
        "peer: send \"a\"", 1, "no such peer: \"peer\"",
        "there is one peer here, and statements speak to it without a name"
      ),
      ("a:send \"a\"", 1, "a blank stands behind the colon", "a: send"),
      ("expect", 7, "a pattern expected", nil),
    ] as [(String, Int, String, String?)])
  func `what is no statement is told with its place`(
    text: String, column: Int, message: String, hint: String?
  ) {
    let errors = parsed("\r\n# \u{e4}\n" + text + "\r\n").errors.map(\.error)
    #expect(errors.map(\.message) == [message])
    #expect(errors.map(\.line) == [3])
    #expect(errors.map(\.column) == [column])
    #expect(errors.map(\.sourceLine) == [text])
    if let hint { #expect(errors.map(\.hint) == [hint]) }
  }

  @Test func `all errors of a script are told, and what stands between is read`() {
    let (script, errors) = parsed(
      """
      # greet
      send "HELO
        half-close
      sned "a"

      close; reset
      send "\\q" "
      reset
      """)
    #expect(
      script.statements == [
        PlacedStatement(.halfClose, at: Place(line: 3, column: 3)),
        PlacedStatement(.reset, at: Place(line: 8, column: 1)),
      ])
    #expect(
      errors.map(\.error.description) == [
        "line 2, column 6: this quote is not closed",
        "line 4, column 1: no such statement: \"sned\"",
        "line 6, column 6: unexpected \";\"",
        "line 7, column 7: unknown escape \"\\q\"",
      ])
  }
}
