import TestSupport
import Testing

/// What comes from the peer and goes to the terminal: shown at once, never as it is.
@Suite(.timeLimit(.minutes(10))) struct PromptSafetyTests {
  /// What must not reach the terminal, and something harmless behind it that can be waited for.
  private static let harmful: [(name: String, bytes: [UInt8])] = [
    ("clipboard", Array("\u{1b}]52;c;SEVMTE8=\u{7}".utf8)),
    ("title", Array("\u{1b}]0;title\u{1b}\\".utf8)),
    ("bell and backspace", [0x07, 0x08, 0x0c, 0x0e, 0x7f]),
    ("8-bit controls", [0x9b, 0x33, 0x31, 0x6d, 0x9d, 0x30, 0x3b, 0x78, 0x9c, 0x90, 0x85]),
    ("8-bit controls in UTF-8", Array("\u{9b}31m\u{9d}0;x\u{9c}\u{90}".utf8)),
    ("marks of a prompt", [0x01, 0x1b, 0x5b, 0x36, 0x6e, 0x02, 0x01]),
    ("no UTF-8", [0xff, 0xc3, 0x28, 0xe4, 0xb8, 0xf0, 0x9f, 0x80, 0xc0, 0xaf]),
    ("status request", Array("\u{1b}[6n\u{1b}[c\u{1b}P$q\u{1b}\\".utf8)),
    ("paste", Array("\u{1b}[201~\u{1b}[?2004l".utf8)),
    ("direction", Array("\u{202e}\u{2066}\u{200b}".utf8)),
  ]

  @Test(arguments: ["\n", ""]) func `nothing of the peer's acts on the terminal`(
    end: String
  ) async throws {
    try await atPrompt { terminal, peer in
      let already = try terminal.written().count
      for (name, bytes) in Self.harmful {
        try peer.send(Array("\(name): ".utf8) + bytes + Array("|\(end)".utf8))
        try terminal.waitForMatch(of: "\(name): .*\\|", joiningWrappedLines: true)
      }
      try terminal.type("typed")
      try terminal.waitForMatch(of: "typed$", joiningWrappedLines: true)
      let written = Array(try terminal.written().dropFirst(already))
      #expect(String(validating: written, as: UTF8.self) != nil)
      let text = String(decoding: written, as: UTF8.self)
      for harm in ["]", "P", "[6n", "[c", "[?", "[201"] {
        #expect(!text.contains("\u{1b}" + harm))
      }
      let isHarmful: (Unicode.Scalar) -> Bool = { scalar in
        switch scalar.value {
        case 0x08, 0x0a, 0x0d, 0x1b: false
        case 0..<0x20, 0x7f..<0xa0, 0x200b, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
      }
      #expect(text.unicodeScalars.filter(isHarmful).map { String($0.value, radix: 16) } == [])
      try terminal.press("Enter")
      try peer.waitFor("typed\n")
    }
  }

  @Test func `a character that comes in parts is shown whole`() async throws {
    try await atPrompt { terminal, peer in
      try peer.send([0x78, 0xe4, 0xb8])
      try terminal.waitForEnd("x")
      try peer.send([0xad, 0x79])
      try terminal.waitForEnd("x\u{4e2d}y")
      #expect(try terminal.cursor().column == 4)
    }
  }

  @Test func `a prompt of the server's is shown at once, and the line stands behind it`()
    async throws
  {
    try await atPrompt { terminal, peer in
      try peer.send("Welcome\nlogin: ")
      try terminal.waitForEnd("Welcome\nlogin:")
      #expect(try terminal.cursor() == (7, 1))
      try terminal.enter("me")
      try peer.waitFor("me\n")
      try terminal.waitForEnd("Welcome\nlogin: me\n>")
      try terminal.type("early")
      try peer.send("a\tb: ")
      try terminal.waitForEnd("\na\tb: early".replacing("\t", with: "        "))
      try peer.send("more\nnext: ")
      try terminal.waitForEnd("more\nnext: early")
      try terminal.press("Enter")
      try peer.waitFor("me\nearly\n")
    }
  }
}
