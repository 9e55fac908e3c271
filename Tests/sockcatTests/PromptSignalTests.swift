import Foundation
import Glibc
import TestSupport
import Testing

/// The terminal is as it was before, whatever ends or stops the program.
@Suite(.timeLimit(.minutes(10))) struct PromptSignalTests {
  @Test(arguments: [
    SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGUSR2, SIGQUIT, SIGALRM,
  ])
  func `a signal leaves the terminal as it was`(signal: Int32) async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("half a line")
      try terminal.waitForEnd("> half a line")
      kill(try terminal.process(), signal)
      #expect(try terminal.status() == 128 + signal)
      let (before, after) = try terminal.terminalStates()
      #expect(before == after)
      try terminal.waitUntil("pastes have no brackets any more") { _ in
        try terminal.writtenText().contains("\u{1b}[?2004l")
      }
    }
  }

  @Test func `a peer that is killed ends the program, not the terminal`() async throws {
    try await blocking {
      let directory = try TemporaryDirectory()
      let place = directory.path(of: "socket")
      var launch = ChildProgram.Launch(["ncat", "-lU", place])
      launch.input = .pipe
      let peer = try ChildProgram(launch)
      let connect = [ScriptTests.sockcat, "connect", "unix:\(place)", "--wait", "10s"]
      try withTerminal(connect) { terminal in
        try terminal.waitForEnd(">")
        try terminal.enter("hello")
        try peer.waitForMatch(of: "hello\n", in: .output)
        try terminal.type("half a line")
        try terminal.waitForEnd("> half a line")
        peer.signal(SIGKILL)
        #expect(try terminal.status() == 0)
        try terminal.waitFor("the peer has ended the connection")
        let (before, after) = try terminal.terminalStates()
        #expect(before == after)
      }
    }
  }

  @Test(arguments: [["bash", "--norc", "--noprofile", "-i"], ["dash", "-i"]])
  func `the program is stopped and goes on`(shell: [String]) async throws {
    try await blocking {
      let peer = try TestPeer()
      try withTerminal(shell) {
        $0.environment["PS1"] = "shell: "
      } _: { terminal in
        try terminal.waitForEnd("shell:")
        try terminal.enter("stty -a | sed 's/rows.*;//' > before")
        try terminal.enter("\(ScriptTests.sockcat) connect 127.0.0.1:\(peer.port)")
        try peer.accept()
        try terminal.waitForEnd("\n>")
        try terminal.type("half")
        try terminal.waitForEnd("\n> half")
        try terminal.press("C-z")
        try terminal.waitForEnd("shell:")
        try terminal.enter("stty -a | sed 's/rows.*;//' > after; echo stopped")
        try terminal.waitFor("\nstopped")
        let before = try terminal.directory.read("before")
        #expect(try !before.isEmpty && terminal.directory.read("after") == before)
        try peer.send("meanwhile\n")
        try terminal.enter("fg")
        try terminal.waitFor("\nmeanwhile")
        try terminal.waitForEnd("\n> half")
        try terminal.type(" a line")
        try terminal.press("Enter")
        try peer.waitFor("half a line\n")
        try goOnInBackground(terminal, peer)
      }
    }
  }

  private func goOnInBackground(_ terminal: TmuxTerminal, _ peer: TestPeer) throws {
    try terminal.type("again")
    try terminal.press("C-z")
    try terminal.waitForEnd("shell:")
    try terminal.enter("bg")
    try peer.send("in the background\n")
    try terminal.waitFor("in the background")
    // Keys that the shell reads do not stop it.
    try terminal.enter("jobs; echo \"$((1 + 1)) jobs\"")
    try terminal.waitFor("2 jobs")
    try terminal.waitFor(" Running ")
    try peer.send("still there\n")
    try terminal.waitFor("still there")
    try terminal.enter("fg")
    try terminal.waitForEnd("\n> again")
    try terminal.press("Enter")
    try peer.waitFor("half a line\nagain\n")
    try terminal.press("C-c")
    try terminal.waitFor("^C again")
    try terminal.press("C-c")
    try terminal.waitForEnd("shell:")
    try terminal.enter("stty -a | sed 's/rows.*;//' > after; echo ended")
    try terminal.waitFor("\nended")
    #expect(try terminal.directory.read("after") == terminal.directory.read("before"))
  }

  @Test func `a terminal that was stopped stops neither timeouts nor signals`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.press("C-s")
      try peer.send("unseen\n")
      try terminal.type("typed\r")
      try peer.waitFor("typed\n")
      #expect(try !terminal.screen().contains("unseen"))
      try terminal.press("C-q")
      // Which of the two came first is nobody's promise.
      try terminal.waitUntil("both are there") {
        $0.hasSuffix("unseen\n> typed\n>") || $0.hasSuffix("> typed\nunseen\n>")
      }
      try terminal.press("C-s")
      try peer.send([UInt8](repeating: 0x61, count: 100_000))
      let process = try terminal.process()
      kill(process, SIGTERM)
      // What starts it says so on the terminal, and waits for that.
      try terminal.waitUntil("it has ended") { _ in kill(process, 0) != 0 }
      try terminal.press("C-q")
      #expect(try terminal.status() == 128 + SIGTERM)
      #expect(try terminal.terminalStates().before == terminal.terminalStates().after)
      try terminal.waitUntil("pastes have no brackets any more") { _ in
        try terminal.writtenText().contains("\u{1b}[?2004l")
      }
    }
    try await atPrompt(["connect", "127.0.0.1:PORT", "--idle-timeout", "1s"]) { terminal, _ in
      try terminal.press("C-s")
      #expect(try terminal.status() != 0)
      try terminal.press("C-q")
      #expect(try terminal.terminalStates().before == terminal.terminalStates().after)
    }
  }
}
