import Scripting
import TestSupport
import Testing

@testable import Commands

@Suite struct PromptCompleterTests {
  private let completer = PromptCompleter(
    protocolWords: ["MAIL FROM:<", "EHLO ", "QUIT", "UID FETCH ", "FETCH "],
    peers: ["1", "2", "all"], encodings: ["GBK", "UTF-8"],
    seenWords: ["hello", "help", "quiet", "größer"], home: "/home/me",
    entries: { directory, prefix in
      let all: [String: [PathEntry]] = [
        ".": [.init(name: "a file"), .init(name: "album", isDirectory: true), .init(name: "b")],
        "/home/me/": [.init(name: "mine")], "/tmp/": [.init(name: "$(x)"), .init(name: "xyz")],
      ]
      return (all[directory] ?? []).filter { $0.name.hasPrefix(prefix) }
    })

  private func complete(_ line: String) -> Completion {
    completer.complete(Array(line.utf8), cursor: line.utf8.count)
  }

  @Test(
    arguments: [
      ("/ha", Completion(start: 0, candidates: ["/half-close"])),
      ("/fi", Completion(start: 0, candidates: ["/file"], appends: " ")),
      ("/pe", Completion(start: 0, candidates: ["/peers", "/peer"])),
      ("/zz", Completion(start: 0)), ("/zz a", Completion(start: 5)),
      ("/dump o", Completion(start: 6, candidates: ["on", "off"])),
      ("/newline CR", Completion(start: 9, candidates: ["crlf", "cr"])),
      ("/peer ", Completion(start: 6, candidates: ["1", "2", "all"])),
      ("/peer   a", Completion(start: 8, candidates: ["all"])),
      ("/encoding u", Completion(start: 10, candidates: ["UTF-8"])),
      ("/help qu", Completion(start: 6, candidates: ["quit"])),
      ("/timeout 1", Completion(start: 9)), ("/stats ", Completion(start: 7)),
      ("/send he", Completion(start: 6, candidates: ["hello", "help"])),
      ("/send x he", Completion(start: 8, candidates: ["hello", "help"])),
      ("/send ", Completion(start: 6)),
    ])
  func `a command is completed by what it takes`(line: String, completion: Completion) {
    #expect(complete(line) == completion)
  }

  @Test(
    arguments: [
      ("/file a", 6, ["a file", "album/"]), ("/file a f", 6, ["a file"]),
      ("/file ~/m", 6, ["~/mine"]), ("/file ~", 6, ["~/"]),
      ("/save /tmp/", 6, ["/tmp/$(x)", "/tmp/xyz"]), ("/file /nowhere/", 6, []),
      ("/shell cat a", 11, ["album/"]), ("/shell cat /tmp/", 11, ["/tmp/xyz"]),
    ] as [(String, Int, [String])])
  func `a path is completed part by part`(line: String, start: Int, candidates: [String]) {
    let completion = Completion(start: start, candidates: candidates, isPath: true)
    #expect(complete(line) == completion)
  }

  @Test func `a shell's word that is no path is one that was seen`() {
    #expect(complete("/shell grep hel") == Completion(start: 12, candidates: ["hello", "help"]))
  }

  @Test(
    arguments: [
      ("", 0, ["MAIL FROM:<", "EHLO ", "QUIT", "UID FETCH ", "FETCH "]),
      ("ma", 0, ["MAIL FROM:<"]), ("mail fr", 5, ["FROM:<"]), ("MAIL ", 5, ["FROM:<"]),
      ("a1 uid fe", 7, ["FETCH "]), ("a1 e", 3, ["EHLO "]), ("a1 ", 3, []),
      ("qui", 0, ["QUIT", "quiet"]), ("QUIT", 0, []), ("x gr", 2, ["größer"]),
      ("x grö", 2, ["größer"]),
      ("//he", 0, []), ("//x he", 4, ["hello", "help"]), ("  eh", 2, ["EHLO "]),
    ] as [(String, Int, [String])])
  func `a line is completed by what is said`(line: String, start: Int, candidates: [String]) {
    #expect(complete(line) == Completion(start: start, candidates: candidates))
  }

