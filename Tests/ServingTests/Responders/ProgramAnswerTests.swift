import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct ProgramAnswerTests {
  private func run(
    _ command: String, _ message: String = "hello", limit: Int = 1000
  ) async throws -> (answer: String, reason: ExitReason) {
    try await onLoop { loop in
      let (answer, reason) = try await ProgramAnswer.run(
        .shell(command), reading: Array(message.utf8), limit: limit, on: loop)
      return (String(decoding: answer, as: UTF8.self), reason)
    }
  }

  @Test func `all that it writes is the answer`() async throws {
    let (answer, reason) = try await run("tr a-z A-Z; printf more; exit 3")
    #expect(answer == "HELLOmore")
    #expect(reason == .exited(3))
  }

  @Test func `it need not read, nor write`() async throws {
    let message = String(repeating: "x", count: 300_000)
    #expect(try await run("exit 0", message).answer == "")
    #expect(try await run("head -c 3", message).answer == "xxx")
  }

  @Test func `an answer that is too long ends it`() async throws {
    try await onLoop { loop in
      let error = await streamError {
        _ = try await ProgramAnswer.run(
          .shell("echo $$ >&2; cat /dev/zero"), reading: [], limit: 5000, on: loop)
      }
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("no cause")
        return
      }
      #expect(cause is AnswerTooLong)
    }
  }

  @Test func `one that cannot be started says so`() async throws {
    try await onLoop { loop in
      let error = await streamError {
        _ = try await ProgramAnswer.run(
          ProgramLaunch("no-such-program-here"), reading: [], limit: 1, on: loop)
      }
      #expect(error?.errno == .noSuchFileOrDirectory)
      #expect(error?.operation == .start)
    }
  }
}
