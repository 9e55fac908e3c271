import Foundation
import FoundationXML
import Scripting
import Testing

@Suite struct JUnitReportTests {
  @Test func `a suite for each script and a case for each run`() throws {
    let elements = try parsed(
      Reports.reporter().junit(of: Reports.all, elapsed: .milliseconds(1234)))
    let root = try #require(elements.first)
    #expect(root.name == "testsuites")
    #expect(
      root.attributes == [
        "name": "sockcat", "tests": "8", "failures": "2", "errors": "2", "skipped": "1",
        "time": "1.234",
      ])
    let suites = elements.filter { $0.name == "testsuite" }.map(\.attributes)
    #expect(suites.map { $0["tests"] } == ["1", "1", "3", "1", "1", "1"])
    #expect(suites.map { $0["failures"] } == ["0", "1", "1", "0", "0", "0"])
    #expect(suites.map { $0["errors"] } == ["0", "0", "0", "1", "0", "1"])
    let cases = elements.filter { $0.name == "testcase" }.map(\.attributes)
    #expect(
      cases.map { $0["name"] } == [
        "good.sct", "smtp.sct", "a<b>&\"#\\.sct (run 1)", "a<b>&\"#\\.sct (run 2)",
        "a<b>&\"#\\.sct (run 3)", "broken.sct", "left.sct", "stopped\\x1b.sct",
      ])
    #expect(cases.first?["time"] == "0.120")
  }

  @Test func `a failure has its message, its kind and the report in full`() throws {
    let elements = try parsed(Reports.reporter().junit(of: Reports.all, elapsed: .zero))
    let failure = try #require(elements.first { $0.name == "failure" })
    #expect(
      failure.attributes == [
        "type": "expectation",
        "message": "expected \"250 OK\\r\\n\" within 2.00 s, and it did not come",
      ])
    #expect(failure.text == Reports.reporter().text(of: Reports.all[1]))
    let errors = elements.filter { $0.name == "error" }
    #expect(errors.map { $0.attributes["type"] } == ["syntax", "cancelled"])
    #expect(errors.first?.text.contains("sned x\n^\nhint: send\n") == true)
    let output = elements.first { $0.name == "system-out" }
    #expect(output?.text.hasPrefix("# greet  0.12 s\n") == true)
  }

  @Test func `a failure below is an error`() throws {
    let elements = try parsed(
      Reports.reporter().junit(of: [Reports.run([Reports.result(Reports.reset)])], elapsed: .zero))
    #expect(elements.first { $0.name == "error" }?.attributes["type"] == "stream")
  }

  @Test func `what something else has ended is an error with its place`() throws {
    let elements = try parsed(Reports.reporter().junit(of: [Reports.stopped], elapsed: .zero))
    let error = try #require(elements.first { $0.name == "error" })
    #expect(
      error.attributes == [
        "type": "cancelled", "message": "smtp.sct:11:1: backend: interrupted after 3.00 s",
      ])
    #expect(error.text == Reports.reporter().text(of: Reports.stopped))
  }

  @Test func `any bytes leave the document valid`() throws {
    let bytes = (0...255).map { UInt8($0) }
    let text = String(decoding: bytes, as: UTF8.self) + "\u{fffe}\u{ffff}\u{10ffff}]]>"
    for received in [bytes, Array(text.utf8), Array("]]></failure>\u{fffe}\u{ffff}".utf8)] {
      let failure = ScriptFailure(
        .expectation, text, at: Place(line: 1, column: 1), peer: text,
        expected: ScriptFailure.Expected(
          text, received: received, receivedCount: received.count, waited: .zero,
          nearMiss: NearMiss(offset: 0, matchedCount: 0, expected: bytes, received: received)))
      let result = ScriptResult(
        .failed(failure), steps: [ScriptStep(text, at: Place(line: 1, column: 1))], duration: .zero)
      let run = Reports.run([result], named: text, of: Reports.script(text, name: text))
      let elements = try parsed(Reports.reporter().junit(of: [run], elapsed: .zero))
      #expect(elements.contains { $0.name == "failure" })
    }
  }

  private func parsed(_ document: String) throws -> [Element] {
    let collector = Collector()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = collector
    try #require(parser.parse(), "\(parser.parserError.debugDescription)\n\(document)")
    return collector.elements
  }
}

private struct Element {
  let name: String
  let attributes: [String: String]
  var text = ""
}

private final class Collector: NSObject, XMLParserDelegate {
  var elements: [Element] = []
  /// Whether what comes is between two tags of the last element.
  private var isInside = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(Element(name: name, attributes: attributes))
    isInside = true
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInside { elements[elements.count - 1].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    isInside = false
  }
}