  @Test func `only what is before the cursor counts`() {
    #expect(completer.complete(Array("/dump off".utf8), cursor: 7).candidates == ["on", "off"])
    #expect(completer.complete(Array("mail".utf8), cursor: 99).candidates == ["MAIL FROM:<"])
    #expect(completer.complete([0x67, 0x72, 0xff], cursor: 3).candidates == [])
  }

  @Test(arguments: [
    ("/file", "PATH"), ("/file ", "PATH"), ("/file x", nil), ("/fil", nil), ("/quit", nil),
    ("/zz ", nil), ("file ", nil), ("", nil), ("/", nil), ("//file ", nil),
  ])
  func `a hint tells what a command takes`(line: String, hint: String?) {
    #expect(completer.hint(for: Array(line.utf8)) == hint)
  }

  @Test func `a directory's names are those that can be shown`() throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "ab/x", "b", ".hidden", "a\u{1b}[2J", "a b"] {
      try directory.write([], to: name)
    }
    let entries = PathEntry.entries(of: directory.path, prefix: "a")
    #expect(
      entries == [.init(name: "a"), .init(name: "a b"), .init(name: "ab", isDirectory: true)])
    #expect(PathEntry.entries(of: directory.path, prefix: ".").map(\.name) == [".hidden"])
    #expect(PathEntry.entries(of: directory.path + "/none", prefix: "").isEmpty)
    withExtendedLifetime(directory) {}
  }
}

@Suite struct SeenWordsTests {
  private func words(_ chunks: String...) -> [String] {
    var seen = SeenWords()
    for chunk in chunks { seen.receive(Array(chunk.utf8)) }
    seen.receive([0x0a])
    return seen.words
  }

  @Test func `words stand between blanks, the latest first`() {
    #expect(words("250-PIPELINING\r\n250 HELP\r\n") == ["HELP", "250", "250-PIPELINING"])
    #expect(words("ab abc a") == ["abc"])
    #expect(words("one two one ") == ["one", "two"])
    #expect(words("<me@example.org>, \"quoted\".") == ["quoted", "me@example.org"])
    #expect(words(String(repeating: "x", count: 64)).count == 1)
    #expect(words(String(repeating: "x", count: 65)) == [])
    #expect(words(String(repeating: "x", count: 100_000)) == [])
  }

  @Test func `a word may be cut anywhere`() {
    #expect(words("hel", "lo wor", "", "ld") == ["world", "hello"])
    var seen = SeenWords()
    for byte in "größer ".utf8 { seen.receive([byte]) }
    #expect(seen.words == ["größer"])
    seen.receive(Array("unfinished".utf8))
    #expect(seen.words == ["größer"])
  }

  @Test func `what cannot be shown is no word`() {
    #expect(words("abc\u{1b}[31mred", "a\u{202e}bcd") == ["abc"])
    var seen = SeenWords()
    seen.receive([0x61, 0x62, 0xff, 0x63, 0x20])
    #expect(seen.words == [])
  }

  @Test func `of a huge chunk only the end counts, from its first whole word on`() {
    let filler = String(repeating: "filler ", count: 5000)
    #expect(words("first " + filler + "last") == ["last", "filler"])
  }

  @Test func `the words of a line that was sent are whole`() {
    var seen = SeenWords()
    seen.receive(Array("hal".utf8))
    seen.send(Array("EHLO example.org".utf8))
    seen.receive(Array("ves ".utf8))
    #expect(seen.words == ["halves", "example.org", "EHLO"])
  }

  @Test func `only the latest are kept`() {
    var seen = SeenWords(limit: 3)
    for round in 0..<1000 { seen.send(Array("always word\(round % 5)".utf8)) }
    #expect(seen.words == ["word4", "always", "word3"])
    seen.send(Array("new one".utf8))
    #expect(seen.words == ["one", "new", "word4"])
  }
}
