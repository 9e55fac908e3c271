import Glibc
import TestSupport
import Testing

/// The limit is generous, as it counts also the time for which a test waits for its turn; each wait
/// has its own.
@Suite(.timeLimit(.minutes(10))) struct TmuxTerminalTests {
  private func inTerminal(
    _ arguments: [String], changing: (inout TmuxTerminal.Launch) -> Void = { _ in },
    _ body: @escaping @Sendable (TmuxTerminal) throws -> Void
  ) async throws {
    var launch = TmuxTerminal.Launch(arguments)
    changing(&launch)
    try await onThread { [launch] in
      Result {
        let terminal = try TmuxTerminal(launch)
        defer { terminal.end() }
        try body(terminal)
      }
    }.get()
  }

  @Test func `what is typed arrives`() async throws {
    try await inTerminal(["cat"]) { terminal in
      try terminal.type("a; b 'c' $d \u{e4}\u{4e2d};")
      try terminal.waitFor("a; b 'c' $d \u{e4}\u{4e2d};")
      #expect(try terminal.cursor() == (16, 0))
      try terminal.press("Enter")
      try terminal.waitUntil("the line is there twice") {
        $0 == "a; b 'c' $d \u{e4}\u{4e2d};\na; b 'c' $d \u{e4}\u{4e2d};"
      }
      try terminal.type("-l \\;")
      try terminal.press("C-u", "C-d")
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `the exit status is that of the command`() async throws {
    try await inTerminal(["sh", "-c", "echo $WORD; exit 7"]) {
      $0.environment = ["WORD": "a; b;"]
    } _: { terminal in
      #expect(try terminal.status() == 7)
      try terminal.waitFor("a; b;")
    }
  }

  @Test func `an interrupt ends the command, not the terminal`() async throws {
    try await inTerminal(["cat"]) { terminal in
      _ = try terminal.process()
      try terminal.press("C-c")
      #expect(try terminal.status() == 128 + SIGINT)
      try terminal.press("C-c")
      #expect(try terminal.screen() == "^C^C")
    }
  }

  @Test func `a signal reaches the command itself`() async throws {
    try await inTerminal(["sleep", "60"]) { terminal in
      kill(try terminal.process(), SIGKILL)
      #expect(try terminal.status() == 128 + SIGKILL)
    }
  }

  @Test func `a changed terminal is seen`() async throws {
    try await inTerminal(["stty", "-echo"]) { terminal in
      #expect(try terminal.status() == 0)
      let (before, after) = try terminal.terminalStates()
      #expect(before.contains(" echo "))
      #expect(after.contains(" -echo "))
    }
    try await inTerminal(["true"]) { terminal in
      #expect(try terminal.status() == 0)
      let (before, after) = try terminal.terminalStates()
      #expect(!before.isEmpty && before == after)
    }
  }

  @Test func `the command hears of a new size`() async throws {
    let command = "trap 'stty size' WINCH; sleep 60 & stty size; while kill -0 $!; do wait; done"
    try await inTerminal(["bash", "-c", command]) {
      ($0.columns, $0.rows) = (100, 30)
    } _: { terminal in
      try terminal.waitFor("30 100")
      try terminal.resize(columns: 40, rows: 10)
      try terminal.waitFor("10 40")
    }
  }

  @Test func `a paste has brackets only where they are asked for`() async throws {
    let command = "stty -icanon -echo; printf '%b' \"$0\"; echo ready; cat -v"
    for (sequence, wanted) in [("", "a\nb"), ("\\033[?2004h", "^[[200~a\nb^[[201~")] {
      try await inTerminal(["sh", "-c", command, sequence]) { terminal in
        try terminal.waitFor("ready")
        try terminal.paste("a\nb")
        try terminal.waitUntil("it was pasted") { $0 == "ready\n" + wanted }
      }
    }
  }

  @Test func `long lines are joined, and none is lost at the top`() async throws {
    let command = "seq 100; printf %0100d 7; echo; echo done"
    try await inTerminal(["sh", "-c", command]) { terminal in
      #expect(try terminal.status() == 0)
      try terminal.waitForMatch(of: "^0{99}7$", joiningWrappedLines: true)
      #expect(try terminal.screen().contains("\n" + String(repeating: "0", count: 80) + "\n"))
      #expect(try !terminal.screen().contains("\n50\n"))
      #expect(try terminal.scrollback().hasPrefix("1\n2\n3\n"))
      #expect(try terminal.written().starts(with: Array("1\r\n2\r\n".utf8)))
    }
  }

  @Test func `colours are seen when they are asked for`() async throws {
    try await inTerminal(["printf", "\\033[31mred\\033[0m."]) { terminal in
      try terminal.waitFor("red.")
      #expect(try terminal.screen(withAttributes: true).hasPrefix("\u{1b}[31mred\u{1b}[39m."))
    }
  }

  @Test func `a wait ends at its limit and shows the screen`() async throws {
    try await inTerminal(["cat"]) { terminal in
      try terminal.type("something")
      let error = #expect(throws: TestError.self) {
        try terminal.waitForMatch(of: "else", within: .milliseconds(300))
      }
      #expect(error?.description.hasSuffix("\nsomething") == true)
      #expect(throws: TestError.self) { try terminal.status(within: .milliseconds(10)) }
    }
  }

  @Test func `nothing is left behind`() async throws {
    try await inTerminal(["cat"]) { terminal in
      let process = try terminal.process()
      terminal.end()
      terminal.end()
      let deadline = ContinuousClock.now + .seconds(10)
      while kill(process, 0) == 0, ContinuousClock.now < deadline { sched_yield() }
      #expect(kill(process, 0) != 0)
    }
  }
}
