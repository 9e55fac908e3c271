import TestSupport
import Testing

@Suite struct ScriptRunnerTests {
  private func report(_ text: String) async -> String? {
    let script = Script(name: "test.txt", text: Array(text.utf8))
    return await onThread { ScriptRunner.run(script, sockcat: "/bin/false")?.description }
  }

  @Test func `a report shows finished phases by name and the broken one in full`() async {
    let report = await report(
      """
      # first phase
      printf unseen
      # second phase
      printf seen
      stdout unseen
      printf never
      """)
    #expect(
      report == """
        # first phase
        # second phase
        > printf seen
        [printf: status 0]
        [printf: stdout]
        seen
        FAIL > stdout unseen
        FAIL test.txt:5: stdout does not match 'unseen'
        """)
  }

  @Test(arguments: [
    ("false", "false ended with status 1"),
    ("! true", "true ended with status 0"),
    ("sh 'kill -9 $$'", "sh ended with status 137"),
    ("no-such-program", "cannot run no-such-program: No such file or directory"),
    ("cat < nothing", "No such file or directory"),
    ("true\nstatus 1", "status is 0, not 1"),
    ("stdout .", "no program has finished yet"),
    ("printf abc\nstdout-is \"abd\"", "differ from byte 3 on: \"c\" and \"d\""),
    ("printf abc\nstdout '('", "bad pattern '('"),
    ("printf $NOTHING", "no variable $NOTHING"),
    ("printf 'open", "no closing '"),
    ("wait nobody", "no background program nobody"),
    ("mode .", "usage: mode FILE OCTAL"),
    ("! status 1", "status takes no !"),
    ("sleep 60 &a&", "a still runs at the end"),
    ("sleep 60 &a&\nsleep 60 &a&", "a already runs"),
    ("sh 'exit 4' &a&\nawait a never", "a ended with status 4 before stderr matched 'never'"),
    ("true &a&\nwait a\nfeed a 'x'", "a has no pipe to feed"),
    ("stdin pipe\ntrue &a&\nwait a\nfeed a 'x'", "a has ended and cannot be fed"),
    ("exists nothing", "/nothing is not there"),
    ("mkfifo f\ncat < f", "/f is a FIFO"),
  ])
  func `a script fails with its reason`(text: String, reason: String) async {
    let report = await report(text)
    #expect(report?.split(separator: "\n").last?.contains(reason) == true, "\(report ?? "passed")")
  }

  @Test func `a failure shows what background programs wrote`() async {
    let report = await report("sh 'echo ready >&2; sleep 60' &server&\nawait server ready\nfalse")
    #expect(report?.contains("[server: still running]\n[server: stderr]\nready\n") == true)
  }

  @Test func `a long output is cut in the middle`() async {
    let report = await report("sh 'head -c 10000 /dev/zero | tr \"\\0\" x; echo end; exit 1'")
    #expect(report?.contains("x\n… 5908 bytes …\nx") == true)
    #expect(report?.contains("xend\nFAIL test.txt:1") == true)
  }

  @Test func `the output of a program is shown though it ran in an earlier phase`() async {
    let report = await report("# one\nprintf seen\n# two\nstdout x")
    #expect(report?.hasPrefix("# one\n# two\nFAIL > stdout x\n[printf: status 0]") == true)
    #expect(report?.contains("[printf: stdout]\nseen\n") == true)
  }

  @Test func `no process of a script survives it`() async throws {
    let directory = try TemporaryDirectory()
    let lock = directory.path(of: "lock")
    let report = await report(
      """
      sh 'flock \(lock) sh -c "echo locked >&2; sleep 60" & wait' &a&
      await a locked
      allow-running a
      """)
    #expect(report == nil)
    #expect(try ChildProgram("flock", "--timeout", "10", lock, "true").wait().status == 0)
  }
}
