import ByteText
import Testing

@Suite struct HexdumpTests {
  @Test func `each direction has its marker and its offset`() {
    var dump = Hexdump()
    var output: [UInt8] = []
    dump.append(Array("GET / HTTP/1.0\r\n\r\n".utf8).span.bytes, .sent, to: &output)
    dump.append(Array("HTTP/1.1 200 OK\r".utf8).span.bytes, .received, to: &output)
    dump.append(Array("~\u{7f}".utf8).span.bytes, .sent, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        > 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 30 0d 0a  |GET / HTTP/1.0..|
        > 00000010  0d 0a                                             |..|
        < 00000000  48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d  |HTTP/1.1 200 OK.|
        > 00000012  7e 7f                                             |~.|

        """)
  }

  @Test func `an empty chunk takes a row without bytes`() {
    let blanks = String(repeating: " ", count: 52)
    #expect(rows([], .received) == "< 00000000\(blanks)||\n")
  }

  @Test func `covered bytes are asterisks in both columns, in whole and in short rows`() {
    var labels = Hexdump.Labels(time: Array("12:00".utf8), note: Array("from".utf8))
    labels.covered = (0..<19).map { [0, 7, 8, 15, 16, 18].contains($0) }
    var dump = Hexdump(receivedOffset: 0x1_0000_0000)
    var output: [UInt8] = []
    dump.append(
      Array("abcdefghijklmnop\u{1}rs".utf8).span.bytes, .received, labels: labels, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        12:00 < 100000000  ** 62 63 64 65 66 67 **  ** 6a 6b 6c 6d 6e 6f **  |*bcdefg**jklmno*|  from
        12:00 < 100000010  ** 72 **                                          |*r*|

        """)
  }

  @Test(arguments: 0...33)
  func `the ASCII column stands in the same place on every row`(count: Int) {
    let text = rows([UInt8](repeating: 0x41, count: count), .sent)
    for row in text.split(separator: "\n") {
      #expect(Array(row.utf8).firstIndex(of: UInt8(ascii: "|")) == 62)
    }
    #expect(text.count { $0 == "A" } == count)
    #expect(text.count { $0 == "\n" } == max(1, (count + 15) / 16))
  }

  @Test func `printable ASCII is shown and all else is a dot`() {
    let text = rows(Array(UInt8.min...UInt8.max), .sent)
    let columns = text.split(separator: "\n").map { $0.dropFirst(63).dropLast() }.joined()
    let shown = (UInt8.min...UInt8.max).map { (0x20...0x7e).contains($0) ? $0 : 0x2e }
    #expect(Array(columns.utf8) == shown)
  }

  @Test(
    arguments: [
      (0, "00000000"), (0xffff_fff0, "fffffff0"), (0x1_0000_0000, "100000000"),
      (0x12_3456_7890, "1234567890"), (0x123_4567_89ab, "123456789ab"),
      (.max, "ffffffffffffffff"),
    ] as [(UInt64, String)])
  func `an offset takes eight digits, or more if it needs them`(offset: UInt64, shown: String) {
    var dump = Hexdump(sentOffset: offset)
    var output: [UInt8] = []
    dump.append(([0x41] as [UInt8]).span.bytes, .sent, to: &output)
    #expect(String(decoding: output, as: UTF8.self).hasPrefix("> \(shown)  41 "))
    #expect(dump.sentOffset == offset &+ 1)
    #expect(dump.receivedOffset == 0)
  }

  @Test func `an offset grows within a chunk`() {
    var dump = Hexdump(receivedOffset: 0xffff_fff0)
    var output: [UInt8] = []
    dump.append([UInt8](repeating: 0, count: 32).span.bytes, .received, to: &output)
    let offsets = String(decoding: output, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ")[1]
    }
    #expect(offsets == ["fffffff0", "100000000"])
  }

  @Test func `time and connection stand on every row, the note on the first`() {
    let labels = Hexdump.Labels(
      time: Array("12:00:01.000002".utf8), connection: 12, note: Array("127.0.0.1:53".utf8))
    let text = rows(Array("0123456789abcdefg".utf8), .received, labels)
    #expect(
      text == """
        12:00:01.000002 12 < 00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  \
        |0123456789abcdef|  127.0.0.1:53
        12:00:01.000002 12 < 00000010  67                                                |g|

        """)
  }

  @Test func `a connection alone stands before the marker`() {
    let text = rows([0x41], .sent, Hexdump.Labels(connection: 3))
    #expect(text.hasPrefix("3 > 00000000  41 "))
  }

  @Test func `rows are appended to what is there`() {
    var output = Array("before\n".utf8)
    var dump = Hexdump()
    dump.append([UInt8]().span.bytes, .sent, to: &output)
    #expect(String(decoding: output, as: UTF8.self).hasPrefix("before\n> 00000000 "))
  }

  private func rows(
    _ bytes: [UInt8], _ direction: Hexdump.Direction, _ labels: Hexdump.Labels = .init()
  ) -> String {
    var dump = Hexdump()
    var output: [UInt8] = []
    dump.append(bytes.span.bytes, direction, labels: labels, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}
