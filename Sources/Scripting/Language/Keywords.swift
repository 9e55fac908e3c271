/// How statements are written, by their names.
let statementUsages = [
  "send": #"send "TEXT" | hex HEX | line "TEXT" | file PATH | u16 be EXPR | length of EXPR …"#,
  "expect": "expect PATTERN [as NAME] [within DURATION], or expect [within DURATION] {",
  "half-close": "half-close", "close": "close", "reset": "reset",
  "starttls": "starttls [NAME]",
  "peer": "peer NAME = connect|listen|udp-send|udp-recv ENDPOINT …",
  "with": "with PEER [in parallel] {",
  "let": "let NAME = EXPR",
  "set": "set timeout|newline|encoding VALUE",
  "log": "log on|off",
  "if": "if EXPR == EXPR {, or if EXPR ~ /REGEX/ {",
  "repeat": "repeat EXPR [as NAME] {",
  "loop": "loop {", "break": "break",
  "procedure": "procedure NAME(A, B) {",
  "include": #"include "PATH""#,
  "assert": "assert EXPR == EXPR, or assert EXPR ~ /REGEX/",
  "fail": #"fail "TEXT""#, "pass": "pass",
  "print": #"print "TEXT" | hex HEX | line "TEXT" …"#,
  "sleep": "sleep DURATION", "pause": #"pause ["TEXT"]"#,
]

/// How settings are written, by their names.
let settingUsages = [
  "newline": "set newline lf|crlf|cr|none", "encoding": "set encoding NAME",
  "timeout": "set timeout DURATION",
]

/// What is said to a peer, and so may have its name before it.
let actionNames: Set = ["send", "expect", "half-close", "close", "reset", "starttls"]

/// Statements that are followed by a block.
let blockStatementNames: Set = ["if", "repeat", "loop", "with", "procedure", "else"]

/// What is expected alone, without other values beside it.
let lonePatternNames: Set = ["eof", "close", "reset", "nothing", "bytes", "datagram"]

/// What a script can ask of a peer's connection.
let factNames = [
  "port", "address", "local-port", "local-address", "peer-port", "peer-address",
]

/// Words that cannot be names, as a reader would take them for something else.
let keywords: Set<String> = lonePatternNames.union(statementUsages.keys).union([
  "as", "be", "else", "env", "file", "for", "hex", "in", "le", "length", "line", "of", "parallel",
  "timeout", "u8", "u16", "u32", "u64", "within",
])

/// Tells whether a word is letters, digits, `_` and `-`, a letter first.
package func isName(_ word: String) -> Bool {
  guard let first = word.utf8.first, isLetter(first) else { return false }
  return word.utf8.allSatisfy {
    isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isLetter(_ byte: UInt8) -> Bool {
  byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
}
