import Foundation
import TestSupport
import Testing

/// What the prompt says and does of the connection is so.
@Suite(.timeLimit(.minutes(10))) struct PromptConnectionTests {
  @Test func `a listener that waits listens again`() async throws {
    try await blocking {
      let arguments = ["listen", "127.0.0.1:0", "--stay"]
      try withTerminal([ScriptTests.sockcat] + arguments) { terminal in
        try terminal.waitFor("listening on")
        try terminal.enter("/reconnect")
        try terminal.waitUntil("it listens twice") {
          $0.components(separatedBy: "listening on").count == 3
        }
        try terminal.enter("/quit")
        #expect(try terminal.status() == 0)
      }
    }
  }

  @Test func `what did not go out is told`() async throws {
    let arguments = ["connect", "127.0.0.1:PORT", "--stay", "--delay", "60s"]
    try await atPrompt(arguments) { terminal, peer in
      for line in ["one", "two", "three"] { try terminal.enter(line) }
      try peer.waitFor("one\n")
      try terminal.waitForEnd("> three\n>")
      try terminal.enter("/reset")
      try terminal.waitFor("10 bytes that were given were not sent")
      try terminal.enter("/reconnect")
      try peer.accept()
      peer.forget()
      try terminal.enter("four")
      try terminal.enter("/reset")
      try terminal.waitFor("sockcat: closed")
    }
  }

  @Test func `a pause stands behind each typed line`() async throws {
    let arguments = ["connect", "127.0.0.1:PORT", "--delay", "700ms"]
    try await atPrompt(arguments) { terminal, peer in
      let begun = ContinuousClock.now
      for line in ["one", "two", "three"] { try terminal.enter(line) }
      try peer.waitFor("one\ntwo\nthree\n")
      #expect(ContinuousClock.now - begun > .milliseconds(1300))
    }
  }

  @Test func `a line that was begun is kept when the peer ends`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.type("half a line")
      try terminal.waitForEnd("> half a line")
      peer.close()
      #expect(try terminal.status() == 0)
      try terminal.waitFor("> half a line")
      let file = ".local/state/sockcat/history"
      #expect(try terminal.directory.read(file) == Array("half a line\n".utf8))
    }
  }

  @Test func `the end of input is what was asked for`() async throws {
    let prompt = ["--prompt", "{state}> "]
    let arguments = ["connect", "127.0.0.1:PORT", "--on-eof", "stay"] + prompt
    try await atPrompt(arguments) { terminal, peer in
      try terminal.press("C-d")
      try terminal.waitFor("the peer is not told of it (--on-eof stay)")
      try terminal.enter("on")
      try terminal.waitForEnd("\nconnected>")
      try terminal.enter("/half-close")
      try terminal.waitForEnd("\nhalf-closed>")
      #expect(try peer.waitForEnd() == .half)
      #expect(peer.received == Array("on\n".utf8))
      try terminal.enter("more")
      try terminal.waitFor("the half-close was sent, nothing was sent")
      try peer.send("answer\n")
      try terminal.waitFor("\nanswer\n")
    }
    try await atPrompt(["connect", "127.0.0.1:PORT", "--on-eof", "close"]) { terminal, peer in
      try terminal.press("C-d")
      #expect(try terminal.status() == 0)
    }
  }

  @Test func `the figures of the prompt are those of now`() async throws {
    let arguments = [
      "connect", "127.0.0.1:PORT", "--prompt", "{bytes-in} {bytes-out}> ", "--color", "never",
    ]
    try await atPrompt(arguments) { terminal, peer in
      try terminal.waitForEnd("0 0>")
      try terminal.enter("abc")
      try terminal.waitForEnd("\n0 4>")
      try peer.send("12345\n")
      try terminal.waitForEnd("\n6 4>")
    }
  }

  @Test func `of two files the one that is sent shows its progress`() async throws {
    let arguments = ["connect", "127.0.0.1:PORT", "--rate", "1K"]
    try await atPrompt(arguments) { terminal, peer in
      for name in ["first", "second"] {
        try terminal.directory.write([UInt8](repeating: 0x61, count: 4000), to: name)
        try terminal.enter("/file " + name)
      }
      var hasShownSecond = false
      try terminal.waitUntil("the first is sent") { screen in
        if screen.hasSuffix("> ") || screen.contains("\nsecond  ") { hasShownSecond = true }
        return screen.contains("of first were sent")
      }
      #expect(!hasShownSecond)
    }
  }

  @Test func `a line behind a reconnection is told what is going on`() async throws {
    try await atPrompt(["connect", "127.0.0.1:PORT", "--stay", "--rate", "100"]) {
      terminal, peer in
      try terminal.directory.write([UInt8](repeating: 0x61, count: 4000), to: "slow")
      try terminal.enter("/file slow")
      try terminal.enter("/reconnect")
      try terminal.enter("more")
      try terminal.waitFor("the connection is about to be made again, nothing was sent")
    }
  }

  @Test func `a conversation that began in clear goes on with TLS`() async throws {
    try await blocking {
      let certificate = try TestCertificates.path("good")
      let server = try ChildProgram(
        ScriptTests.sockcat, "listen", "127.0.0.1:0", "--tls-cert", certificate + ".pem",
        "--tls-key", certificate + ".key", "-e", "expect line \"STARTTLS\"", "-e",
        "send line \"go ahead\"", "-e", "starttls", "-e", "expect line \"secret\"", "-e",
        "send line \"kept\"")
      let port = try server.waitForMatch(of: "listening on 127.0.0.1:([0-9]+)\n")[1]
      let arguments = ["connect", "127.0.0.1:" + port, "--tls-ca"]
      try withTerminal(
        [ScriptTests.sockcat] + arguments + [TestCertificates.path("root.pem")]
      ) { terminal in
        try terminal.waitFor(">")
        try terminal.enter("STARTTLS")
        try terminal.waitFor("go ahead")
        try terminal.enter("/starttls")
        try terminal.enter("secret")
        try terminal.waitFor("kept")
        #expect(try terminal.status() == 0)
      }
      #expect(try server.status() == 0)
    }
  }
}
