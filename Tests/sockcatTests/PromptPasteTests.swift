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
}
