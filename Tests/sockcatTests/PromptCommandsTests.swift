import Foundation
import TestSupport
import Testing

/// Each command of `/help`, as a person gives it.
@Suite(.timeLimit(.minutes(10))) struct PromptCommandsTests {
  @Test func `bytes are sent as they are written`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/send a\\tb\\x00\\u00e4\\n")
      try peer.waitFor("a\tb\u{0}\u{e4}\n")
      peer.forget()
      try terminal.enter("/hex 01 ff \"abc\" 0d0a")
      try peer.waitFor([0x01, 0xff, 0x61, 0x62, 0x63, 0x0d, 0x0a])
      peer.forget()
      for (name, end) in [("crlf", "\r\n"), ("cr", "\r"), ("none", ""), ("lf", "\n")] {
        try terminal.enter("/newline \(name)")
        try terminal.enter("x")
        try peer.waitFor("x" + end)
        peer.forget()
      }
    }
  }

  @Test func `files and the output of programs are sent`() async throws {
    try await atPrompt { terminal, peer in
      let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
      try terminal.directory.write(content, to: "a file")
      try terminal.enter("/file a file")
      try peer.waitFor(content)
      try terminal.waitFor("of a file were sent")
      peer.forget()
      try terminal.enter("/file missing")
      try terminal.waitFor("missing: No such file")
      try terminal.enter("/shell printf 'one two'; echo warned >&2; exit 3")
      try peer.waitFor("one two")
      try terminal.waitFor("/shell: ended with status 3")
      #expect(try terminal.screen().contains("\nwarned\n"))
      // Received text in the meantime, and an interrupt, which stops the program alone.
      try terminal.enter("/shell echo begun; exec sleep 60")
      try peer.waitFor("one twobegun\n")
      try terminal.press("C-c")
      try terminal.waitFor("stopped after")
      try terminal.enter("on")
      try peer.waitFor("one twobegun\non\n")
    }
  }

  private static let mistakes = [
    "/unknown", "/", "/dump maybe", "/newline", "/hex 0g", "/hex 012", "/timeout soon",
    "/encoding no-such-set", "/peer 7", "/peer none", "/quit now", "/file", "/send \\q",
    "/help nothing", "/shell",
  ]

  @Test func `a mistake is told, and nothing is sent`() async throws {
    try await atPrompt {
      ($0.columns, $0.rows) = (120, 50)
    } _: { terminal, peer in
      for line in Self.mistakes {
        try terminal.enter(line)
        try terminal.waitUntil("'\(line)' is complained of") { screen in
          guard let said = screen.components(separatedBy: "> \(line)\n").last else { return false }
          return said.contains("sockcat: ") && said.hasSuffix("\n>")
        }
        try terminal.press("C-l")
      }
      try terminal.enter("still there")
      try peer.waitFor("still there\n")
    }
  }

  @Test func `what is received is shown in another way`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/escape on")
      try terminal.waitForEnd("> /escape on\n>")
      try peer.send("a\tb\r\n")
      try terminal.waitForEnd("\na\\tb\\r\\n\n>")
      try terminal.enter("/escape off")
      try terminal.enter("/dump on")
      try terminal.waitForEnd("> /dump on\n>")
      try peer.send("dumped\n")
      try terminal.waitForMatch(of: "^< .*64 75 6d 70 65 64 0a .*dumped")
      try terminal.enter("sent")
      try terminal.waitForMatch(of: "^> .*73 65 6e 74 0a .*sent")
      try terminal.enter("/dump off")
      try terminal.waitForEnd("> /dump off\n>")
      try peer.send("as text\n")
      try terminal.waitForEnd("\nas text\n>")
    }
  }

  @Test func `another character set is spoken both ways`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/encoding GBK")
      try terminal.waitForEnd("> /encoding GBK\n>")
      try terminal.enter("\u{4e2d}\u{6587}")
      try peer.waitFor([0xd6, 0xd0, 0xce, 0xc4, 0x0a])
      // In two parts of a character.
      try peer.send([0xce])
      try peer.send([0xc4, 0xd6, 0xd0, 0x0a])
      try terminal.waitForEnd("\n\u{6587}\u{4e2d}\n>")
      try terminal.enter("\u{1f642}")
      try terminal.waitFor("nothing was sent")
      try terminal.enter("/encoding UTF-8")
      try terminal.enter("\u{1f642}")
      try peer.waitFor([0xd6, 0xd0, 0xce, 0xc4, 0x0a] + Array("\u{1f642}\n".utf8))
    }
  }

  @Test func `the figures are shown`() async throws {
    try await atPrompt {
      ($0.columns, $0.rows) = (100, 60)
    } _: { terminal, peer in
      try terminal.enter("12345")
      try peer.waitFor("12345\n")
      try peer.send("123\n")
      try terminal.waitForEnd("\n123\n>")
      try terminal.enter("/stats")
      try terminal.waitForMatch(of: "sent 6 .*received 4 ")
      try terminal.enter("/peers")
      try terminal.waitForMatch(of: "\\* 1  127.0.0.1:\(peer.port)  4 bytes in, 6 bytes out")
      try terminal.enter("/peer 1")
      try terminal.enter("/peer all")
      try terminal.enter("/info")
      try terminal.waitForMatch(of: "127.0.0.1:\(peer.port)")
      try terminal.waitFor("ESTABLISHED")
      try terminal.enter("/help")
      try terminal.waitFor("A line that begins with // is sent with one slash.")
      let help = try terminal.screen()
      for name in ["send", "hex", "file", "half-close", "secret", "shell", "save", "quit"] {
        #expect(help.contains("\n/\(name) "))
      }
      try terminal.enter("/help hex")
      try terminal.waitForMatch(of: "/hex BYTES +Send bytes[^\n]*\n>")
      try terminal.enter("/history 123")
      try terminal.waitForEnd("> /history 123\n12345\n/history 123\n>")
      try peer.waitFor("12345\n")
    }
  }

  @Test func `the conversation is saved`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--dump", "dump"]) { terminal, peer in
      try terminal.enter("question")
      try peer.waitFor("question\n")
      try peer.send("answer\u{0}\n")
      try terminal.waitFor("answer")
      try terminal.enter("/save saved.json")
      try terminal.waitFor("saved in saved.json")
      try terminal.enter("/save ~/saved")
      try terminal.waitForMatch(of: "saved in .*/saved$", joiningWrappedLines: true)
      let json = String(decoding: try terminal.directory.read("saved.json"), as: UTF8.self)
      #expect(json.contains("question") && json.contains("received"), "\(json)")
      for line in json.split(separator: "\n") {
        _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
      }
      try terminal.enter("/save no/such/folder/x")
      try terminal.waitFor("No such file")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
      let bytes = { (name: String) in
        try String(decoding: terminal.directory.read(name), as: UTF8.self).split(separator: "\n")
          .filter { $0.hasSuffix("|") }
          .map { line in line.drop { $0 != "<" && $0 != ">" } }
      }
      let saved = String(decoding: try terminal.directory.read("saved"), as: UTF8.self)
      #expect(try !bytes("saved").isEmpty, "\(saved)")
      #expect(try bytes("dump") == bytes("saved"))
    }
  }

  @Test func `a connection is left in the way that was asked for`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/half-close")
      #expect(try peer.waitForEnd() == .half)
      try terminal.enter("late")
      try terminal.waitFor("half-close was sent")
      try peer.send("still read\n")
      try terminal.waitFor("still read")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
    }
    try await atPrompt { terminal, peer in
      try terminal.enter("/reset")
      #expect(try peer.waitForEnd() == .reset)
      _ = try terminal.status()
    }
    try await atPrompt { terminal, peer in
      try terminal.enter("last words")
      try terminal.enter("/close")
      #expect(try peer.waitForEnd() == .half)
      #expect(peer.received == Array("last words\n".utf8))
      peer.close()
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `a connection is made again`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--stay"]) { terminal, peer in
      try terminal.enter("one")
      try peer.waitFor("one\n")
      peer.close()
      try terminal.waitFor("the peer has ended")
      try terminal.enter("nobody hears it")
      try terminal.waitFor("not connected, nothing was sent")
      try terminal.enter("/reconnect")
      try peer.accept()
      try terminal.enter("two")
      try peer.waitFor("two\n")
      try terminal.enter("/reset")
      #expect(try peer.waitForEnd() == .reset)
      try terminal.enter("/reconnect")
      try peer.accept()
      try terminal.enter("/close")
      #expect(try peer.waitForEnd() == .half)
      try terminal.enter("/reconnect")
      try peer.accept()
      try terminal.enter("three")
      try peer.waitFor("three\n")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
    }
    try await atPrompt { terminal, peer in
      try terminal.enter("/reconnect")
      #expect(try peer.waitForEnd() == .half)
      try peer.accept()
      try terminal.enter("again")
      try peer.waitFor("again\n")
      peer.close()
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `a timeout is set`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/timeout 300ms")
      #expect(try terminal.status() == 5 || terminal.status() != 0)
      #expect(try terminal.terminalStates().before == terminal.terminalStates().after)
      try terminal.waitFor("300")
    }
  }
}
