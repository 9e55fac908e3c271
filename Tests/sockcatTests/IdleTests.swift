import Foundation
import Glibc
import TestSupport
import Testing

/// While nothing happens, nothing runs: no timer ticks, no descriptor is looked at again and again.
///
/// The kernel counts how often each thread has given up its processor; a thread that waits and is
/// not woken does not count on. That nothing happens can only be seen by waiting for it.
@Suite(.serialized) struct IdleTests {
  private static let sockcat = LinkedPrograms.release ?? ScriptTests.sockcat
  private static let watchTime: UInt32 = 2_000_000

  /// How often the threads of a process have begun to wait.
  private static func waits(of process: Int32) throws -> [String: Int] {
    let folder = "/proc/\(process)/task"
    var counts: [String: Int] = [:]
    for task in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let status = try String(contentsOfFile: "\(folder)/\(task)/status", encoding: .utf8)
      let name = "voluntary_ctxt_switches:"
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
      counts[task] = line.split(separator: "\t").last.flatMap { Int($0) }
    }
    return counts
  }

  /// Waits until a process has come to rest, and expects that it stays there.
  private static func expectRest(of process: Int32) throws {
    var before = try waits(of: process)
    for _ in 0..<100 {
      usleep(100_000)
      let now = try waits(of: process)
      if now == before { break }
      before = now
    }
    usleep(watchTime)
    #expect(try waits(of: process) == before)
  }

  @Test(
    arguments: [
      ["listen", "127.0.0.1:0", "-v"], ["listen", "127.0.0.1:0", "-v", "-k"],
      ["listen", "127.0.0.1:0", "-v", "-k", "--echo"], ["udp-recv", "127.0.0.1:0", "-v"],
    ])
  func `a server that nobody asks does not wake`(arguments: [String]) async throws {
    try await blocking {
      let program = try Self.started(arguments)
      try program.waitForMatch(of: "listening on", in: .error)
      try Self.expectRest(of: program.process)
    }
  }

  @Test(arguments: [["connect"], ["connect", "-x", "--stats", "json"]])
  func `a connection on which nothing moves does not wake`(arguments: [String]) async throws {
    try await blocking {
      let peer = try TestPeer()
      let program = try Self.started(arguments + ["127.0.0.1:\(peer.port)"])
      try peer.accept()
      try program.feed("to\n".utf8)
      try peer.waitFor("to\n")
      try peer.send("from\n")
      try program.waitForMatch(of: "from", in: .output)
      try Self.expectRest(of: program.process)
    }
  }

  @Test func `a connection that has moved much does not wake after it`() async throws {
    try await blocking {
      let peer = try TestPeer()
      let program = try Self.started(["connect", "127.0.0.1:\(peer.port)"])
      try peer.accept()
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 18)
      for _ in 0..<16 {
        try program.feed(piece)
        try peer.waitFor(piece)
        peer.forget()
        try peer.send(piece)
      }
      try program.feed("end\n".utf8)
      try peer.waitFor("end\n")
      try Self.expectRest(of: program.process)
    }
  }

  @Test func `a datagram sender whose input is open does not wake`() async throws {
    try await blocking {
      let program = try Self.started(["udp-send", "127.0.0.1:9"])
      try program.waitForMatch(of: "waiting for the end of the input")
      try Self.expectRest(of: program.process)
    }
  }

  @Test func `a prompt at which nobody types does not wake`() async throws {
    try await atPrompt { terminal, _ in
      try Self.expectRest(of: try terminal.process())
    }
  }

  private static func started(_ arguments: [String]) throws -> ChildProgram {
    var launch = ChildProgram.Launch([sockcat] + arguments)
    launch.input = .pipe
    return try ChildProgram(launch)
  }
}
