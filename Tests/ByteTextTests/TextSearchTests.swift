import ByteText
import Testing

@Suite struct TextSearchTests {

  @Test(arguments: [
    ("a  # b", "  # ", "a", "b"), ("aab", "ab", "a", ""), ("xaxa", "xa", "", "xa"),
    ("é# z", "#", "é", " z"),
  ]) func `a text is cut where the mark first stands`(
    text: String, mark: String, before: String, behind: String
  ) throws {
    let parts = try #require(text.cut(at: mark))
    #expect(parts.before == before && parts.behind == behind)
  }

  @Test(arguments: [("none", "  # "), ("", "x"), ("ab", "abc")])
  func `a text without the mark is not cut`(text: String, mark: String) {
    #expect(text.cut(at: mark) == nil)
  }

  @Test func `nothing stands at the start`() {
    #expect([UInt8]("hello".utf8).start(of: []) == 0)
  }
}
