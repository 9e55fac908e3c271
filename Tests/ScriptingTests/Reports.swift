import Scripting
import Sockets
import SystemPackage

/// Scripts, results and a reporter that the tests of reports begin with.
enum Reports {
  static let source = """
    # greet
    expect "220 "
    send "HELO a\\r\\n"

    # log in
    send "AUTH hunter2\\r\\n"
    expect "235 "

    # send the mail
    send "MAIL FROM:<a@example.org>\\r\\n"
    expect "250 OK\\r\\n" within 2s
    """

  static let script = script(source)

  static let steps = [
    ScriptStep("greet", at: Place(line: 2, column: 1), duration: .milliseconds(120)),
    ScriptStep("log in", at: Place(line: 6, column: 1), duration: .microseconds(3400), count: 3),
    ScriptStep("send the mail", at: Place(line: 10, column: 1), duration: .seconds(2)),
  ]

  static func script(_ source: String, name: String = "smtp.sct") -> Script {
    Script([], files: [ScriptFile(name: name, source: ScriptSource(source))])
  }

  static func reporter(
    secrets: [[UInt8]] = [], showsSteps: Bool = false
  ) -> Reporter {
    let words = Reporter.Words(text: { _ in "connection reset" }, status: { _ in 5 })
    return Reporter(words, secrets: secrets, showsSteps: showsSteps)
  }

  static func expected(
    _ received: String, _ nearMiss: NearMiss? = nil, hasEnded: Bool = false
  ) -> ScriptFailure.Expected {
    expected(bytes: Array(received.utf8), nearMiss, hasEnded: hasEnded)
  }

  static func expected(
    bytes: [UInt8], of count: Int? = nil, _ nearMiss: NearMiss? = nil, hasEnded: Bool = false
  ) -> ScriptFailure.Expected {
    ScriptFailure.Expected(
      "\"250 OK\\r\\n\"", received: bytes, receivedCount: count ?? bytes.count,
      waited: .seconds(2), hasEnded: hasEnded, nearMiss: nearMiss)
  }

  static let nearMiss = NearMiss(
    offset: 0, matchedCount: 4, expected: Array("OK\r\n".utf8),
    received: Array("2.1.0 Sender accepted\r\n".utf8))

  static let failure = ScriptFailure(
    expected: expected("250 2.1.0 Sender accepted\r\n", nearMiss),
    at: Place(line: 11, column: 1))

  static func result(_ failure: ScriptFailure? = nil, seconds: Double = 2.12) -> ScriptResult {
    ScriptResult(
      failure.map { .failed($0) } ?? .passed, steps: steps,
      duration: .milliseconds(Int(seconds * 1000)))
  }

  static func run(
    _ results: [ScriptResult], named name: String = "smtp.sct", of script: Script = script,
    per repetition: ScriptRun.Repetition = .run
  ) -> ScriptRun {
    ScriptRun(name, .ran(script, results, per: repetition))
  }

  static let malformed = ScriptRun(
    "broken.sct",
    .malformed([
      ScriptFileError(
        ScriptError("unknown statement", line: 1, column: 1, sourceLine: "sned x", hint: "send"),
        in: "broken.sct"),
      ScriptFileError(
        ScriptError("no such variable", line: 3, column: 6, sourceLine: "send user"),
        in: "part.sct"),
    ]))

  /// One of each verdict, and names that mean something to the formats.
  static let all = [
    run([result(seconds: 0.12)], named: "good.sct"), run([result(failure)]),
    run([result(), result(failure), result()], named: "a<b>&\"#\\.sct"), malformed,
    ScriptRun("left.sct", .skipped("filtered out")),
    run([ScriptResult(.cancelled, steps: [], duration: .seconds(1))], named: "stopped\u{1b}.sct"),
  ]

  /// A run that a signal ended in its third step, while it waited.
  static let stopped: ScriptRun = {
    var result = ScriptResult(.cancelled, steps: steps, duration: .seconds(3))
    let cause = StreamError(.read, .endpoint("a"), .cancelled)
    result.interruption = ScriptFailure(
      .stream(cause), "", at: Place(line: 11, column: 1), peer: "backend",
      callers: [Place(line: 2, column: 1)])
    return run([result])
  }()

  static let reset = ScriptFailure(
    .stream(StreamError(.read, .endpoint("a"), .system(.connectionReset))), "expected \"235 \"",
    at: Place(line: 7, column: 1), peer: "backend")
}
