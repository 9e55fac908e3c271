import Foundation
import Glibc
import TestSupport
import Testing

/// What a person asks for may have to wait; the keys, the memory and the end do not.
@Suite(.timeLimit(.minutes(10))) struct PromptWaitingTests {
  /// The memory that a process has used at most, in MiB.
  private func peakMemory(of process: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? .max) / 1024
  }

  /// The processes of a group that still run.
  private func members(of group: Int32) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      // One that ends meanwhile is none.
      let text = (try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8)) ?? ""
      let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 2 && fields[0] != "Z" && fields[2] == "\(group)"
    }
  }

  @Test func `sending stands still with a terminal that is stopped`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.directory.write([UInt8](repeating: 0, count: 40 << 20), to: "large")
      try terminal.enter("/dump on")
      try terminal.waitForEnd("> /dump on\n>")
      try terminal.press("C-s")
      try terminal.enter("/file large")
      // It never gets all of it.
      try? peer.waitFor([UInt8](repeating: 0, count: 40 << 20), within: .seconds(3))
      #expect(try self.peakMemory(of: terminal.process()) < 80)
      try terminal.press("C-q")
      try peer.waitFor([UInt8](repeating: 0, count: 40 << 20), within: .seconds(60))
    }
  }

  @Test func `a program that warns without end stands still with the terminal`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.press("C-s")
      try terminal.enter("/shell echo begun; yes >&2")
      try peer.waitFor("begun\n")
      Thread.sleep(forTimeInterval: 1)
      #expect(try self.peakMemory(of: terminal.process()) < 80)
      kill(try terminal.process(), SIGTERM)
      try terminal.press("C-q")
      #expect(try terminal.status() == 128 + SIGTERM)
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, 0])
  func `no program outlives us`(signal: Int32) async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/shell trap '' TERM; echo $$; sleep 60 & wait; sleep 61")
      try terminal.waitUntil("the program has begun") { _ in
        try? peer.waitFor(ending: "\n", within: .milliseconds(50))
        return peer.received.last == 10
      }
      let text = String(decoding: peer.received.dropLast(), as: UTF8.self)
      let program = try #require(Int32(text))
      if signal == 0 {
        for answer in ["stopped after", "^C again", ""] {
          try terminal.press("C-c")
          try terminal.waitFor(answer)
        }
      } else {
        kill(try terminal.process(), signal)
      }
      // Long before the program would end by itself.
      let status = try terminal.status(within: .seconds(8))
      #expect(status == 128 + (signal == 0 ? SIGINT : signal))
      #expect(self.members(of: program).isEmpty)
    }
  }

  @Test func `a program that was stopped is ended all the same`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("/shell echo $$; exec head -1 /dev/tty")
      try peer.waitFor(ending: "\n")
      let text = String(decoding: peer.received.dropLast(), as: UTF8.self)
      let program = try #require(Int32(text))
      try terminal.waitUntil("it is stopped") { _ in
        let status = try? String(contentsOfFile: "/proc/\(program)/stat", encoding: .utf8)
        return status?.contains(") T ") == true
      }
      try terminal.press("C-c")
      try terminal.waitFor("/shell: ended by signal 15", within: .seconds(2))
      #expect(self.members(of: program).isEmpty)
    }
  }

  @Test func `a named pipe is waited for beside the keys`() async throws {
    try await atPrompt { terminal, peer in
      let pipe = terminal.directory.path(of: "pipe")
      #expect(mkfifo(pipe, 0o600) == 0)
      try terminal.enter("/file pipe")
      try terminal.enter("/stats")
      try terminal.waitFor("received")
      try terminal.press("C-c")
      try terminal.waitFor("stopped after")
      try terminal.enter("/save pipe")
      try terminal.enter("on")
      try peer.waitFor("on\n")
      try terminal.press("C-c")
      try terminal.waitFor("sockcat: stopped\n")
      try terminal.enter("/file pipe")
      try terminal.directory.write("from the pipe\n".utf8, to: "text")
      let writer = try ChildProgram(
        "sh", "-c", "cat '\(terminal.directory.path(of: "text"))' > '\(pipe)'")
      try peer.waitFor("on\nfrom the pipe\n")
      #expect(try writer.status() == 0)
      let reader = try ChildProgram("cat", pipe)
      try terminal.enter("/save pipe")
      #expect(try reader.status() == 0)
      #expect(String(decoding: reader.contents(of: .output), as: UTF8.self).contains("from the"))
    }
  }

  @Test func `a program whose output is a datagram is waited for beside the keys`() async throws {
    try await blocking {
      let receiver = try ChildProgram(
        "python3", "-uc",
        """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 0))
        print(s.getsockname()[1])
        while True: print(s.recv(9999))
        """)
      let port = try receiver.waitForMatch(of: "^([0-9]+)\n", in: .output)[1]
      try withTerminal([ScriptTests.sockcat, "udp-send", "127.0.0.1:\(port)"]) { terminal in
        try terminal.waitForEnd(">")
        try terminal.enter("/shell sleep 60; echo late")
        try terminal.enter("typed")
        try receiver.waitForMatch(of: "b'typed'", in: .output)
        try terminal.press("C-c")
        try terminal.waitFor("sockcat: stopped")
        try terminal.enter("/shell echo soon")
        try receiver.waitForMatch(of: "b'soon", in: .output)
        #expect(mkfifo(terminal.directory.path(of: "pipe"), 0o600) == 0)
        try terminal.enter("/file pipe")
        try terminal.enter("again")
        try receiver.waitForMatch(of: "b'again'", in: .output)
      }
      receiver.signal(SIGKILL)
    }
  }

  @Test func `a paste that nobody takes is thrown away by an interrupt`() async throws {
    let arguments = ["connect", "127.0.0.1:PORT", "--sndbuf", "64K", "--stay"]
    try await atPrompt(arguments) { terminal, peer in
      let line = String(repeating: "pasted ", count: 1000)
      try terminal.paste(String(repeating: line + "\n", count: 800) + "/shell touch pasted\n")
      try terminal.waitFor("pasted pasted")
      // Until nothing more is shown, as nothing more is taken.
      var count = -1
      while try terminal.written().count != count {
        count = try terminal.written().count
        Thread.sleep(forTimeInterval: 0.5)
      }
      try terminal.press("C-c")
      try terminal.waitFor("that waited to be sent were thrown away")
      try terminal.enter("/reset")
      #expect(try peer.waitForEnd() == .reset)
      try terminal.enter("/reconnect")
      try peer.accept()
      try terminal.enter("typed")
      try peer.waitFor(ending: "typed\n")
      #expect(!FileManager.default.fileExists(atPath: terminal.directory.path(of: "pasted")))
    }
  }

  @Test func `a history that somebody else holds delays nothing`() async throws {
    try await atPrompt { terminal, peer in
      try terminal.enter("first")
      try peer.waitFor("first\n")
      let file = terminal.directory.path(of: ".local/state/sockcat/history")
      try terminal.waitUntil("it is in the history") { _ in
        FileManager.default.fileExists(atPath: file)
      }
      var launch = ChildProgram.Launch(["flock", file, "sh", "-c", "echo held; read line"])
      launch.input = .pipe
      let holder = try ChildProgram(launch)
      try holder.waitForMatch(of: "held", in: .output)
      let begun = ContinuousClock.now
      for number in 1...3 { try terminal.enter("line \(number)") }
      try peer.waitFor("first\nline 1\nline 2\nline 3\n", within: .seconds(3))
      #expect(ContinuousClock.now - begun < .seconds(3))
      peer.close()
      try terminal.waitFor("the peer has ended")
      try holder.feed(Array("go\n".utf8))
      #expect(try terminal.status() == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text == "first\nline 1\nline 2\nline 3\n")
    }
  }
}
