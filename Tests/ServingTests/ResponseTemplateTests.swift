import Serving
import Testing

@Suite struct ResponseTemplateTests {
  private func answer(_ text: String, to message: [UInt8] = Array("hé{n}\n".utf8)) -> [UInt8] {
    ResponseTemplate(Array(text.utf8)).answer(
      ResponseTemplate.Facts(
        peer: "127.0.0.1:9", local: "[::1]:8", time: "2026-01-01T00:00:00.000000Z",
        message: message, number: 7))
  }

  @Test(arguments: [
    ("{peer}", "127.0.0.1:9"), ("{local}", "[::1]:8"), ("{time}", "2026-01-01T00:00:00.000000Z"),
    ("{bytes}", "7"), ("{message}", "hé{n}\n"), ("{upper}", "Hé{N}\n"), ("{n}", "7"),
    ("a{n}b{n}c", "a7b7c"), ("{{", "{"), ("{{n}", "{n}"), ("{{{n}", "{7"), ("{{{{", "{{"),
    ("{{}}", "{}}"), ("}", "}"), ("{", "{"), ("{n", "{n"), ("{N}", "{N}"), ("{ n}", "{ n}"),
    ("{n }", "{n }"), ("{}", "{}"), ("{name}", "{name}"), ("{peer", "{peer"), ("", ""),
    ("plain\n", "plain\n"), ("{n{n}", "{n7"),
  ])
  func `only the exact names are replaced`(text: String, wanted: String) {
    #expect(answer(text) == Array(wanted.utf8))
  }

  @Test func `bytes that are no text pass as they are`() {
    #expect(answer("{message}", to: [0, 0xff, 0x61]) == [0, 0xff, 0x61])
    #expect(answer("{upper}", to: [0, 0xff, 0x61]) == [0, 0xff, 0x41])
    #expect(answer("{bytes}", to: []) == Array("0".utf8))
    let template = ResponseTemplate([0xff, 0x7b, 0x6e, 0x7d, 0])
    let facts = ResponseTemplate.Facts(peer: "", local: "", time: "", message: [], number: 12)
    #expect(template.answer(facts) == [0xff, 0x31, 0x32, 0])
  }
}
