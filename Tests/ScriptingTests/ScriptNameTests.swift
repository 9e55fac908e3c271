import Scripting
import Testing

@Suite struct ScriptNameTests {
  @Test(
    arguments: [
      ("print \"${nmae}\"\nlet name = 1", 1, 8, "nothing sets the variable \"nmae\"", "name"),
      (
        "print \"a\\x24${b}\"", 1, 13, "nothing sets the variable \"b\"", "let NAME = EXPR sets one"
      ),
      ("let a = given + x", 1, 17, "nothing sets the variable \"x\"", nil),
      ("procedure f(a) {\n}\nprint \"${a}\"", 3, 8, "nothing sets the variable \"a\"", nil),
      ("f()", 1, 1, "no such procedure: \"f\"", "procedure NAME() { makes one"),
      ("greet()\nprocedure greets() {\n}", 1, 1, "no such procedure: \"greet\"", "greets"),
      ("f(1)\nprocedure f() {\n}", 1, 1, "f takes 0 arguments, not 1", "f()"),
      ("f()\nprocedure f(a) {\n}", 1, 1, "f takes 1 argument, not 0", "f(a)"),
      ("f(1)\nprocedure f(a, b) {\n}", 1, 1, "f takes 2 arguments, not 1", "f(a, b)"),
      ("peer api = connect x\naip: close", 2, 1, "no such peer: \"aip\"", "api"),
      ("api: close", 1, 1, "no such peer: \"api\"", "peer NAME = connect ENDPOINT opens one"),
      ("with api {\n}", 1, 6, "no such peer: \"api\"", nil),
      ("let a = api.port", 1, 9, "no such peer: \"api\"", nil),
      ("peer a = connect x\nprint \"${a.prot}\"", 2, 8, "a peer has no \"prot\"", "port"),
      (
        "peer a = connect x\nlet b = a.x", 2, 9, "a peer has no \"x\"",
        "port, address, local-port, local-address, peer-port, peer-address"
      ),
      (
        "send \"a\"", 1, 1, "there is no peer here to speak to",
        "PEER: send \u{2026}, or with PEER {"
      ),
      (
        "f()\nprocedure f() {\n  g()\n}\nprocedure g() {\n  close\n}", 1, 1,
        "f speaks to a peer, and there is none here", "with PEER {"
      ),
      ("peer a = connect x\na: pass", 2, 4, "pass is not said to a peer", "with a {"),
      ("peer a = connect x\na: clsoe", 2, 4, "no such statement: \"clsoe\"", "close"),
      ("peer a = connect x\na:", 2, 3, "what is said to a expected", nil),
      ("peer a = conect x", 1, 10, "no such way to a peer: \"conect\"", "connect"),
      ("peer a = connect", 1, 17, "an endpoint expected", nil),
      ("peer a connect x", 1, 8, "unexpected \"connect\"", nil),
      ("peer a = connect x {", 1, 20, "this stands in quotes", "\"{\""),
      ("peer loop = connect x", 1, 6, "loop is a word of the language", nil),
      (
        "loop {\n  with given in parallel {\n    break\n  }\n}\npeer given = connect x", 3, 5,
        "break stands in no loop", nil
      ),
    ] as [(String, Int, Int, String, String?)])
  func `a name that makes no sense is told with its place`(
    text: String, line: Int, column: Int, message: String, hint: String?
  ) {
    let errors = parsedWithPeers(text).errors.map(\.error)
    #expect(errors.map(\.message) == [message])
    #expect(errors.map(\.line) == [line])
    #expect(errors.map(\.column) == [column])
    if let hint { #expect(errors.map(\.hint) == [hint]) }
  }

  @Test(
    arguments: [
      "print \"${a}\"\nlet a = 1",
      "print \"${given} ${0} ${12} ${env.ANY}\"",
      "repeat 2 as i {\n  print \"${i}\"\n}",
      "procedure f(a) {\n  print \"${a}\"\n  let b = a + 1\n}",
      "assert given ~ /(?<a>x)/\nprint \"${a}\"",
      "peer p = connect x\np: expect line as a\nlet b = a",
      "peer p = connect x\nwith p {\n  f()\n}\nprocedure f() {\n  close\n}",
      "procedure f() {\n  f()\n}\nf()",
    ])
  func `a name may be used before the line that sets it`(text: String) {
    #expect(problems(text) == [])
  }

  @Test func `names that a wrong line sets are known`() {
    let text = """
      let a = 1 +
      peer p = conect x
      procedure f(b, 5) {
        print "${b}"
      }
      p: expect "x" withn 2s as c
      p: expect /(?<d>a/
      f(1)
      print "${a}${c}${d}${p.port}"
      """
    #expect(
      problems(text) == [
        "line 1, column 12: a value expected",
        "line 2, column 10: no such way to a peer: \"conect\"",
        "line 3, column 16: \"5\" is no name",
        "line 6, column 15: text stands in quotes",
        "line 7, column 18: missing closing parenthesis",
      ])
  }

  @Test func `the only peer has facts`() {
    #expect(parsed("let a = peer.port\nlet b = peer.peer-address").errors == [])
    let errors = parsed("let a = api.port\nlet b = peer.prt").errors.map(\.error)
    #expect(errors.map(\.message) == ["no such peer: \"api\"", "a peer has no \"prt\""])
    #expect(errors.map(\.hint) == ["the only peer is called peer", "port"])
  }
}
