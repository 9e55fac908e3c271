import Relaying
import Sockets
import Testing

@Suite struct CharacterSetConverterTests {
  /// 些 is d0 a9 in GBK, e4 ba 9b in UTF-8.
  static let text = "a\u{4e9b}b\u{4e9b}\nc"

  static let gbk: [UInt8] = [0x61, 0xd0, 0xa9, 0x62, 0xd0, 0xa9, 0x0a, 0x63]

  @Test(arguments: 1...10)
  func `text comes across both ways, cut anywhere`(size: Int) throws {
    #expect(try convert(Self.gbk, size, converter("GBK", "UTF-8")) == Array(Self.text.utf8))
    #expect(try convert(Array(Self.text.utf8), size, converter("UTF-8", "GBK")) == Self.gbk)
  }

  @Test func `much text comes across`() throws {
    let bytes = Array(repeatElement(Self.gbk, count: 20_000).joined())
    let text = Array(repeatElement(Array(Self.text.utf8), count: 20_000).joined())
    #expect(try convert(bytes, 4093, converter("GBK", "UTF-8")) == text)
  }

  @Test func `a set with states returns to its first one`() throws {
    let bytes = try convert(Array("\u{3042}".utf8), 1, converter("UTF-8", "ISO-2022-JP"))
    #expect(bytes == [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42])
  }

  @Test func `an unknown name is nil`() {
    let converter = CharacterSetConverter(
      from: "NO-SUCH-SET", to: "UTF-8", onError: .fail, subject: .standardInput)
    #expect(converter == nil)
  }

  @Test(
    arguments: [
      ([0x61, 0xff, 0x62], "offset 1", "ff", [0x61]),
      ([0x61, 0xe4, 0xba], "offset 1", "e4 ba", [0x61]),
      ([0x61, 0x62, 0xe4, 0x63], "offset 2", "e4", [0x61, 0x62]),
    ] as [([UInt8], String, String, [UInt8])], 1...4)
  func `bad bytes fail with their offset, cut anywhere`(
    row: (bytes: [UInt8], offset: String, digits: String, good: [UInt8]), size: Int
  ) throws {
    var output: [UInt8] = []
    var error: StreamError?
    let filter = try converter("UTF-8", "GBK")
    do { try convert(row.bytes, size, filter, into: &output) } catch let met { error = met }
    #expect(output == row.good)
    #expect(error?.operation == .convert)
    guard case .layer(let layer)? = error?.cause else {
      Issue.record("no layer's error")
      return
    }
    #expect(layer.failure == .local)
    #expect(layer.text.contains("bytes \(row.digits)"))
    #expect(layer.text.contains(row.offset))
    #expect(layer.text.contains("from UTF-8 to GBK"))
  }

  @Test(arguments: 1...6)
  func `bad bytes are replaced and counted, cut anywhere`(size: Int) throws {
    let filter = try converter("UTF-8", "GBK", .replace)
    // No character; one without a place in GBK; the beginning of one.
    let bytes: [UInt8] = [0x61, 0xff, 0x62, 0xf0, 0x9f, 0x98, 0x80, 0x63, 0xe4]
    #expect(try convert(bytes, size, filter) == Array("a?b?c?".utf8))
    #expect(filter.replacements == 6)
  }

  private func converter(
    _ source: String, _ target: String, _ policy: CharacterSetConverter.ErrorPolicy = .fail
  ) throws -> CharacterSetConverter {
    try #require(
      CharacterSetConverter(
        from: source, to: target, onError: policy, subject: .standardInput))
  }
}
