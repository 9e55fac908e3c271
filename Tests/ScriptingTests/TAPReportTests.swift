import Foundation
import Scripting
import Testing

@Suite struct TAPReportTests {
  @Test func `a point for each script, with the facts of a failure in a block`() {
    let report = Reports.reporter().tap(of: [
      Reports.run([Reports.result(seconds: 0.12)], named: "good.sct"),
      Reports.run([Reports.result(Reports.reset)]),
      ScriptRun("left #1.sct", .skipped("filtered out")),
    ])
    #expect(
      report == ##"""
        TAP version 14
        1..3
        ok 1 - good.sct
          ---
          duration_ms: 120.000
          ...
        # greet
        # send the mail
        not ok 2 - smtp.sct
          ---
          message: "backend: expected \"235 \": connection reset"
          file: "smtp.sct"
          line: 7
          column: 1
          status: 5
          duration_ms: 2120.000
          details:
            - "# greet"
            - "# send the mail"
            - "FAIL smtp.sct:7:1: backend: expected \"235 \": connection reset"
            - "     5  # log in"
            - "     6  send \"AUTH hunter2\\r\\n\""
            - " >   7  expect \"235 \""
            - "    failed after 2.12 s"
          ...
        ok 3 - left \#1.sct # SKIP filtered out

        """##)
  }

  @Test func `what something else has ended has its place`() {
    let report = Reports.reporter().tap(of: [Reports.stopped])
    #expect(
      report == ##"""
        TAP version 14
        1..1
        # greet
        # log in (3 times)
        not ok 1 - smtp.sct
          ---
          message: "interrupted after 3.00 s"
          file: "smtp.sct"
          line: 11
          column: 1
          duration_ms: 3000.000
          details:
            - "# greet"
            - "# log in (3 times)"
            - "stop smtp.sct:11:1: backend: interrupted after 3.00 s"
            - "     9  # send the mail"
            - "    10  send \"MAIL FROM:<a@example.org>\\r\\n\""
            - " >  11  expect \"250 OK\\r\\n\" within 2s"
            - "    from smtp.sct:2:1: expect \"220 \""
          ...

        """##)
  }

  @Test func `each line is one of the protocol`() throws {
    let report = Reports.reporter(showsSteps: true).tap(of: Reports.all)
    var lines = report.split(separator: "\n", omittingEmptySubsequences: false)[...]
    #expect(lines.popFirst() == "TAP version 14")
    #expect(lines.popFirst() == "1..6")
    #expect(lines.popLast() == "")
    var points: [Substring] = []
    var isInBlock = false
    for line in lines {
      if isInBlock {
        #expect(line.hasPrefix("  "), "\(line)")
        isInBlock = line != "  ..."
        if let quote = line.firstIndex(of: "\"") {
          #expect(isJSONString(line[quote...]), "\(line)")
        }
      } else if line == "  ---" {
        #expect(!points.isEmpty)
        isInBlock = true
      } else if !line.hasPrefix("#") {
        points.append(line)
      }
    }
    #expect(!isInBlock)
    #expect(
      points == [
        "ok 1 - good.sct", "not ok 2 - smtp.sct", ##"not ok 3 - a<b>&"\#\\.sct"##,
        "not ok 4 - broken.sct", "ok 5 - left.sct # SKIP filtered out",
        #"not ok 6 - stopped\\x1b.sct"#,
      ])
  }

  @Test func `repetitions have counts and times`() {
    let report = Reports.reporter().tap(of: [Reports.all[2]])
    for line in [
      "verdict: \"flaky\"", "runs: 3", "failures: 1", "fastest_ms: 2120.000", "median_ms: 2120.000",
      "slowest_ms: 2120.000",
    ] {
      #expect(report.contains("\n  \(line)\n"))
    }
  }

  private func isJSONString(_ text: Substring) -> Bool {
    // Only whether it is one matters here, not what is wrong with it.
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) is String
  }
}
