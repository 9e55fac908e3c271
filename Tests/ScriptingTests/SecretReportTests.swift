import Scripting
import Testing

@Suite struct SecretReportTests {
  private static let secret = "hunter2"

  /// A failure that has the secret in each of its parts but for what came, which has none any more.
  private static let failure = ScriptFailure(
    expected: ScriptFailure.Expected(
      "\"235 \(secret)\"", received: Array("1".utf8), receivedCount: 1, waited: .seconds(1)),
    at: Place(line: 7, column: 1), peer: secret, callers: [Place(line: 6, column: 1)])

  private static var runs: [ScriptRun] {
    let result = ScriptResult(
      .failed(failure), steps: [ScriptStep("log in as hunter2", at: Place(line: 6, column: 1))],
      duration: .seconds(1))
    let error = ScriptError(
      "no hunter2", line: 1, column: 6, sourceLine: "send hunter2", hint: secret)
    return [
      Reports.run([result], named: secret, of: Reports.script(Reports.source, name: secret)),
      ScriptRun(secret, .malformed([ScriptFileError(error, in: secret)])),
      ScriptRun(secret, .skipped(secret)),
    ]
  }

  @Test(arguments: ReportFormat.allCases)
  func `no format shows a secret anywhere`(format: ReportFormat) {
    let reporter = Reports.reporter(secrets: [Array(Self.secret.utf8), []], showsSteps: true)
    let report = reporter.report(Self.runs, as: format, elapsed: .seconds(1))
    #expect(!report.contains("hunter"))
    #expect(report.contains("*******"))
  }

  @Test(arguments: [
    ("a\"b\\", #"send "a\"b\\""#, #"send "******""#),
    ("k\u{e4}se", "send \"k\u{e4}se\"", "send \"*****\""),
    ("\u{1}\u{2}\u{3}", "send hex 01 02 03", "send hex ********"),
    ("\u{1}\u{2}\u{3}", #"send "\x01\x02\x03""#, #"send "************""#),
    ("aa", "send aaa", "send ***"),
  ])
  func `secrets are found as scripts write them`(secret: String, line: String, shown: String) {
    let failure = ScriptFailure(.expectation, line, at: Place(line: 1, column: 1))
    let result = ScriptResult(.failed(failure), steps: [], duration: .zero)
    let reporter = Reports.reporter(secrets: [Array(secret.utf8)])
    let text = reporter.text(of: Reports.run([result], of: Reports.script(line)))
    #expect(text.hasPrefix("FAIL smtp.sct:1:1: \(shown)\n"), "\(text)")
    #expect(text.contains(" >   1  \(shown)\n"), "\(text)")
  }
}
