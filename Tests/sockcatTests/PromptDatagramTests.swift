import Glibc
import TestSupport
import Testing

/// Datagrams, and listening, at the prompt.
@Suite(.timeLimit(.minutes(10))) struct PromptDatagramTests {
  /// Answers each datagram with the same in capitals.
  private static let shouter = """
    import socket
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind(("127.0.0.1", 0))
    print(peer.getsockname()[1], flush=True)
    while True:
        data, sender = peer.recvfrom(65536)
        print(data, flush=True)
        peer.sendto(data.upper(), sender)
    """

  @Test func `each line is a datagram`() async throws {
    try await blocking {
      let peer = try ChildProgram("python3", "-c", Self.shouter)
      let port = try peer.waitForMatch(of: "^([0-9]+)\n", in: .output)[1]
      try withTerminal([ScriptTests.sockcat, "udp-send", "127.0.0.1:\(port)"]) { terminal in
        try terminal.waitForEnd(">")
        try terminal.enter("one")
        try terminal.waitFor("ONE")
        try terminal.enter("/send two\\x21")
        try terminal.waitFor("TWO!")
        try peer.waitForMatch(of: "b'one'\nb'two!'\n", in: .output)
        try terminal.enter("/peers")
        try terminal.waitForMatch(of: "\\* 1  127.0.0.1:\(port)  2 datagrams in, 2 out")
        try terminal.enter("/reset")
        try terminal.waitFor("datagrams have no connection")
        try terminal.enter("/quit")
        #expect(try terminal.status() == 0)
      }
    }
  }

  private func sender(_ port: String, _ text: String) throws -> ChildProgram {
    var launch = ChildProgram.Launch(["nc.openbsd", "-u", "127.0.0.1", port])
    launch.input = .pipe
    let sender = try ChildProgram(launch)
    try sender.feed(Array(text.utf8))
    return sender
  }

  @Test func `the senders of datagrams are told apart`() async throws {
    try await blocking {
      let receive = [ScriptTests.sockcat, "udp-recv", "127.0.0.1:0", "--port-file", "port"]
      try withTerminal(receive) { terminal in
        try terminal.waitForEnd(">")
        let port = try terminal.line(of: "port")
        let first = try self.sender(port, "from the first\n")
        try terminal.waitFor("from the first")
        let second = try self.sender(port, "from the second\n")
        try terminal.waitFor("from the second")
        try terminal.enter("/peers")
        try terminal.waitForMatch(
          of: "  1  127.0.0.1:[0-9]+  1 datagram in\n\\* 2  127.0.0.1:[0-9]+  1 datagram in\n>")
        try terminal.enter("to the last")
        try second.waitForMatch(of: "^to the last$", in: .output)
        try terminal.enter("/peer 1")
        try terminal.enter(" to the first")
        try first.waitForMatch(of: "^ to the first$", in: .output)
        try terminal.enter("/peer all")
        try terminal.enter(" to all")
        try first.waitForMatch(of: "^ to the first to all$", in: .output)
        try second.waitForMatch(of: "^to the last to all$", in: .output)
        try terminal.enter("/peer 3")
        try terminal.waitFor("no peer 3")
        try terminal.type("/peer ")
        try terminal.press("Tab", "Tab")
        try terminal.waitForMatch(of: "1 +2 +all")
        try terminal.press("C-u", "C-d", "C-d")
        #expect(try terminal.status() == 0)
      }
    }
  }

  @Test func `what is typed before a client comes is sent to it`() async throws {
    try await blocking {
      let listen = [ScriptTests.sockcat, "listen", "127.0.0.1:0", "--port-file", "port"]
      try withTerminal(listen) { terminal in
        try terminal.waitForEnd(">")
        let port = try terminal.line(of: "port")
        try terminal.enter("early")
        try terminal.enter("/peers")
        try terminal.waitForEnd("nobody is there\n>")
        try terminal.type("half")
        var launch = ChildProgram.Launch([ScriptTests.sockcat, "connect", "127.0.0.1:\(port)"])
        launch.input = .pipe
        let client = try ChildProgram(launch)
        try client.waitForMatch(of: "^early\n", in: .output)
        try client.feed("hello\n".utf8)
        try terminal.waitForEnd("hello\n> half")
        try terminal.press("Enter")
        try client.waitForMatch(of: "^early\nhalf\n", in: .output)
        client.closeInput()
        #expect(try client.status() == 0)
        #expect(try terminal.status() == 0)
      }
    }
  }
}
