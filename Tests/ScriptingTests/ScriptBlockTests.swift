import Scripting
import Testing

@Suite struct ScriptBlockTests {
  @Test func `blocks are read`() {
    let (script, errors) = parsed(
      """
      if given == 1 {
        close
      } else if given > 2 {
        reset
      } else {
        pass
      }
      repeat 3 as i {
        break
      }
      loop {  # for ever
        break
      }
      """)
    #expect(errors == [])
    let close = PlacedStatement(.close, at: Place(line: 2, column: 3))
    let reset = PlacedStatement(.reset, at: Place(line: 4, column: 3))
    let pass = PlacedStatement(.pass, at: Place(line: 6, column: 3))
    #expect(
      script.statements.map(\.statement) == [
        .branch(
          [
            ConditionalBlock(.comparison(.variable("given"), .equal, .number(1)), [close]),
            ConditionalBlock(.comparison(.variable("given"), .greater, .number(2)), [reset]),
          ], otherwise: [pass]),
        .repeated(
          .number(3), counter: "i",
          [PlacedStatement(.leaveLoop, at: Place(line: 9, column: 3))]),
        .loop([PlacedStatement(.leaveLoop, at: Place(line: 12, column: 3))]),
      ])
  }

  @Test func `several patterns in a block are read`() {
    let (script, errors) = parsed(
      """
      expect within 2s {
        "a" as x {
          close
        }
        # or
        eof {
        }
        timeout {
          reset
        }
      }
      """)
    #expect(errors == [])
    let first = Alternative(
      .literal([.text([.bytes([0x61])])]), as: "x", at: Place(line: 2, column: 3),
      [PlacedStatement(.close, at: Place(line: 3, column: 5))])
    let second = Alternative(.endOfFile, at: Place(line: 6, column: 3), [])
    let timeout = PlacedStatement(.reset, at: Place(line: 9, column: 5))
    let choice = Choice([first, second], onTimeout: [timeout], within: .seconds(2))
    #expect(script.statements.map(\.statement) == [.expectFirst(choice)])
  }

  @Test func `peers and procedures are read`() {
    let (script, errors) = parsedWithPeers(
      """
      peer a = connect --tls-name="x y" [::1]:80
      peer b = udp-recv "${given}:0"
      procedure greet(name, n) {
        send "${name}"
      }
      with a in parallel {
        greet("x", 1 + 1)
      }
      a: expect datagram
      b: expect "${a.port}"
      """)
    #expect(errors == [])
    #expect(script.statements.map(\.peer) == [nil, nil, "a", "a", "b"])
    let text = { (text: String) in TextPart.bytes(Array(text.utf8)) }
    let first = PeerRequest(
      name: "a", command: .connect,
      arguments: [[text("--tls-name"), text("="), text("x y")], [text("[::1]:80")]])
    let second = PeerRequest(
      name: "b", command: .udpReceive, arguments: [[.variable("given"), text(":0")]])
    let call = Statement.call(
      procedure: "greet",
      [.text([text("x")]), .arithmetic(.number(1), .plus, .number(1))])
    #expect(
      script.statements.prefix(3).map(\.statement) == [
        .peer(first), .peer(second),
        .with([PlacedStatement(call, at: Place(line: 7, column: 3))], inParallel: true),
      ])
    let send = PlacedStatement(
      .send([.text([.variable("name")])]), at: Place(line: 4, column: 3))
    #expect(
      script.procedures == [
        "greet": Procedure(
          name: "greet", parameters: ["name", "n"], block: [send], at: Place(line: 3, column: 1))
      ])
  }

  @Test func `comments directly before a statement name its step`() {
    let (script, errors) = parsed(
      """
      #!/usr/bin/sockcat
      # log in
      #   as root
      close # not this
      # nor this

      close
      #
      ## this
      loop {
        # and this
        close
      }
      """)
    #expect(errors == [])
    #expect(script.statements.map(\.comment) == ["log in as root", nil, "this"])
    guard case .loop(let block)? = script.statements.last?.statement else { return }
    #expect(block.map(\.comment) == ["and this"])
  }

  @Test(
    arguments: [
      ("loop {\n", ["line 1, column 6: this block is not closed"]),
      ("}\nclose", ["line 1, column 1: this brace closes nothing"]),
      ("loop\nclose", ["line 1, column 5: \"{\" expected"]),
      ("loop\n  close\n}", ["line 1, column 5: \"{\" expected"]),
      ("loop\n{\n  close\n}", ["line 1, column 5: \"{\" expected"]),
      ("loop { close }", ["line 1, column 8: a block begins in the line below its brace"]),
      ("loop { close\n}", ["line 1, column 8: a block begins in the line below its brace"]),
      ("loop {\n} close", ["line 2, column 3: unexpected \"close\""]),
      ("if given = 1 {\n  close\n}", ["line 1, column 10: = sets nothing here"]),
      ("if given {\n}", ["line 1, column 10: unexpected \"{\""]),
      ("if given == \"a {\n  close\n}", ["line 1, column 13: this quote is not closed"]),
      ("if given ~ /a(/ {\n  close\n}", ["line 1, column 15: missing closing parenthesis"]),
      (
        "if 1 == 2 {\n} else if {\n} els {\n} else {\n}",
        ["line 2, column 11: unexpected \"{\"", "line 3, column 3: unexpected \"els\""]
      ),
      ("if 1 == 2 {\n}\nelse {\n}", ["line 3, column 1: else without if"]),
      ("if 1 == 2 {\n} else {\n} else {\n}", ["line 3, column 3: unexpected \"else\""]),
      (
        "whlie given {\n  break\n  sned\n}",
        [
          "line 1, column 1: no such statement: \"whlie\"",
          "line 3, column 3: no such statement: \"sned\"",
        ]
      ),
      ("repeat as i {\n}", ["line 1, column 8: as is a word of the language"]),
      ("repeat 5 as {\n}", ["line 1, column 13: \"{\" is no name"]),
      (
        "expect \"a\" {\n  close\n}",
        ["line 1, column 12: expect with a block has its patterns in the lines below"]
      ),
      ("expect {\n}", ["line 1, column 8: no pattern stands in this block"]),
      (
        "expect {\n  close\n}",
        ["line 2, column 8: \"{\" expected"]
      ),
      (
        "expect {\n  send \"a\"\n  expect \"b\" {\n    close\n  }\n}",
        [
          "line 2, column 3: statements stand in the block of a pattern",
          "line 3, column 3: a pattern begins this line",
        ]
      ),
      (
        "expect {\n  eof {\n  }\n  timeout {\n  }\n  timeout {\n  }\n}",
        ["line 6, column 3: there is a timeout already"]
      ),
      (
        "exepct {\n  \"a\" {\n    close\n  }\n  timeout {\n  }\n}",
        ["line 1, column 1: no such statement: \"exepct\""]
      ),
      (
        "expect withn 2s {\n  \"a\" {\n    close\n  }\n}",
        ["line 1, column 8: text stands in quotes"]
      ),
      (
        "loop {\n  procedure f() {\n  }\n  f()\n}",
        ["line 2, column 3: a procedure stands outside of all blocks"]
      ),
      ("procedure f(a, a) {\n}", ["line 1, column 16: there is a parameter a already"]),
      (
        "procedure f() {\n}\nprocedure f() {\n}",
        ["line 3, column 11: there is a procedure f already"]
      ),
      (
        "procedure f(a, {\n  print \"${a}\"\n}\nf(1)", ["line 1, column 16: \"{\" is no name"]
      ),
      ("loop {\n  include \"x\"\n}", ["line 2, column 3: include stands outside of all blocks"]),
      ("with x {\n}", ["line 1, column 1: there is one peer here, and all is said to it"]),
      (
        "loop {\n  procedure g() {\n    break\n  }\n}",
        [
          "line 2, column 3: a procedure stands outside of all blocks",
          "line 3, column 5: break stands in no loop",
        ]
      ),
    ])
  func `what is wrong with a block is told once`(text: String, messages: [String]) {
    let errors = parsed(text).errors
    #expect(errors.map(\.error.description) == messages)
  }

  @Test func `blocks are not read deeper than they can be run`() {
    let deep = { (depth: Int) in
      String(repeating: "loop {\n", count: depth) + String(repeating: "}\n", count: depth)
    }
    #expect(parsed(deep(64)).errors == [])
    #expect(
      parsed(deep(65) + "sned").errors.map(\.error.description) == [
        "line 65, column 6: blocks stand in blocks, 64 deep: too many",
        "line 131, column 1: no such statement: \"sned\"",
      ])
    let sum = { (count: Int) in "let n = 1" + String(repeating: " + 1", count: count) }
    #expect(parsed(sum(64)).errors == [])
    #expect(
      parsed(sum(65)).errors.map(\.error.description) == ["line 1, column 267: this is too long"])
    let lengths = "let n = " + String(repeating: "length of ", count: 65) + "1"
    #expect(parsed(lengths).errors.map(\.error.message) == ["this is too long"])
  }
}
