import Scripting
import Testing

@Suite struct ScriptFileTests {
  @Test func `a file is included in its place, with the path from where it is included`() {
    let (script, errors) = parsed(
      "include \"lib/a.sct\"\nf()\nclose",
      files: [
        "lib/a.sct": "include \"b.sct\"\ninclude \"/c.sct\"",
        "lib/b.sct": "procedure f() {\n  close\n}\nlet b = c", "/c.sct": "let c = 1",
      ])
    #expect(errors == [])
    #expect(script.files.map(\.name) == ["main.sct", "lib/a.sct", "lib/b.sct", "/c.sct"])
    let b = PlacedStatement(
      .assign(name: "b", .variable("c")), at: Place(line: 4, column: 1, file: 2))
    let c = PlacedStatement(.assign(name: "c", .number(1)), at: Place(line: 1, column: 1, file: 3))
    let inner: Block = [
      PlacedStatement(.include([b]), at: Place(line: 1, column: 1, file: 1)),
      PlacedStatement(.include([c]), at: Place(line: 2, column: 1, file: 1)),
    ]
    #expect(script.statements.first?.statement == .include(inner))
    #expect(script.procedures["f"]?.place == Place(line: 1, column: 1, file: 2))
  }

  @Test func `errors name the file, in the order of files and lines`() {
    let errors = parsed(
      "include \"a.sct\"\nclsoe\nlet b = missing", files: ["a.sct": "close\nsned"]
    ).errors
    #expect(
      errors.map(\.rendered) == [
        "main.sct:2:1: no such statement: \"clsoe\"\nclsoe\n^",
        "main.sct:3:9: nothing sets the variable \"missing\"\nlet b = missing\n        ^",
        "a.sct:2:1: no such statement: \"sned\"\nsned\n^",
      ])
  }

  @Test func `a file that is included twice is read once`() {
    let (script, errors) = parsed(
      "include \"a\"\ninclude \"b\"",
      files: ["a": "include \"b\"", "b": "procedure f() {\n}\nsned"])
    #expect(errors.map(\.error.description) == ["line 3, column 1: no such statement: \"sned\""])
    #expect(script.files.map(\.name) == ["main.sct", "a", "b"])
  }

  @Test func `what cannot be included is told, and names are not, as they may be set there`() {
    let (_, errors) = parsed(
      "include \"a\"\ninclude\ninclude \"main.sct\"\nprint \"${x}\"",
      files: ["a": "include \"b\"", "b": "include \"a\""])
    #expect(
      errors.map(\.rendered) == [
        "main.sct:2:8: a path expected\ninclude\n       ^",
        "main.sct:3:9: main.sct would include itself\ninclude \"main.sct\"\n        ^",
        "b:1:9: a would include itself\ninclude \"a\"\n        ^",
      ])
    #expect(
      parsed("include \"x\ty\"").errors.map(\.rendered) == [
        "main.sct:1:9: x\\x09y cannot be read: No such file\ninclude \"x\ty\"\n        ^"
      ])
  }

  @Test func `files do not include files without end`() {
    var files: [String: String] = [:]
    for number in 1...20 { files["f\(number)"] = "include \"f\(number + 1)\"" }
    files["f16"] = "close"
    #expect(parsed("include \"f1\"", files: files).errors == [])
    files["f16"] = "include \"f17\""
    files["f17"] = "close"
    let message = "files include files, 16 deep: too many"
    #expect(parsed("include \"f1\"", files: files).errors.map(\.error.message) == [message])
    // Also where the depth is that of a file which was read before.
    #expect(
      parsed("include \"f10\"\ninclude \"f1\"", files: files).errors.map(\.error.message)
        == [message])
  }

  @Test func `a file has one name however often its folder is named`() {
    #expect(ScriptParser.path(of: "././a", includedBy: "b/c") == "b/a")
    let (_, errors) = parsed("include \"./a\"", files: ["a": "include \"./a\""])
    #expect(errors.map(\.error.message) == ["a would include itself"])
  }

  @Test func `files under ever new names have an end`() {
    let setting = ScriptParser.Setting(.manyPeers) { _ in
      .success(Array("include \"a/b\"\ninclude \"c/b\"\ninclude \"d/b\"".utf8))
    }
    let (script, errors) = ScriptParser.parse(
      ScriptSource("include \"a/b\""), name: "main.sct", in: setting)
    #expect(errors.count == 100)
    #expect(Set(errors.map(\.error.message)) == ["files include files, 16 deep: too many"])
    // Each file may be deep, but it is the errors that are counted.
    #expect(script.files.count < 200)
  }

  @Test func `several texts are one script`() {
    let setting = ScriptParser.Setting(.onePeer(isDatagram: false)) { _ in
      .failure(ScriptLoadError("none"))
    }
    let files = [("-e 1", "loop {\n  f()\n}"), ("-e 2", "procedure f() {\n}"), ("-e 3", "}")]
      .map { ScriptFile(name: $0.0, source: ScriptSource($0.1)) }
    let (script, errors) = ScriptParser.parse(files, in: setting)
    #expect(script.statements.count == 1)
    #expect(script.files.map(\.name) == ["-e 1", "-e 2", "-e 3"])
    #expect(errors.map(\.rendered) == ["-e 3:1:1: this brace closes nothing\n}\n^"])
  }

  @Test func `no more errors are told than help`() {
    #expect(parsed(String(repeating: "sned\n", count: 1000)).errors.count == 100)
  }
}
