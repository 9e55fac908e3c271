import Scripting
import Testing

@Suite struct StatementParserTests {
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
        #"send "${a}b${env.HOME}${1}""#,
        .send([
          .text([.variable("a"), .bytes([0x62]), .variable("env.HOME"), .variable("1")])
        ])
      ),
      ("half-close", .halfClose),
      ("  close\t", .close),
      ("reset#", .reset),
      ("starttls", .startTLS(name: nil)),
      ("starttls mail.example.org", .startTLS(name: "mail.example.org")),
      (#"starttls "m\u{fc}ll.example""#, .startTLS(name: "m\u{fc}ll.example")),
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
    ] as [(String, Statement)])
  func `a statement is read`(text: String, statement: Statement) {
    let (statements, errors) = StatementParser.parse(ScriptSource(text))
    #expect(errors == [])
    #expect(statements.map(\.statement) == [statement])
  }

  @Test(
    arguments: [
      ("sned \"a\"", 1, "no such statement: \"sned\"", "send"),
      (
        "xyzzyx", 1, "no such statement: \"xyzzyx\"",
        "close, half-close, reset, send, set, starttls"
      ),
      (" \"a\"", 2, "a statement begins with its name", nil),
      (
        "send", 5, "something to send expected",
        "send \"TEXT\" | hex BYTES | file \"PATH\" | line \"TEXT\" \u{2026}"
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
      ("starttls a b", 12, "unexpected \"b\"", "starttls [NAME]"),
      ("starttls \"\"", 10, "this is no name", "starttls [NAME]"),
      ("set", 4, "the name of a setting expected", "set newline|encoding|timeout VALUE"),
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
    ] as [(String, Int, String, String?)])
  func `what is no statement is told with its place`(
    text: String, column: Int, message: String, hint: String?
  ) {
    let (statements, errors) = StatementParser.parse(ScriptSource("\r\n# \u{e4}\n" + text + "\r\n"))
    #expect(statements == [])
    #expect(errors.map(\.message) == [message])
    #expect(errors.map(\.line) == [3])
    #expect(errors.map(\.column) == [column])
    #expect(errors.map(\.sourceLine) == [text])
    if let hint { #expect(errors.map(\.hint) == [hint]) }
  }

  @Test func `all errors of a script are told, and what stands between is read`() {
    let (statements, errors) = StatementParser.parse(
      ScriptSource(
        """
        # greet
        send "HELO
          half-close
        sned "a"

        close; reset
        send "\\q" "
        reset
        """))
    #expect(
      statements == [
        PlacedStatement(.halfClose, at: Place(line: 3, column: 3)),
        PlacedStatement(.reset, at: Place(line: 8, column: 1)),
      ])
    #expect(
      errors.map(\.description) == [
        "line 2, column 6: this quote is not closed",
        "line 4, column 1: no such statement: \"sned\"",
        "line 6, column 6: unexpected \";\"",
        "line 7, column 7: unknown escape \"\\q\"",
      ])
  }

  @Test func `any bytes are read or refused`() {
    // The same texts in every run, so that one that crashes can be found.
    var random = CountedRandom()
    let pieces = [
      "send ", "set ", "timeout ", "newline ", "hex ", "file ", "line ", "\"", "\\", "${", "}",
      "\n",
      "\r", "0", "a", "/", "#", ":", "\u{e4}", "\u{202e}", "\u{1f600}", "=", "\\x4", "\\u{",
    ].map { Array($0.utf8) }
    for _ in 0..<2000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        text += pieces.randomElement(using: &random) ?? []
        if Int.random(in: 0..<12, using: &random) == 0 { text.append(.random(in: 0...255)) }
      }
      let (_, errors) = StatementParser.parse(ScriptSource(text))
      for error in errors { #expect(error.column <= text.count + 1, "\(text)") }
      // Only a crash would be wrong here.
      _ = try? PromptCommand.parse(String(decoding: text, as: UTF8.self))
    }
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
