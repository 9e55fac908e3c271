import TestSupport
import Testing

/// Several clients at one prompt.
@Suite(.timeLimit(.minutes(10))) struct PromptClientsTests {
  private func client(_ port: String) throws -> ChildProgram {
    var launch = ChildProgram.Launch(["nc.openbsd", "-N", "127.0.0.1", port])
    launch.input = .pipe
    return try ChildProgram(launch)
  }

  private func withServer(
    _ body:
      @escaping @Sendable (TmuxTerminal, _ first: ChildProgram, _ second: ChildProgram) throws ->
      Void
  ) async throws {
    try await blocking {
      let listen = [ScriptTests.sockcat, "listen", "127.0.0.1:0", "-k", "--port-file", "port"]
      try withTerminal(listen) { terminal in
        try terminal.waitForEnd(">")
        let port = try terminal.line(of: "port")
        let first = try self.client(port)
        try terminal.waitForMatch(of: "client 1 \\(127.0.0.1:[0-9]+\\): connected")
        let second = try self.client(port)
        try terminal.waitForMatch(of: "client 2 \\(127.0.0.1:[0-9]+\\): connected")
        try body(terminal, first, second)
      }
    }
  }

  @Test func `lines go to all, or to the one that was chosen`() async throws {
    try await withServer { terminal, first, second in
      try terminal.enter("to all")
      try terminal.enter("/peer 2")
      try terminal.enter("to the second")
      try terminal.enter("/peers")
      try terminal.waitForMatch(
        of: "  1  127.0.0.1:[0-9]+  0 bytes in, 7 bytes out\n"
          + "\\* 2  127.0.0.1:[0-9]+  0 bytes in, 21 bytes out")
      try terminal.enter("/peer all")
      try terminal.enter("to all again")
      try first.waitForMatch(of: "^to all\nto all again\n$", in: .output)
      try second.waitForMatch(of: "^to all\nto the second\nto all again\n$", in: .output)
      try terminal.enter("/peer 3")
      try terminal.waitFor("no peer 3")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `what they say is told apart, and a line that was begun waits for its end`()
    async throws
  {
    try await withServer { terminal, first, second in
      try first.feed(Array("one begins, ".utf8))
      try second.feed(Array("two\u{1b}[31m says\n".utf8))
      try terminal.waitFor("[2] two\\x1b[31m says\n")
      try first.feed(Array("and ends\nlast".utf8))
      try terminal.waitFor("[1] one begins, and ends\n")
      first.closeInput()
      try terminal.waitFor("[1] last\n")
      try terminal.waitForMatch(of: "client 1 \\(.*\\): ended, sent 0 bytes, received 25 bytes")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `a client is left when it has everything, and lines for one who has gone wait`()
    async throws
  {
    try await withServer { terminal, first, second in
      try terminal.enter("/peer 2")
      try terminal.enter("goodbye")
      try terminal.enter("/close")
      try terminal.waitForMatch(of: "client 2 \\(.*\\): ended, sent 8 bytes")
      try terminal.waitFor("the lines went to this client; they wait")
      try second.waitForMatch(of: "^goodbye\n$", in: .output)
      try terminal.enter("for the other")
      try terminal.enter("/peer 1")
      try first.waitForMatch(of: "^for the other\n$", in: .output)
      try terminal.enter("/reset")
      try terminal.waitForMatch(of: "client 1 \\(.*\\): closed")
      try terminal.enter("/close")
      try terminal.waitFor("not connected")
      try terminal.enter("/reconnect")
      try terminal.waitFor("clients come by themselves")
      try terminal.enter("/quit")
      #expect(try terminal.status() == 0)
    }
  }
}
