import Foundation
import TestSupport
import Testing

/// What is pasted is text, whatever it looks like.
@Suite(.timeLimit(.minutes(10))) struct PromptPasteTests {
  @Test func `five hundred lines are sent as text, also what looks like a command`() async throws {
    try await atPrompt { terminal, peer in
      var lines = (0..<500).map { "pasted line \($0)" }
      lines[250] = "/shell touch x"
      lines[251] = "//slashes"
      try terminal.paste(lines.joined(separator: "\n") + "\n")
      try peer.waitFor(lines.joined(separator: "\n") + "\n")
      try terminal.waitForEnd("> pasted line 499\n>")
      let shown = try terminal.scrollback().split(separator: "\n")
      let isWhole = shown.filter { $0 != ">" } == lines.map { "> " + $0 }
      #expect(isWhole)
      // A command that is typed is one again.
      try terminal.enter("/shell touch y; echo done")
      try peer.waitFor(lines.joined(separator: "\n") + "\ndone\n")
      #expect(FileManager.default.fileExists(atPath: terminal.directory.path(of: "y")))
      #expect(!FileManager.default.fileExists(atPath: terminal.directory.path(of: "x")))
    }
  }

  @Test func `the last part of a paste stays in the line`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("behind ")
      try terminal.paste("this\nand /shell touch x")
      try peer.waitFor("behind this\n")
      try terminal.waitForEnd("> behind this\n> and /shell touch x")
      try terminal.type("!")
      try terminal.press("Enter")
      try peer.waitFor("behind this\nand /shell touch x!\n")
      try terminal.paste("/shell touch x")
      try terminal.waitForEnd("\n> /shell touch x")
      try terminal.press("Enter")
      try peer.waitFor("behind this\nand /shell touch x!\n/shell touch x\n")
    }
  }

  @Test func `a paste in the middle of a line is put there`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("ab")
      try terminal.press("Left")
      try terminal.paste("1\n2")
      try peer.waitFor("a1\n")
      try terminal.waitForEnd("\n> 2b")
      try terminal.press("Enter")
      try peer.waitFor("a1\n2b\n")
    }
  }

  @Test func `a paste into a typed command executes nothing`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.directory.write("content".utf8, to: "one two")
      try terminal.type("/file ")
      try terminal.paste("one\ntwo")
      try terminal.waitForEnd("> /file one two")
      #expect(peer.received.isEmpty)
      try terminal.press("Enter")
      try peer.waitFor("content")
    }
  }

  @Test func `a command typed where a paste was erased is a command`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.paste("ab")
      try terminal.waitForEnd("> ab")
      try terminal.press("C-u")
      try terminal.enter("/send c")
      try peer.waitFor("c")
      try terminal.paste("de")
      try terminal.press("C-u", "/", "s", "e", "n", "d", "Space", "f", "Enter")
      try peer.waitFor("cf")
    }
  }

  @Test func `a pasted line that looks like a command comes back as text`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.paste("/shell touch x\n")
      try peer.waitFor("/shell touch x\n")
      try terminal.press("Up", "Enter")
      try peer.waitFor("/shell touch x\n/shell touch x\n")
      try terminal.paste("text")
      try terminal.enter("")
      try terminal.enter("/send a command\\n")
      try peer.waitFor("/shell touch x\n/shell touch x\ntext\na command\n")
      peer.forget()
      try terminal.paste("other text")
      try terminal.press("Up", "Enter")
      try peer.waitFor("a command\n")
    }
  }

  /// Steps at the keyboard; `PASTED` stands for a command that is pasted.
  enum Step: Sendable {
    case keys([String])
    case paste(String)
    case text(String)
  }

  @Test(
    arguments: [
      [.text("hello"), .keys(["C-a"]), .paste("PASTED"), .keys(["Enter"])],
      [.text("x"), .keys(["C-a"]), .paste("a\nPASTED"), .keys(["Enter"])],
      [.text("/x"), .keys(["C-a"]), .paste("PASTED"), .keys(["Enter"])],
      [.text("/x"), .keys(["C-a"]), .paste("a\nPASTED"), .keys(["Enter"])],
      [.paste("PASTED"), .keys(["Up", "Down", "Enter"])],
      [.text("M"), .paste("PASTED"), .keys(["C-a", "C-d", "Enter"])],
      [.text("/"), .paste("PASTED"), .keys(["C-a", "C-d", "Enter"])],
      [.text("/"), .paste("PASTED"), .keys(["C-a", "Right", "C-t", "C-a", "C-d", "Enter"])],
      [.paste("PASTED"), .keys(["C-u", "C-y", "Enter"])],
      [.paste("PASTED"), .keys(["C-u", "C-_", "Enter"])],
      [.paste("PASTED"), .keys(["C-u"]), .text("/foo"), .keys(["M-r", "Enter"])],
      [.paste("PASTED"), .keys(["C-u"]), .text("/foo"), .keys(["C-u", "C-y", "M-y", "Enter"])],
      [
        .paste("PASTED"), .keys(["C-u"]), .text("/foo"),
        .keys(["C-a", "C-k", "C-_", "C-_", "Enter"]),
      ],
      [.paste("PASTED"), .keys(["C-u", "C-c", "C-y", "Enter"])],
      [.keys(["Up", "C-u"]), .paste("PASTED"), .keys(["Down", "Up", "Enter"])],
      [
        .keys(["Up", "C-u"]), .paste("PASTED"), .keys(["Down"]), .text("a"),
        .keys(["Enter", "Up", "Up", "Enter"]),
      ],
      [.keys(["C-v"]), .paste("PASTED"), .keys(["Enter"])],
      [.keys(["M-1"]), .paste("PASTED"), .keys(["Enter"])],
      [.paste("x PASTED"), .keys(["Enter", "Up", "C-a", "C-d", "C-d", "Enter"])],
      [.paste("PASTED"), .keys(["C-a", "C-d", "/", "Enter"])],
      [.paste("PASTED"), .keys(["C-x", "(", "C-a", "C-d", "C-x", ")", "C-_", "Enter"])],
      [
        .text("x/"), .keys(["C-x", "(", "C-a", "C-d", "C-e", "C-x", ")", "C-u"]), .text("a"),
        .paste("PASTED"), .keys(["C-x", "e", "Enter"]),
      ],
    ] as [[Step]])
  func `nothing that was pasted is ever carried out`(steps: [Step]) async throws {
    try await atPrompt { terminal, peer in
      let pasted = "/shell touch pasted #"
      try terminal.enter("first")
      try peer.waitFor("first\n")
      for step in steps {
        switch step {
        case .keys(let keys): for key in keys { try terminal.press(key) }
        case .paste(let text): try terminal.paste(text.replacing("PASTED", with: pasted))
        case .text(let text): try terminal.type(text)
        }
      }
      try terminal.press("C-u")
      try terminal.enter("/send done")
      try peer.waitFor(ending: "done")
      #expect(
        !FileManager.default.fileExists(atPath: terminal.directory.path(of: "pasted")), "\(steps)")
    }
  }

  @Test(arguments: [
    ["/send 1", "C-a", "C-d", "C-_", "Enter"],
    ["/send 1", "C-u", "C-_", "Enter"],
    ["/send 1", "C-u", "C-y", "Enter"],
    ["/send 1", "Up", "Down", "Enter"],
    ["send 1", "C-a", "/", "Enter"],
    ["/send 2", "BSpace", "1", "Enter"],
    ["/send 2 x", "C-w", "BSpace", "BSpace", "1", "Enter"],
    ["/sen", "Tab", "1", "Enter"],
    ["/send 1 2", "M-BSpace", "BSpace", "Enter"],
  ])
  func `what was typed is a command, however it was edited`(keys: [String]) async throws {
    for text in ["", "a paste"] {
      try await atPrompt { terminal, peer in
        if !text.isEmpty {
          try terminal.paste(text)
          try terminal.press("Enter")
          try peer.waitFor(text + "\n")
        }
        peer.forget()
        try terminal.type(keys[0])
        for key in keys.dropFirst() { try terminal.press(key) }
        try peer.waitFor("1")
      }
    }
  }

  @Test func `a paste ends a search and stands in the line`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("first line")
      try peer.waitFor("first line\n")
      try terminal.press("C-r")
      try terminal.type("lin")
      try terminal.paste("pasted ")
      try terminal.waitForEnd("\n> first pasted line")
      try terminal.press("Enter")
      try peer.waitFor("first line\nfirst pasted line\n")
      try terminal.press("C-r")
      try terminal.paste("and this")
      try terminal.press("Enter")
      try peer.waitFor("first line\nfirst pasted line\nand this\n")
    }
  }
}
