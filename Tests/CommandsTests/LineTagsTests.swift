import Testing

@testable import Commands

@Suite struct LineTagsTests {
  private func tagged(_ pieces: [String]) throws -> String {
    var tags = LineTags("[a] ")
    var output: [UInt8] = []
    for piece in pieces { try tags.convert(Array(piece.utf8).span.bytes, into: &output) }
    try tags.finish(into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private static let lines: [(pieces: [String], text: String)] = [
    ([], ""), ([""], ""), (["a\n"], "[a] a\n"), (["a\nb\n"], "[a] a\n[a] b\n"),
    (["a", "b\nc", "d"], "[a] ab\n[a] cd\n"), (["\n\n"], "[a] \n[a] \n"), (["a\r\n"], "[a] a\r\n"),
  ]

  @Test(arguments: lines)
  func `each line has its client's name`(pieces: [String], text: String) throws {
    #expect(try tagged(pieces) == text)
  }

  @Test func `a line waits until it is whole`() throws {
    var tags = LineTags("[a] ")
    var output: [UInt8] = []
    try tags.convert(Array("begun".utf8).span.bytes, into: &output)
    #expect(output.isEmpty)
  }

  @Test func `a line without end does not wait for ever`() throws {
    let parts = try tagged([String(repeating: "x", count: 20_000)]).split(separator: "\n")
    #expect(parts.map { $0.utf8.count } == [8196, 8196, 3620])
    #expect(parts.allSatisfy { $0.hasPrefix("[a] x") })
  }
}
