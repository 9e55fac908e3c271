import Foundation
import TestSupport
import Testing

/// What is typed unseen is seen nowhere.
@Suite(.timeLimit(.minutes(10))) struct PromptSecretTests {
  private func expectUnseen(_ secrets: [String], by terminal: TmuxTerminal) throws {
    let home = terminal.directory
    var places = ["the terminal": try terminal.written()]
    places["the screen"] = Array(try terminal.scrollback().utf8)
    let paths = FileManager.default.enumerator(atPath: home.path)?.compactMap { $0 as? String }
    for path in paths ?? [] {
      places[path] = try? home.read(path)  // not a folder
    }
    #expect(places.keys.contains { $0.hasSuffix("sockcat/history") })
    #expect(places.keys.contains { $0.contains("sockcat/history.d/") })
    #expect(places["dump"]?.isEmpty == false && places["saved"]?.isEmpty == false)
    for (place, content) in places {
      let text = String(decoding: content, as: UTF8.self)
      for secret in secrets { #expect(!text.contains(secret), "\(place) tells '\(secret)'") }
      for secret in secrets {
        let hex = secret.utf8.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
        #expect(!text.contains(hex), "\(place) tells '\(hex)'")
      }
    }
  }

  @Test func `a password goes to the peer alone`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--dump", "dump"]) { terminal, peer in
      try peer.send("login: ")
      try terminal.waitForEnd("login:")
      try terminal.enter("somebody")
      try peer.waitFor("somebody\n")
      try peer.send("Password: ")
      try terminal.waitForEnd("Password:")
      try terminal.type("hunter2")
      try terminal.press("Left")
      try terminal.type("+")
      // Received text does not draw it either.
      try peer.send("  ")
      try terminal.waitUntil("the cursor stands behind it") { _ in
        try terminal.cursor().column == 12
      }
      try terminal.press("Enter")
      try peer.waitFor("somebody\nhunter+2\n")
      try terminal.waitForEnd("\n>")
      try peer.send("welcome\n")
      try terminal.waitForEnd("login: somebody\nPassword:\nwelcome\n>")
      try terminal.enter("seen again")
      try terminal.enter("/secret")
      try terminal.waitFor("typed unseen")
      try terminal.enter("s3cret")
      try peer.waitFor("somebody\nhunter+2\nseen again\ns3cret\n")
      try terminal.enter("/history")
      try terminal.waitForEnd("> /history\nsomebody\nseen again\n/secret\n/history\n>")
      try terminal.enter("/save saved")
      try terminal.waitFor("saved in saved")
      // Nor is it completed, nor does it come back.
      try terminal.type("hunt")
      try terminal.press("Tab")
      try terminal.type("!")
      try terminal.waitForEnd("> hunt!")
      try terminal.press("C-u", "Up", "Up", "Up")
      try terminal.waitForEnd("\n> /secret")
      try terminal.press("C-c", "C-d")
      peer.close()
      #expect(try terminal.status() == 0)
      try expectUnseen(["hunter", "s3cret"], by: terminal)
    }
  }

  @Test func `an interrupt takes the secret back`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/secret")
      try terminal.waitFor("typed unseen")
      try terminal.type("abandoned")
      try terminal.press("C-c")
      try terminal.type("seen")
      try terminal.waitForEnd("\n> seen")
      try terminal.press("Enter", "Down")
      try peer.waitFor("seen\n")
      try peer.send("Password: ")
      try terminal.waitForEnd("\nPassword:")
      try terminal.type("first")
      try terminal.press("C-c")
      try terminal.type("second")
      try terminal.press("Enter")
      try peer.waitFor("seen\nsecond\n")
      // The question has gone by while its answer was being typed.
      try peer.send("Password: ")
      try terminal.waitForEnd("\nPassword:")
      try terminal.type("thir")
      // At the end of the line there is nothing to delete: it rings, when all before it was read.
      try terminal.press("C-d")
      try terminal.waitForBell()
      try peer.send("\ntoo late\n")
      try terminal.waitForEnd("too late\n>")
      try terminal.type("d")
      try terminal.press("Enter")
      try peer.waitFor("seen\nsecond\nthird\n")
      #expect(try !terminal.writtenText().contains("thir"))
      #expect(try !terminal.writtenText().contains("abandoned"))
      #expect(try !terminal.writtenText().contains("second"))
    }
  }

  @Test func `a macro that is being recorded keeps no secret`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.press("C-x", "(")
      try terminal.enter("/secret")
      try terminal.waitFor("typed unseen")
      try terminal.type("hunter2")
      try terminal.press("C-x", ")", "Enter")
      try peer.waitFor("hunter2\n")
      try terminal.waitForEnd("\n>")
      try terminal.press("C-x", "e")
      try terminal.type("seen")
      try terminal.press("Enter")
      try peer.waitFor(ending: "seen\n")
      #expect(try !terminal.writtenText().contains("hunter"))
    }
  }

  @Test func `a word of a secret is erased, and comes back nowhere`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/secret")
      try terminal.waitFor("typed unseen")
      try terminal.type("one two")
      try terminal.press("M-BSpace", "C-x", "(")
      try terminal.enter("2")
      try peer.waitFor("one 2\n")
      try terminal.press("C-y")
      try terminal.enter("seen")
      try peer.waitFor("one 2\nseen\n")
    }
  }

  @Test(arguments: [
    "\u{1b}[1mPassword:\u{1b}[0m ", "Password: \u{0}", "Password\u{1b}]0;title\u{7}: ",
    "Pass\u{8}\u{1b}[Kword:\u{1b}[?25h", "Passphrase: \u{1b}(B",
  ])
  func `a question in colours is one`(question: String) async throws {
    try await expectSecret(after: Array(question.utf8))
  }

  @Test(arguments: [[0xff, 0xfb, 0x01], [0xff, 0xfa, 0x18, 0x01, 0xff, 0xf0], [0xff, 0xf9]])
  func `a question of telnet is one`(command: [UInt8]) async throws {
    try await expectSecret(after: Array("Password: ".utf8) + command)
  }

  private func expectSecret(after question: [UInt8]) async throws {
    try await atPrompt { terminal, peer in
      try peer.send(question)
      try terminal.waitFor("Pass")
      try terminal.enter("hunter2")
      try peer.waitFor("hunter2\n")
      try terminal.enter("seen")
      try terminal.waitForEnd("> seen\n>")
      #expect(try !terminal.writtenText().contains("hunter"))
    }
  }
}
