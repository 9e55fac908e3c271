import Scripting
import Testing

@Suite struct PromptCommandTests {
  /// At least one line for every command.
  static let commands: [(String, PromptCommand)] = [
    (#"send PING\r\n"#, .statement(.send([text("PING\r\n")]))),
    (#"send  ${x} "y" # z "#, .statement(.send([text("${x} \"y\" # z ")]))),
    (
      #"send "a b" hex 0d0a line "c" # d"#,
      .statement(.send([text("a b"), .hex([13, 10]), .line([.bytes([0x63])])]))
    ),
    (#"send """#, .statement(.send([.text([])]))),
    (
      #"hex 01 ff "abc" 0A0b"#,
      .statement(.send([.hex([1, 0xff]), text("abc"), .hex([10, 11])]))
    ),
    ("hex 01FF", .statement(.send([.hex([1, 0xff])]))),
    (#"hex "a""#, .statement(.send([text("a")]))),
    ("file ~/a file.bin ", .statement(.send([.file("~/a file.bin")]))),
    (#"file "a\tb" "#, .statement(.send([.file("a\tb")]))),
    ("half-close", .statement(.halfClose)),
    ("half", .statement(.halfClose)),
    ("close ", .statement(.close)),
    ("reset", .statement(.reset)),
    ("starttls", .statement(.startTLS(name: nil))),
    ("starttls mail.test", .statement(.startTLS(name: [.bytes(Array("mail.test".utf8))]))),
    ("newline crlf", .statement(.set(.newline(.crlf)))),
    ("encoding GBK", .statement(.set(.encoding("GBK")))),
    ("timeout 2s", .statement(.set(.timeout(.seconds(2))))),
    ("timeout 0", .statement(.set(.timeout(nil)))),
    ("secret", .secret),
    (#"shell  echo "a  b" | tr a '#' "#, .shell(#"echo "a  b" | tr a '#' "#)),
    ("reconnect", .reconnect),
    ("peers", .peers),
    ("peer 2", .peer(.number(2))),
    ("peer\tall", .peer(.all)),
    ("dump on", .dump(true)),
    ("escape off", .escape(false)),
    ("stats", .stats),
    ("info", .info),
    ("save a b.json ", .save(path: "a b.json")),
    (#"save "a b""#, .save(path: "a b")),
    ("history", .history(nil)),
    ("hist", .history(nil)),
    (#"history "a b " "#, .history(#""a b ""#)),
    ("help", .help(nil)),
    ("help hex", .help("hex")),
    ("help /hist", .help("history")),
    ("quit", .quit),
    ("q", .quit),
  ]

  static func text(_ text: String) -> Value {
    .text([.bytes(Array(text.utf8))])
  }

  @Test(arguments: commands)
  func `a command is read`(line: String, command: PromptCommand) throws {
    #expect(try PromptCommand.parse(line) == command)
  }

  @Test(arguments: CommandDescription.all.map(\.name))
  func `every command of the table is read`(name: String) {
    #expect(
      Self.commands.contains {
        $0.0 == name || $0.0.hasPrefix(name + " ") || $0.0.hasPrefix(name + "\t")
      }
    )
  }

  @Test(
    arguments: [
      (
        "", 2, "the name of a command expected",
        "/help shows the commands, // sends a line that begins with /"
      ),
      (
        " send", 2, "the name of a command expected",
        "/help shows the commands, // sends a line that begins with /"
      ),
      (
        "index.html", 2, "no such command: \"index.html\"",
        "/help shows the commands, // sends a line that begins with /"
      ),
      ("quti", 2, "no such command: \"quti\"", "/quit"),
      ("HEX 01", 2, "no such command: \"HEX\"", "/hex BYTES"),
      ("send\u{1b}", 2, "no such command: \"send\\x1b\"", "/send TEXT"),
      (
        "s", 2, "\"s\" begins several commands",
        "/send, /secret, /shell, /starttls, /stats, /save"
      ),
      ("send", 6, "text expected", "/send TEXT"),
      (#"send a\q"#, 8, #"unknown escape "\q""#, #"a backslash itself is \\"#),
      (#"send "a" b"#, 11, "text stands in quotes", "\"b\""),
      (#"send "a"#, 7, "this quote is not closed", nil),
      (#"send "a${b}""#, 9, "there are no variables at the prompt", #"${ itself is \x24{"#),
      ("hex ", 5, "hex digits expected", "/hex BYTES"),
      ("hex 01 0", 9, "a hex digit without its second one", nil),
      ("hex abc \"d\"", 8, "a hex digit without its second one", nil),
      ("hex 01 zz", 9, "not a hex digit", "text among hex stands in quotes"),
      ("file", 6, "a path expected", "/file PATH"),
      ("file \"a\" b", 11, "unexpected \"b\"", "/file PATH"),
      ("file \"\"", 7, "a path is text, and not empty", nil),
      ("half-close x", 13, "unexpected \"x\"", "/half-close"),
      ("close x", 8, "unexpected \"x\"", "/close"),
      ("reset x", 8, "unexpected \"x\"", "/reset"),
      ("reconnect x", 12, "unexpected \"x\"", "/reconnect"),
      ("starttls a b", 13, "unexpected \"b\"", "/starttls [NAME]"),
      ("newline", 9, "lf, crlf, cr or none expected", "/newline lf|crlf|cr|none"),
      ("newline dos", 10, "a newline is lf, crlf, cr or none", "/newline lf|crlf|cr|none"),
      ("encoding", 10, "the name of a character set expected", "/encoding NAME"),
      ("encoding a b", 13, "unexpected \"b\"", "/encoding NAME"),
      ("timeout", 9, "a duration expected", "/timeout DURATION"),
      ("timeout soon", 10, "a duration is like 500ms, 2s, 1m or 1.5", "/timeout DURATION"),
      ("secret x", 9, "unexpected \"x\"", "/secret"),
      ("shell ", 7, "a shell command expected", "/shell COMMAND"),
      ("peers x", 8, "unexpected \"x\"", "/peers"),
      ("peer", 6, "a number or all expected", "/peer N|all"),
      ("peer 0", 7, "a peer is a number from 1 on, or all", "/peer N|all"),
      ("peer +1", 7, "a peer is a number from 1 on, or all", "/peer N|all"),
      ("peer 1 2", 9, "unexpected \"2\"", "/peer N|all"),
      ("dump", 6, "on or off expected", "/dump on|off"),
      ("escape maybe", 9, "this is on or off", "/escape on|off"),
      ("stats x", 8, "unexpected \"x\"", "/stats"),
      ("info x", 7, "unexpected \"x\"", "/info"),
      ("save", 6, "a path expected", "/save FILE"),
      ("help quti", 7, "no such command: \"quti\"", "/quit"),
      ("help a b", 7, "no such command: \"a\"", nil),
      ("help hex x", 11, "unexpected \"x\"", "/help [COMMAND]"),
      ("quit now", 7, "unexpected \"now\"", "/quit"),
      ("close\nreset", 1, "a command is one line", nil),
    ] as [(String, Int, String, String?)])
  func `what is no command is told with its place`(
    line: String, column: Int, message: String, hint: String?
  ) {
    let error = #expect(throws: ScriptError.self) { try PromptCommand.parse(line) }
    #expect(error?.message == message)
    #expect(error?.column == column)
    if let hint { #expect(error?.hint == hint) }
  }

  @Test func `the excerpt shows the line as it was typed`() {
    let error = #expect(throws: ScriptError.self) { try PromptCommand.parse("hex 0\t1") }
    #expect(error?.rendered() == "a hex digit without its second one\n/hex 0\t1\n     ^")
  }
}
