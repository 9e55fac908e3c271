import Foundation
import Scripting
import Testing

@Suite struct JSONReportTests {
  @Test func `a line for each script and one for all`() throws {
    let report = Reports.reporter().report(Reports.all, as: .json, elapsed: .milliseconds(1500))
    let lines = try report.split(separator: "\n").map(object)
    #expect(lines.count == 7)
    #expect(
      lines.map { $0["verdict"] as? String }
        == ["passed", "failed", "flaky", "malformed", "skipped", "cancelled", nil])
    #expect(lines.map { $0["status"] as? Int } == [0, 1, 1, 64, nil, nil, 64])
    #expect(
      report.split(separator: "\n").last ?? "" == """
        {"type":"summary","scripts":6,"passed":1,"failed":1,"flaky":1,"malformed":1,"skipped":1,\
        "cancelled":1,"status":64,"seconds":1.5}
        """)
  }

  @Test func `the schema of a failure stays as it is`() {
    let report = Reports.reporter().json(of: Reports.run([Reports.result(Reports.failure)]))
    #expect(
      report == #"""
        {"type":"script","name":"smtp.sct","verdict":"failed","status":1,"seconds":2.12,\#
        "passed":0,"failed":1,"fastest":2.12,"median":2.12,"slowest":2.12,"runs":[\#
        {"outcome":"failed","seconds":2.12,"steps":[\#
        {"file":"smtp.sct","line":2,"column":1,"title":"greet","count":1,"seconds":0.12},\#
        {"file":"smtp.sct","line":6,"column":1,"title":"log in","count":3,"seconds":0.0034},\#
        {"file":"smtp.sct","line":10,"column":1,"title":"send the mail","count":1,"seconds":2.0}],\#
        "failure":{"file":"smtp.sct","line":11,"column":1,"kind":"expectation","status":1,\#
        "message":"expected \"250 OK\\r\\n\" within 2.00 s, and it did not come",\#
        "expected":{"what":"\"250 OK\\r\\n\"","waited":2.0,"ended":false,\#
        "received":{"bytes":27,"text":"250 2.1.0 Sender accepted\u000d\u000a"},\#
        "near-miss":{"offset":0,"alike":4,"expected":{"bytes":4,"text":"OK\u000d\u000a"},\#
        "received":{"bytes":23,"text":"2.1.0 Sender accepted\u000d\u000a"}}}}}]}

        """#)
  }

  @Test func `what something else has ended has its place`() throws {
    let report = Reports.reporter().json(of: Reports.stopped)
    #expect(
      report.hasSuffix(
        """
        "interrupted":{"file":"smtp.sct","line":11,"column":1,"peer":"backend",\
        "callers":[{"file":"smtp.sct","line":2,"column":1}]}}]}

        """))
  }

  @Test func `errors of a script have their places`() throws {
    let run = try object(Reports.reporter().json(of: Reports.malformed)[...])
    let errors = try #require(run["errors"] as? [[String: Any]])
    #expect(errors.map { $0["line"] as? Int } == [1, 3])
    #expect(errors.map { $0["hint"] as? String } == ["send", nil])
  }

  @Test func `bytes that are no text are base64, and no more than 512`() throws {
    let bytes = Array(repeating: UInt8(0xff), count: 600)
    let failure = ScriptFailure(
      expected: Reports.expected(
        bytes: bytes, NearMiss(offset: 0, matchedCount: 0, expected: bytes, received: bytes)),
      at: Place(line: 11, column: 1), peer: "b", callers: [Place(line: 1, column: 1)])
    let run = Reports.run([Reports.result(failure)], per: .client)
    let script = try object(Reports.reporter().json(of: run)[...])
    let clients = try #require(script["clients"] as? [[String: Any]])
    let shown = try #require(clients.first?["failure"] as? [String: Any])
    let expected = try #require(shown["expected"] as? [String: Any])
    let received = try #require(expected["received"] as? [String: Any])
    #expect(received["bytes"] as? Int == 600)
    #expect((received["base64"] as? String)?.count == (512 + 2) / 3 * 4)
    #expect(received["text"] == nil)
    #expect(shown["peer"] as? String == "b")
    #expect((shown["callers"] as? [Any])?.count == 1)
  }

  private func object(_ line: Substring) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }
}
