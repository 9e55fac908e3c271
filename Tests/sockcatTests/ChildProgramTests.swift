import Glibc
import TestSupport
import Testing

@Suite struct ChildProgramTests {
  @Test func `outputs are captured apart`() throws {
    let program = try ChildProgram("sh", "-c", "echo out; echo err >&2; exit 7")
    #expect(try program.wait().status == 7)
    #expect(program.contents(of: .output) == Array("out\n".utf8))
    #expect(program.contents(of: .error) == Array("err\n".utf8))
  }

  @Test func `a signal counts as 128 and its number`() throws {
    let program = try ChildProgram("sleep", "60")
    program.signal(SIGTERM)
    #expect(try program.wait().status == 128 + SIGTERM)
  }

  @Test func `a match is awaited and gives its groups`() throws {
    let program = try ChildProgram("sh", "-c", "printf 'port 12'; echo 34; exec sleep 60")
    #expect(
      try program.waitForMatch(of: "port ([0-9]+)\n", in: .output) == ["port 1234\n", "1234"])
    #expect(!program.hasEnded)
    #expect(program.end().status == 128 + SIGKILL)
  }

  @Test func `waiting ends at its limit`() throws {
    let program = try ChildProgram("sleep", "60")
    #expect(throws: TestError.self) { try program.status(within: .milliseconds(20)) }
    #expect(throws: TestError.self) {
      try program.waitForMatch(of: "x", within: .milliseconds(20))
    }
  }

  @Test func `more than a pipe holds can be fed`() throws {
    var launch = ChildProgram.Launch(["wc", "-c"])
    launch.input = .pipe
    let program = try ChildProgram(launch)
    try program.feed(repeatElement(0, count: 300_000))
    program.closeInput()
    #expect(try program.wait().status == 0)
    #expect(program.contents(of: .output) == Array("300000\n".utf8))
  }

  @Test func `feeding a program that closed its input fails`() throws {
    var launch = ChildProgram.Launch(["sh", "-c", "exec <&-; echo closed >&2; exec sleep 60"])
    launch.input = .pipe
    let program = try ChildProgram(launch)
    try program.waitForMatch(of: "closed")
    #expect(throws: TestError("cannot feed sh: Broken pipe")) {
      try program.feed(repeatElement(0, count: 300_000))
    }
  }

  @Test func `peak memory is measured`() throws {
    var launch = ChildProgram.Launch([
      "sh", "-c", "x=$(head -c 20000000 /dev/zero | tr '\\0' x); echo done; read -r _",
    ])
    launch.input = .pipe
    let program = try ChildProgram(launch)
    #expect(try #require(program.peakResidentKiB) < 19_000)
    try program.waitForMatch(of: "done", in: .output)
    #expect(try #require(program.peakResidentKiB) > 19_000)
    #expect(program.end().peakResidentKiB > 19_000)
    #expect(program.peakResidentKiB == nil)
  }

  @Test func `a child inherits neither descriptors nor signal settings`() throws {
    let leak = dup2(1, 200)
    defer { close(leak) }
    let program = try ChildProgram(
      "sh", "-c", "ls /proc/self/fd | wc -l; grep -E 'Sig(Ign|Blk)' /proc/self/status")
    try program.wait()
    // The C library ignores its own two signals, 32 and 33, in what it spawns.
    let pattern = "^4\nSigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n"
    #expect(try firstMatch(of: pattern, in: program.contents(of: .output)) != nil)
  }

  @Test func `a temporary directory goes with its owner`() throws {
    let path = try {
      let directory = try TemporaryDirectory()
      try directory.write("x".utf8, to: "a/b/c")
      #expect(try directory.read("a/b/c") == Array("x".utf8))
      return directory.path
    }()
    #expect(access(path, F_OK) != 0)
  }
}
