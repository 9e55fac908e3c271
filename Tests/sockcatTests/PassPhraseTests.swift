import Glibc
import TestSupport
import Testing

/// What is asked for on the terminal before TLS can begin.
@Suite(.timeLimit(.minutes(10))) struct PassPhraseTests {
  /// With a prompt behind the question, and without one.
  private static let commands = [
    "exec \"$@\"", "exec \"$@\" < /dev/null",
  ]

  private func ask(
    _ command: String, _ options: [String] = ["--tls"],
    _ body: @escaping @Sendable (TmuxTerminal) throws -> Void
  ) async throws {
    try await blocking {
      let listen = [
        ScriptTests.sockcat, "listen", "127.0.0.1:0", "-v",
        "--tls-cert", try TestCertificates.path("locked.p12"),
      ]
      try withTerminal(["sh", "-c", command, "sh"] + listen + options) { terminal in
        try terminal.waitForMatch(of: "pass phrase of [^:]*locked.p12:", joiningWrappedLines: true)
        try body(terminal)
      }
    }
  }

  private func expectEnd(_ terminal: TmuxTerminal, _ status: Int32) throws {
    #expect(try terminal.status() == status)
    let (before, after) = try terminal.terminalStates()
    #expect(before == after)
    #expect(try !terminal.writtenText().contains("open"))
  }

  @Test(arguments: commands, ["C-c", "C-\\"])
  func `an interrupt ends the program as elsewhere`(command: String, key: String) async throws {
    try await ask(command) { terminal in
      try terminal.type("open")
      try terminal.press(key)
      try expectEnd(terminal, 128 + SIGINT)
    }
  }

  @Test(arguments: commands, [SIGTERM, SIGHUP])
  func `a signal leaves the terminal as it was`(command: String, signal: Int32) async throws {
    try await ask(command) { terminal in
      kill(try terminal.process(), signal)
      try expectEnd(terminal, 128 + signal)
    }
  }

  @Test(arguments: commands) func `the total timeout holds`(command: String) async throws {
    try await ask(command, ["--tls", "--timeout", "300ms"]) { try expectEnd($0, 4) }
  }

  @Test func `a prompt where TLS begins later has the terminal after the question`() async throws {
    try await ask("exec \"$@\"", []) { terminal in
      try terminal.enter("open sesame")
      try terminal.waitFor("listening on")
      try terminal.enter("/quit")
      try expectEnd(terminal, 0)
    }
  }

  @Test(arguments: commands)
  func `whoever ignores interrupts goes on asking`(command: String) async throws {
    try await ask("trap '' INT; " + command) { terminal in
      try terminal.type("open ")
      try terminal.press("C-c")
      try terminal.enter("sesame")
      try terminal.waitFor("listening on")
      kill(try terminal.process(), SIGTERM)
      try expectEnd(terminal, 128 + SIGTERM)
    }
  }
}
