import Glibc
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct ChildProcessTests {
  static let endings: [(ProgramLaunch, ExitReason)] = [
    (ProgramLaunch("true"), .exited(0)),
    (ProgramLaunch("false"), .exited(1)),
    (ProgramLaunch("/bin/sh", ["-c", "exit 255"]), .exited(255)),
    (.shell("kill -9 $$"), .signalled(SIGKILL)),
    (.shell("kill -PIPE $$"), .signalled(SIGPIPE)),
  ]

  @Test(arguments: endings, EndOfProcess.allCases)
  func `its end is told to all who wait, and no zombie stays`(
    ending: (launch: ProgramLaunch, reason: ExitReason), way: EndOfProcess
  ) async throws {
    let (launch, reason) = ending
    try await onLoop { loop in
      let child = try way.child(launch, on: loop)
      async let first = child.wait()
      async let second = child.wait()
      #expect(await first == reason)
      #expect(await second == reason)
      #expect(await child.wait() == reason)
      #expect(child.exitReason == reason)
      #expect(!isChild(child.number))
    }
  }

  @Test(arguments: EndOfProcess.allCases)
  func `whoever stops waiting takes nothing from others`(way: EndOfProcess) async throws {
    try await onLoop { loop in
      var launch = ProgramLaunch("cat")
      launch.standardInput = .pipe
      launch.standardOutput = .null
      let child = try way.child(launch, on: loop)
      let waiting = Task(executorPreference: loop) { await child.wait() }
      await loop.yield()
      waiting.cancel()
      #expect(await waiting.value == nil)
      child.standardInput?.close()
      #expect(await child.wait() == .exited(0))
    }
  }

  static let missing: [(String, Errno)] = [
    ("sockcat-has-no-such-program", .noSuchFileOrDirectory),
    ("/nowhere/at/all", .noSuchFileOrDirectory),
    ("/etc/passwd", .permissionDenied),
    ("/tmp", .permissionDenied),
    ("", .noSuchFileOrDirectory),
    ("cat\0", .invalidArgument),
  ]

  @Test(arguments: missing)
  func `what cannot be executed is said with its name`(name: String, errno: Errno) async throws {
    try await onLoop { loop in
      let error = await streamError { try ChildProcess(ProgramLaunch(name), on: loop) }
      #expect(error?.operation == .start)
      #expect(error?.subject == .program(name))
      #expect(error?.errno == errno)
    }
  }

  @Test func `a script without an interpreter's name is the shell's`() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("echo \"$1\"; exit 3\n".utf8, to: "script")
    chmod(directory.path(of: "script"), 0o755)
    let path = directory.path(of: "script")
    let (text, reason) = try await onLoop { loop in
      try await output(of: ProgramLaunch(path, ["a  b"]), on: loop)
    }
    #expect(text == "a  b\n")
    #expect(reason == .exited(3))
  }

  @Test func `arguments are not parsed again`() async throws {
    let (text, _) = try await onLoop { loop in
      try await output(of: ProgramLaunch("printf", ["%s,", "$HOME", "a b", "*", ""]), on: loop)
    }
    #expect(text == "$HOME,a b,*,,")
  }

  @Test func `variables are replaced and added, the rest is inherited`() async throws {
    var launch = ProgramLaunch.shell(
      "echo \"$HOME|$SOCKCAT_PORT|${PATH:+path}\"; env | grep -c ^HOME=")
    launch.environment = ["HOME": "/else=where", "SOCKCAT_PORT": "1"]
    let (text, _) = try await onLoop { [launch] loop in try await output(of: launch, on: loop) }
    #expect(text == "/else=where|1|path\n1\n")
  }

  @Test func `no signal is blocked or ignored in the child`() async throws {
    let (text, _) = try await onLoop { loop in
      // SIGPIPE is blocked on the thread of a test's loop.
      try await output(
        of: ProgramLaunch("sed", ["-nE", "s/Sig(Blk|Ign):.//p", "/proc/self/status"]), on: loop)
    }
    let masks = text.split(separator: "\n").map { UInt64($0, radix: 16) }
    // The two that glibc keeps for its threads, which no program may use.
    let internalSignals: UInt64 = 0b11 << 31
    #expect(masks.count == 2)
    #expect(masks.allSatisfy { ($0 ?? .max) & ~internalSignals == 0 })
  }

  @Test func `the child leads a group of its own and has no other descriptor of ours`()
    async throws
  {
    try await onLoop { loop in
      let other = fcntl(0, F_DUPFD, 100)
      defer { close(other) }
      let launch = ProgramLaunch.shell("echo $$; cut -d' ' -f5 /proc/$$/stat; ls /proc/$$/fd")
      let words = try await output(of: launch, on: loop).text.split(separator: "\n")
      #expect(words.count == 5)
      #expect(words.first == words.dropFirst().first)
      #expect(words.dropFirst(2).elementsEqual(["0", "1", "2"]))
    }
  }

  @Test func `standard error is merged, piped or nothing`() async throws {
    try await onLoop { loop in
      var launch = ProgramLaunch.shell("echo out; echo err >&2")
      launch.standardError = .merge
      #expect(try await output(of: launch, on: loop).text == "out\nerr\n")
      launch.standardError = .null
      #expect(try await output(of: launch, on: loop).text == "out\n")
      launch.standardError = .pipe
      launch.standardOutput = .null
      let child = try ChildProcess(launch, on: loop)
      #expect(try await child.standardError?.readToEnd() == Array("err\n".utf8))
      #expect(await child.wait() == .exited(0))
    }
  }

  @Test func `one socket can be all three standard streams`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(on: loop)
      guard let socket = far.detach() else { throw TestError("no socket") }
      try Descriptor.setNonBlocking(false, of: socket.number)
      var launch = ProgramLaunch.shell("cat; echo end >&2")
      launch.standardInput = .descriptor(socket.number)
      launch.standardOutput = .descriptor(socket.number)
      launch.standardError = .merge
      let child = try ChildProcess(launch, on: loop)
      try socket.close()
      try await near.write(Array("hello\n".utf8))
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == Array("hello\nend\n".utf8))
      #expect(await child.wait() == .exited(0))
    }
  }
}
