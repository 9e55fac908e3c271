import Foundation
import TestSupport
import Testing

/// The program as `make plain` leaves it, which was built without readline.
private let plainProgram = ProcessInfo.processInfo.environment["SOCKCAT_PLAIN"]

/// What is left without readline, and that readline is really left out.
///
/// `make test` names the program; without it there is nothing to look at.
@Suite(.enabled(if: plainProgram != nil), .timeLimit(.minutes(10))) struct PlainBuildTests {
  @Test func `it needs no readline`() throws {
    let ldd = try ChildProgram("ldd", try #require(plainProgram))
    #expect(try ldd.status() == 0)
    let libraries = String(decoding: ldd.contents(of: .output), as: UTF8.self)
    #expect(libraries.contains("libc.so"))
    #expect(!libraries.contains("readline") && !libraries.contains("tinfo"))
  }

  @Test func `on a terminal it says what is missing, and converses`() async throws {
    let program = try #require(plainProgram)
    try await onThread {
      Result { try Self.converse(program) }
    }.get()
  }

  private static func converse(_ program: String) throws {
    let listener = try TmuxTerminal(program, "listen", "0")
    defer { listener.end() }
    let port = try listener.waitForMatch(of: #"listening on 127\.0\.0\.1:([0-9]+)"#)[1]
    let caller = try TmuxTerminal(program, "connect", "127.0.0.1:" + port)
    defer { caller.end() }
    for terminal in [listener, caller] {
      try terminal.waitForMatch(
        of: "^sockcat: built without readline: .* commands$", joiningWrappedLines: true)
    }
    try caller.type("/quit is text here")
    try caller.press("Enter")
    try listener.waitForMatch(of: "^/quit is text here$")
    try listener.type("an answer")
    try listener.press("Enter")
    try caller.waitForMatch(of: "^an answer$")
    try caller.press("C-d")
    #expect(try listener.status() == 0)
    #expect(try caller.status() == 0)
    let (before, after) = try caller.terminalStates()
    #expect(before == after)
  }

  @Test func `in a pipe it says nothing of it`() throws {
    let program = try #require(plainProgram)
    let listener = try ChildProgram(program, "listen", "0", "--data", "hello")
    let port = try listener.waitForMatch(of: #"listening on 127\.0\.0\.1:([0-9]+)"#)[1]
    let caller = try ChildProgram(program, "connect", "127.0.0.1:" + port, "--recv-only")
    #expect(try caller.status() == 0)
    #expect(caller.contents(of: .output) == Array("hello".utf8))
    #expect(caller.contents(of: .error).isEmpty)
  }
}
