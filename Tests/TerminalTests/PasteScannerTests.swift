import Terminal
import Testing

@Suite struct PasteScannerTests {
  private typealias Piece = PasteScanner.Piece

  /// What a terminal may send, and what it means; `^` stands for the escape byte.
  private static let streams: [(stream: String, pieces: [Piece])] = [
    ("plain", [typed("plain")]),
    ("^[200~in^[201~", [pasted("in"), .pasteEnded]),
    ("a^[200~b^[201~c", [typed("a"), pasted("b"), .pasteEnded, typed("c")]),
    ("^[200~^[201~", [.pasteEnded]),
    ("^[200~a^[201~^[200~b^[201~", [pasted("a"), .pasteEnded, pasted("b"), .pasteEnded]),
    ("^[200~a\rb\n^[201~\r", [pasted("a\rb\n"), .pasteEnded, typed("\r")]),
    // The marks of the other place are nothing but bytes.
    ("a^[201~b", [typed("a^[201~b")]),
    ("^[200~a^[200~b^[201~", [pasted("a^[200~b"), .pasteEnded]),
    // What only begins like a mark.
    ("^^[200~x^[201~", [typed("^"), pasted("x"), .pasteEnded]),
    ("^[200~x^^[201~", [pasted("x^"), .pasteEnded]),
    ("^[A^[2~^[20~^[200x", [typed("^[A^[2~^[20~^[200x")]),
    ("^[20^[200~x^[201^[201~", [typed("^[20"), pasted("x^[201"), .pasteEnded]),
    ("^[200~^[20~^[A^[201~", [pasted("^[20~^[A"), .pasteEnded]),
    // The end never comes.
    ("a^[200~b", [typed("a"), pasted("b")]),
  ]

  private static func bytes(_ text: String) -> [UInt8] {
    text.utf8.map { $0 == UInt8(ascii: "^") ? 0x1b : $0 }
  }
  private static func typed(_ text: String) -> Piece { .typed(bytes(text)) }
  private static func pasted(_ text: String) -> Piece { .pasted(bytes(text)) }

  /// What parts of a stream come to, with neighbours of one kind put together.
  private func scan(_ parts: [some Sequence<UInt8>]) -> [Piece] {
    var scanner = PasteScanner()
    return parts.flatMap { scanner.scan(Array($0)) }.reduce(into: []) { joined, piece in
      switch (joined.last, piece) {
      case (.typed(let before)?, .typed(let bytes)):
        joined[joined.count - 1] = .typed(before + bytes)
      case (.pasted(let before)?, .pasted(let bytes)):
        joined[joined.count - 1] = .pasted(before + bytes)
      default: joined.append(piece)
      }
    }
  }

  @Test(arguments: streams)
  func `a stream is told apart by its marks`(stream: String, pieces: [PasteScanner.Piece]) {
    #expect(scan([Self.bytes(stream)]) == pieces)
  }

  @Test(arguments: streams)
  func `two parts give the same pieces, wherever the cut is`(
    stream: String, pieces: [PasteScanner.Piece]
  ) {
    let bytes = Self.bytes(stream)
    for cut in 0...bytes.count {
      #expect(scan([bytes[..<cut], bytes[cut...]]) == pieces, "cut at \(cut)")
    }
  }

  @Test(arguments: streams)
  func `three parts give the same pieces, wherever the cuts are`(
    stream: String, pieces: [PasteScanner.Piece]
  ) {
    let bytes = Self.bytes(stream)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let parts = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(scan(parts) == pieces, "cut at \(first) and \(second)")
      }
    }
  }

  @Test(arguments: streams)
  func `single bytes give the same pieces`(stream: String, pieces: [PasteScanner.Piece]) {
    #expect(scan(Self.bytes(stream).map { [$0] }) == pieces)
  }

  @Test(arguments: ["^", "^[", "^[2", "^[20", "^[200"])
  func `what may begin a mark is held, and released as keys`(keys: String) {
    var scanner = PasteScanner()
    #expect(scanner.scan(Self.bytes("a" + keys)) == [Self.typed("a")])
    #expect(scanner.isHoldingKeys)
    #expect(scanner.release() == [Self.typed(keys)])
    #expect(!scanner.isHoldingKeys)
    #expect(scanner.release().isEmpty)
    // What was released begins no mark any more.
    #expect(scanner.scan(Self.bytes("00~")) == [Self.typed("00~")])
  }

  @Test(arguments: ["", "a", "^A", "^[A", "^[200~", "^[200~x", "^[200~x^[201~"])
  func `nothing is held where no mark can begin`(stream: String) {
    var scanner = PasteScanner()
    _ = scanner.scan(Self.bytes(stream))
    #expect(!scanner.isHoldingKeys)
    #expect(scanner.release().isEmpty)
  }

  @Test func `in a paste nothing is a key`() {
    var scanner = PasteScanner()
    #expect(scanner.scan(Self.bytes("^[200~a^[20")) == [Self.pasted("a")])
    #expect(!scanner.isHoldingKeys)
    #expect(scanner.release().isEmpty)
    #expect(scanner.scan(Self.bytes("1~b")) == [.pasteEnded, Self.typed("b")])
  }

  @Test func `a paste without an end is passed on as it comes`() {
    var scanner = PasteScanner()
    #expect(scanner.scan(Self.bytes("^[200~")) == [])
    for part in ["one", "two\r", "^[A"] {
      #expect(scanner.scan(Self.bytes(part)) == [Self.pasted(part)])
    }
    #expect(scanner.scan([]) == [])
  }
}
