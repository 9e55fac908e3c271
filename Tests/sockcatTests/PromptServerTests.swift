import TestSupport
import Testing

/// Conversations with real servers, as a person would hold them.
@Suite(.timeLimit(.minutes(10))) struct PromptServerTests {
  @Test func `with redis`() async throws {
    try await blocking {
      let directory = try TemporaryDirectory()
      let place = directory.path(of: "socket")
      let server = try ChildProgram(
        "redis-server", "--port", "0", "--unixsocket", place, "--save", "", "--dir", directory.path)
      try server.waitForMatch(of: "accept connections", in: .output)
      let connect = [ScriptTests.sockcat, "connect", "unix:\(place)", "--protocol", "redis"]
      try withTerminal(connect) { terminal in
        try terminal.waitForEnd(">")
        try terminal.enter("PING")
        try terminal.waitForEnd("> PING\n+PONG\n>")
        try terminal.enter("SET greeting \"hello \u{4e16}\u{754c}\"")
        try terminal.waitForEnd("\n+OK\n>")
        try terminal.type("get gree")
        try terminal.press("Tab", "Enter")
        try terminal.waitForEnd("> get greeting\n$12\nhello \u{4e16}\u{754c}\n>")
        try terminal.enter("NONSENSE")
        try terminal.waitForMatch(of: "^-ERR unknown command")
        try terminal.enter("QUIT")
        #expect(try terminal.status() == 0)
        try terminal.waitForEnd("+OK\nsockcat: the peer has ended the connection")
      }
    }
  }

  @Test func `with nc`() async throws {
    try await blocking {
      let directory = try TemporaryDirectory()
      let place = directory.path(of: "socket")
      var launch = ChildProgram.Launch(["nc.openbsd", "-N", "-lU", place])
      launch.input = .pipe
      let server = try ChildProgram(launch)
      let connect = [ScriptTests.sockcat, "connect", "unix:\(place)", "--wait", "10s"]
      try withTerminal(connect) { terminal in
        try terminal.waitForEnd(">")
        try terminal.enter("hello")
        try server.waitForMatch(of: "^hello\n", in: .output)
        try server.feed("hello to you\n".utf8)
        try terminal.waitForEnd("> hello\nhello to you\n>")
        try terminal.press("C-d")
        try server.feed("bye\n".utf8)
        try terminal.waitFor("bye")
        server.closeInput()
        #expect(try server.status() == 0)
        #expect(try terminal.status() == 0)
      }
    }
  }

  /// Listens on a port of the kernel's choice, and prints mail to its standard output.
  private static let mailServer = """
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Debugging
    import sys, threading
    class Chosen(Controller):
        def _trigger_server(self): pass
    controller = Chosen(Debugging(sys.stdout), hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.server.sockets[0].getsockname()[1], flush=True)
    threading.Event().wait()
    """

  @Test func `with a mail server`() async throws {
    try await blocking {
      let server = try ChildProgram("/usr/bin/python3", "-u", "-c", Self.mailServer)
      let port = try server.waitForMatch(of: "^([0-9]+)\n", in: .output)[1]
      let connect = [
        ScriptTests.sockcat, "connect", "127.0.0.1:\(port)", "--crlf", "--protocol", "smtp",
      ]
      try withTerminal(connect) { terminal in
        try terminal.waitForMatch(of: "^220 .*SMTP")
        try terminal.type("ehl")
        try terminal.press("Tab")
        try terminal.enter("there")
        try terminal.waitForMatch(of: "^> EHLO there(\n250-.*)+\n250 .*\n>$")
        try terminal.type("mai")
        try terminal.press("Tab")
        try terminal.enter("me@example.org>")
        try terminal.waitForEnd("> MAIL FROM:<me@example.org>\n250 OK\n>")
        try terminal.enter("RCPT TO:<you@example.org>")
        try terminal.waitForEnd("> RCPT TO:<you@example.org>\n250 OK\n>")
        try terminal.enter("DATA")
        try terminal.waitForMatch(of: "^354 .*\n>$")
        try terminal.paste("Subject: pasted\n\n/shell touch x\n")
        try terminal.enter(".")
        try terminal.waitForMatch(of: "^250 OK.*\n>$")
        try server.waitForMatch(of: "^Subject: pasted\n(.*\n)*/shell touch x\n", in: .output)
        try terminal.enter("QUIT")
        #expect(try terminal.status() == 0)
        try terminal.waitForMatch(of: "^221 ")
      }
    }
  }
}
