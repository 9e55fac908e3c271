import Glibc
import Sockets
import TestSupport
import Testing

@testable import Serving

@Suite struct ChildProcessEndTests {
  /// A program that writes a line when it is ready, and lives until it is killed.
  private static let stubborn = ProgramLaunch.shell(
    "trap '' TERM; echo $$; while :; do sleep 60; done"
  ).withOutputPipe

  /// A program whose child ignores SIGTERM, and tells its number; the program itself does not.
  private static let parent = ProgramLaunch.shell(
    "(trap '' TERM; sh -c 'echo $$; exec sleep 60') & wait"
  ).withOutputPipe

  private static func firstNumber(of child: ChildProcess) async throws -> Int32 {
    var text = ""
    while !text.hasSuffix("\n"), let more = try await child.standardOutput?.read(limit: 64) {
      text += String(decoding: more, as: UTF8.self)
    }
    guard let number = Int32(text.dropLast()) else { throw TestError("no number: \(text)") }
    return number
  }

  @Test func `a signal reaches the whole group`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess(Self.parent, on: loop)
      let grandchild = try await Self.firstNumber(of: child)
      child.kill(SIGKILL)
      #expect(await child.wait() == .signalled(SIGKILL))
      await untilGone(grandchild, on: loop)
      // Its number may be somebody else's now.
      child.kill(SIGKILL)
    }
  }

  @Test(arguments: EndOfProcess.allCases)
  func `what ignores SIGTERM is killed after the grace`(way: EndOfProcess) async throws {
    try await onLoop { loop in
      let child = try way.child(Self.stubborn, on: loop)
      _ = try await Self.firstNumber(of: child)
      let start = Deadline.now
      child.terminate(grace: .milliseconds(200))
      child.terminate(grace: .zero)
      #expect(await child.wait() == .signalled(SIGKILL))
      #expect(Deadline.now.since(start) >= .milliseconds(200))
    }
  }

  @Test(arguments: EndOfProcess.allCases)
  func `what ignores SIGTERM and outlives its parent is killed too`(way: EndOfProcess)
    async throws
  {
    try await onLoop { loop in
      let child = try way.child(Self.parent, on: loop)
      let grandchild = try await Self.firstNumber(of: child)
      child.terminate(grace: .milliseconds(100))
      #expect(await child.wait() == .signalled(SIGTERM))
      await child.waitForTermination()
      await untilGone(grandchild, on: loop)
    }
  }

  @Test func `a group that goes willingly is not waited for longer`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess(.shell("sleep 60 & sleep 60 & wait"), on: loop)
      await child.waitForTermination()
      child.terminate(grace: .seconds(600))
      await child.waitForTermination()
      #expect(child.exitReason == .signalled(SIGTERM))
    }
  }

  @Test func `what nobody waits for any more is killed and reaped`() async throws {
    try await onLoop { loop in
      var child: ChildProcess? = try ChildProcess(Self.parent, on: loop)
      let numbers = [try #require(child).number, try await Self.firstNumber(of: #require(child))]
      child = nil
      for number in numbers { await untilGone(number, on: loop) }
      while isChild(numbers[0]) { await loop.yield() }
    }
  }

  @Test(arguments: EndOfProcess.allCases)
  func `many starts leave no descriptor and no zombie`(way: EndOfProcess) async throws {
    try await onLoop { loop in
      // Other tests open and close beside: of 50 lost ones most would show.
      let before = try openDescriptorCount()
      for _ in 0..<50 {
        var launch = ProgramLaunch("cat").withOutputPipe
        launch.standardInput = .pipe
        launch.standardError = .pipe
        let child = try way.child(launch, on: loop)
        child.standardInput?.close()
        #expect(try await child.standardOutput?.readToEnd() == [])
        #expect(await child.wait() == .exited(0))
        #expect(!isChild(child.number))
      }
      for _ in 0..<50 { _ = try? ChildProcess(ProgramLaunch("/nowhere").withOutputPipe, on: loop) }
      try await untilFewer(than: before + 25, on: loop)
    }
  }
}
