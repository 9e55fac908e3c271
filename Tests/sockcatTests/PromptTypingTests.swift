import Glibc
import TestSupport
import Testing

/// What is typed at the prompt, while bytes arrive and while none do.
@Suite(.timeLimit(.minutes(10))) struct PromptTypingTests {
  /// Sends a thousand numbered lines a second for two seconds, then shows what it was sent.
  private static let flood = """
    import socket, threading, time
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    peer, _ = listener.accept()
    def send():
        begun = time.monotonic()
        for number in range(2000):
            peer.sendall(b"line %d\\n" % number)
            time.sleep(max(0, begun + (number + 1) / 1000 - time.monotonic()))
    sender = threading.Thread(target=send)
    sender.start()
    parts = []
    while part := peer.recv(65536):
        parts.append(part)
    sender.join()
    print(b"".join(parts), flush=True)
    """

  @Test func `a line is typed while a thousand lines a second arrive`() async throws {
    try await blocking {
      let peer = try ChildProgram("python3", "-c", Self.flood)
      let port = try peer.waitForMatch(of: "^([0-9]+)\n", in: .output)[1]
      try withTerminal([ScriptTests.sockcat, "connect", "127.0.0.1:\(port)"]) { terminal in
        try terminal.waitFor("line ")
        for word in ["one ", "zwei ", "\u{4e09} ", "quatr"] { try terminal.type(word) }
        try terminal.press("M-b", "M-b")
        try terminal.type("x")
        try terminal.waitForEnd("\n> one zwei x\u{4e09} quatr")
        #expect(try terminal.cursor().column == 12)
        try terminal.press("C-e")
        try terminal.type("e")
        try terminal.waitForEnd("\n> one zwei x\u{4e09} quatre")
        try terminal.waitFor("line 1999")
        try terminal.press("Enter")
        try terminal.waitForEnd("\n> one zwei x\u{4e09} quatre\n>")
        let lines = try terminal.scrollback().split(separator: "\n")
        let isInOrder = lines.filter { $0.hasPrefix("line ") } == (0..<2000).map { "line \($0)" }
        #expect(isInOrder)
        // No remains of the prompt between them.
        #expect(lines.count == 2002)
        try terminal.press("C-d")
        #expect(try terminal.status() == 0)
      }
      try peer.wait()
      let sent = String(decoding: peer.contents(of: .output), as: UTF8.self)
      #expect(sent.hasSuffix("\nb'one zwei x\\xe4\\xb8\\x89 quatre\\n'\n"))
    }
  }

  @Test func `wide and combined characters are erased as they are seen`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("\u{4e2d}\u{6587}\u{1f642}e\u{301}x")
      try terminal.waitForEnd("> \u{4e2d}\u{6587}\u{1f642}e\u{301}x")
      #expect(try terminal.cursor().column == 10)
      try terminal.press("BSpace", "BSpace", "BSpace")
      try terminal.waitForEnd("> \u{4e2d}\u{6587}")
      #expect(try terminal.cursor().column == 6)
      try terminal.press("Left")
      try terminal.type("-")
      try terminal.waitForEnd("> \u{4e2d}-\u{6587}")
      #expect(try terminal.cursor().column == 5)
      try terminal.press("Enter")
      try peer.waitFor("\u{4e2d}-\u{6587}\n")
    }
  }

  @Test func `an interrupt clears the line, and twice on an empty one leaves`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("half a line")
      try terminal.waitForEnd("> half a line")
      try terminal.press("C-c")
      try terminal.waitForEnd(">")
      try terminal.enter("whole")
      try peer.waitFor("whole\n")
      try terminal.press("C-c")
      try terminal.waitForEnd("^C again, or /quit, leaves\n>")
      try terminal.press("C-c")
      #expect(try terminal.status() == 128 + SIGINT)
      let (before, after) = try terminal.terminalStates()
      #expect(before == after)
    }
  }

  @Test func `an end of input is told to the peer, whose answer is still shown`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("question")
      try peer.waitFor("question\n")
      try terminal.press("C-d")
      #expect(try peer.waitForEnd() == .half)
      try peer.send("answer\n")
      try terminal.waitForEnd("\nanswer\n>")
      peer.close()
      #expect(try terminal.status() == 0)
      try terminal.waitFor("the peer has ended")
      #expect(try terminal.terminalStates().before == terminal.terminalStates().after)
    }
  }

  @Test func `an empty line is a line, and a slash can be sent`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--crlf"]) { terminal, peer in
      try terminal.press("Enter")
      try terminal.enter("//help")
      try terminal.enter(" a  b ")
      try peer.waitFor("\r\n/help\r\n a  b \r\n")
    }
  }

  @Test func `what was typed before comes back`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("first line")
      try terminal.enter(" not kept")
      try terminal.enter("second line")
      try terminal.press("Up", "Up")
      try terminal.waitForEnd("\n> first line")
      try terminal.press("Enter", "C-r")
      try terminal.type("sec")
      try terminal.waitFor("`sec'")
      try peer.send("meanwhile\n")
      try terminal.waitFor("meanwhile")
      try terminal.press("Enter")
      try peer.waitFor("first line\n not kept\nsecond line\nfirst line\nsecond line\n")
    }
  }
}
