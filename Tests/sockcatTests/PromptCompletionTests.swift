import TestSupport
import Testing

/// What TAB and hints offer, seen on the screen.
@Suite(.timeLimit(.minutes(10))) struct PromptCompletionTests {
  @Test func `commands, choices, paths, peers and encodings are completed`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.directory.write("content".utf8, to: "folder one/the file")
      let rows = [
        ("/hal", "/half-close"), ("/he", "/he"), ("/dump of", "/dump off"),
        ("/newline CRL", "/newline crlf"), ("/file fol", "/file folder one/"),
        ("/file folder one/", "/file folder one/the file"), ("/peer a", "/peer all"),
        ("/encoding KOI8-", "/encoding KOI8-R"),
        ("/help qu", "/help quit"), ("/rec", "/reconnect"),
      ]
      for (typed, completed) in rows {
        try terminal.type(typed)
        try terminal.press("Tab")
        try terminal.type("|")
        try terminal.waitForMatch(of: "^> \(completed)\\|$")
        try terminal.press("C-u")
      }
      try terminal.type("/dump o")
      try terminal.press("Tab", "Tab")
      try terminal.waitForMatch(of: "^on +off")
      try terminal.press("C-u")
      try terminal.type("/dump ")
      try terminal.waitForEnd("> /dump on|off")
      #expect(try terminal.cursor().column == 8)
      try terminal.type("on")
      try terminal.press("BSpace", "BSpace", "C-u")
      try terminal.waitForEnd("\n>")
      #expect(peer.received.isEmpty)
    }
  }

  @Test func `the verbs of a protocol are completed`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--protocol", "smtp"]) { terminal, peer in
      try terminal.type("mai")
      try terminal.press("Tab")
      try terminal.waitForEnd("> MAIL FROM:<")
      try terminal.press("C-u")
      try terminal.type("EH")
      try terminal.press("Tab")
      try terminal.waitForEnd("> EHLO")
    }
  }

  @Test func `a user's own words are completed`() async throws {
    try await blocking {
      let words = try TemporaryDirectory()
      try words.write("FROBNICATE\nfrumious bander\n".utf8, to: "sockcat/words/mine")
      let peer = try TestPeer()
      let connect = [
        ScriptTests.sockcat, "connect", "127.0.0.1:\(peer.port)", "--protocol", "mine",
      ]
      try withTerminal(connect) {
        $0.environment["XDG_CONFIG_HOME"] = words.path
      } _: { terminal in
        try peer.accept()
        try terminal.waitForEnd(">")
        try terminal.type("fro")
        try terminal.press("Tab", "Enter")
        try peer.waitFor("FROBNICATE\n")
        try terminal.type("frumious b")
        try terminal.press("Tab", "Enter")
        try peer.waitFor("FROBNICATE\nfrumious bander\n")
      }
    }
  }

  @Test func `words that were sent and received are completed`() async throws {
    try await atPrompt { terminal, peer in
      try peer.send("the identifier is xylophone-4711\n")
      try terminal.waitFor("xylophone")
      try terminal.type("get xyl")
      try terminal.press("Tab", "Enter")
      try peer.waitFor("get xylophone-4711\n")
      try terminal.enter("antidisestablishment")
      try terminal.type("/send antid")
      try terminal.press("Tab", "Enter")
      try peer.waitFor("get xylophone-4711\nantidisestablishment\nantidisestablishment")
    }
  }

  @Test func `a list that is too long is cut, and says so`() async throws {
    try await atPrompt { terminal, peer in
      try peer.send((100..<350).map { "word\($0)\n" }.joined())
      try terminal.waitFor("word349")
      try terminal.type("word")
      try terminal.press("Tab", "Tab")
      try terminal.waitFor("and 150 more\n> word")
    }
  }
}
