import Foundation
import Scripting
import Testing

@Suite struct SecretReportTests {
  private static let secret = "hunter2"

  /// A failure that has the secret in each of its parts.
  private static func failure(_ received: [UInt8], _ nearMiss: NearMiss) -> ScriptFailure {
    ScriptFailure(
      expected: ScriptFailure.Expected(
        "\"235 \(secret)\"", received: received, receivedCount: received.count, waited: .seconds(1),
        nearMiss: nearMiss),
      at: Place(line: 7, column: 1), peer: secret, callers: [Place(line: 6, column: 1)])
  }

  private static func runs(_ received: [UInt8]) -> [ScriptRun] {
    let nearMiss = NearMiss(
      offset: 0, matchedCount: 3, expected: Array("ter2 is".utf8), received: Array("ter2 ok".utf8))
    let result = ScriptResult(
      .failed(failure(received, nearMiss)),
      steps: [ScriptStep("log in as hunter2", at: Place(line: 6, column: 1))],
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
    for received in [Array("hunter2 ok".utf8), Array("hunter2 ok".utf8) + [0, 0xff]] {
      let report = reporter.report(Self.runs(received), as: format, elapsed: .seconds(1))
      #expect(!report.contains("hunter"))
      #expect(!report.contains("ter2"))
      #expect(!report.contains("68 75 6e"))
      #expect(!report.contains(Data(received).base64EncodedString().prefix(8)))
      #expect(report.contains("*******"))
    }
  }

  @Test func `the end of a secret that was cut is masked too`() {
    let expected = ScriptFailure.Expected(
      "eof", received: Array("ter2 ok".utf8), receivedCount: 100, waited: .seconds(1))
    let failure = ScriptFailure(expected: expected, at: Place(line: 11, column: 1))
    let reporter = Reports.reporter(secrets: [Array(Self.secret.utf8)])
    let text = reporter.text(of: Reports.run([Reports.result(failure)]))
    #expect(text.contains("\"**** ok\""))
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
