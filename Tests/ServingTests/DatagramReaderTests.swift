import Relaying
import Sockets
import TestSupport
import Testing

@Suite struct DatagramReaderTests {
  private static let table: [(DatagramFraming, String, [String])] = [
    (.line, "a\nb\n", ["a", "b"]), (.line, "a\nb", ["a", "b"]), (.line, "\n\n", ["", ""]),
    (.line, "", []), (.line, "a\r\nb\n", ["a\r", "b"]), (.line, "a\0b\n", ["a\0b"]),
    (.null, "a\0b\0", ["a", "b"]), (.null, "a\0\0b", ["a", "", "b"]), (.null, "a\nb", ["a\nb"]),
    (.null, "", []), (.size(3), "abcdefgh", ["abc", "def", "gh"]), (.size(3), "abc", ["abc"]),
    (.size(1), "ab", ["a", "b"]), (.size(9), "ab", ["ab"]), (.size(3), "", []),
    (.whole, "a\nb\0c", ["a\nb\0c"]), (.whole, "", []),
  ]

  private func datagrams(
    _ framing: DatagramFraming, _ source: any ByteSource, limit: Int = 100, empty: Bool = false,
    on loop: EventLoop
  ) async throws -> [[UInt8]] {
    let reader = DatagramReader(
      source, framing: framing, limit: limit, sendsEmptyInput: empty, on: loop,
      stillWaiting: { _ in })
    try await reader.prepare()
    var found: [[UInt8]] = []
    while let datagram = try await reader.next() { found.append(datagram) }
    #expect(try await reader.next() == nil)
    return found
  }

  @Test(arguments: table)
  func `input is cut, wherever its pieces end`(
    framing: DatagramFraming, text: String, wanted: [String]
  ) async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let bytes = Array(text.utf8)
      for cut in 0...bytes.count {
        let pieces = Pieces([Array(bytes[..<cut]), Array(bytes[cut...])], on: loop)
        let found = try await datagrams(framing, pieces, on: loop)
        #expect(found == wanted.map { Array($0.utf8) }, "cut at \(cut)")
      }
      let single = Pieces(bytes.map { [$0] }, on: loop)
      #expect(try await datagrams(framing, single, on: loop) == wanted.map { Array($0.utf8) })
    }
  }

  @Test func `many datagrams in one piece come in their order`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let lines = (0..<20_000).map { "line \($0)" }
      let text = Array((lines.joined(separator: "\n") + "\n").utf8)
      let found = try await datagrams(.line, Pieces([text], on: loop), on: loop)
      #expect(found.count == lines.count)
      #expect(found == lines.map { Array($0.utf8) })
    }
  }

  @Test func `an empty whole input is a datagram only if it was given on purpose`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      #expect(try await datagrams(.whole, Pieces([], on: loop), empty: true, on: loop) == [[]])
      #expect(try await datagrams(.whole, Pieces([], on: loop), empty: false, on: loop) == [])
    }
  }

  @Test(
    arguments: [
      (.whole, 101, "the input is longer than the 100 bytes that a datagram holds"),
      (.line, 101, "datagram 1 is longer than the 100 bytes that a datagram holds"),
      (.null, 101, "datagram 1 is longer than the 100 bytes that a datagram holds"),
    ] as [(DatagramFraming, Int, String)])
  func `what does not fit is a usage failure`(
    framing: DatagramFraming, count: Int, text: String
  ) async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let bytes = [UInt8](repeating: 0x61, count: count)
      let fitting = Pieces([Array(bytes.dropLast())], on: loop)
      #expect(try await datagrams(framing, fitting, on: loop) == [Array(bytes.dropLast())])
      let error = await streamError {
        try await datagrams(framing, Pieces(bytes.map { [$0] }, on: loop), on: loop)
      }
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("no layer's error: \(String(describing: error))")
        return
      }
      #expect(cause.text == text)
      #expect(cause.failure == .usage)
      #expect(cause is DatagramTooLong)
    }
  }

  @Test func `datagrams are cut first and converted then`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      func reader(_ text: String, _ framing: DatagramFraming) -> DatagramReader {
        DatagramReader(
          Pieces([Array(text.utf8)], on: loop), framing: framing, limit: 4, sendsEmptyInput: false,
          on: loop,
          convert: { bytes in bytes.flatMap { $0 == 0x78 ? [] : [$0, 10] } },
          stillWaiting: { _ in })
      }
      let lines = reader("a\nb\n", .line)
      #expect(try await lines.next() == [0x61, 10])
      #expect(try await lines.next() == [0x62, 10])
      #expect(try await lines.next() == nil)
      // What is sent counts, not what it was before.
      #expect(try await reader("xxxxxxab", .whole).next() == [0x61, 10, 0x62, 10])
      #expect(
        await streamError { try await reader("abc", .whole).next() }?.subject == .standardInput)
    }
  }

  @Test func `a longer datagram is told by its number`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let text = "a\nb\n" + String(repeating: "c", count: 101) + "\n"
      let reader = DatagramReader(
        Pieces([Array(text.utf8)], on: loop), framing: .line, limit: 100, sendsEmptyInput: false,
        on: loop, stillWaiting: { _ in })
      #expect(try await reader.next() == Array("a".utf8))
      #expect(try await reader.next() == Array("b".utf8))
      let error = await streamError { try await reader.next() }
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("no layer's error")
        return
      }
      #expect(cause.text.hasPrefix("datagram 3 "))
    }
  }

  @Test func `an unfinished whole input is told once`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let source = Unfinished(Array("abc".utf8), on: loop)
      let (counts, tell) = AsyncStream.makeStream(of: Int.self)
      let reader = DatagramReader(
        source, framing: .whole, limit: 100, sendsEmptyInput: false, on: loop,
        stillWaiting: { tell.yield($0) })
      #expect(try await reader.next() == Array("abc".utf8))
      tell.finish()
      var told: [Int] = []
      for await count in counts { told.append(count) }
      #expect(told == [3])
      #expect(source.deadlines.count == 2)
    }
  }
}
