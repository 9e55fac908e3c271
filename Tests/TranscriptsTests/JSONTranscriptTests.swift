import ByteText
import Sockets
import Testing
import Transcripts

@Suite struct JSONTranscriptTests {
  private static let connection = TranscriptConnection(
    number: 3, peer: .ipv4(.loopback, port: 80), local: .ipv6(.loopback, port: 9, zone: 0))
  private static let head =
    #""connection":3,"peer":"127.0.0.1:80","local":"[::1]:9""#
  private static let time = #"{"time":"1970-01-01T00:00:01.000002Z","#

  private func lines(
    _ payload: JSONPayload = .automatic, _ connection: TranscriptConnection = Self.connection,
    _ body: (inout JSONTranscript, inout [UInt8]) -> Void
  ) -> [String] {
    var transcript = JSONTranscript(connection, payload: payload)
    var output: [UInt8] = []
    body(&transcript, &output)
    let text = String(decoding: output, as: UTF8.self)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n").map(String.init)
  }

  private static let now: Int64 = 1_000_002_999

  private static let events: [(TranscriptEvent, String)] = [
    (.listening, #""event":"listening",\#(head)}"#),
    (.connecting(to: "h:1"), #""event":"connecting",\#(head)}"#),
    (.connected, #""event":"connected",\#(head)}"#),
    (.halfClosed(by: .peer), #""event":"half-closed",\#(head),"by":"peer"}"#),
    (.halfClosed(by: .local), #""event":"half-closed",\#(head),"by":"local"}"#),
    (.closed, #""event":"closed",\#(head)}"#),
    (.reset, #""event":"reset",\#(head)}"#),
    (.timeout("a \"b\""), #""event":"timeout",\#(head),"message":"a \"b\""}"#),
    (.error("a\u{1b}\n"), #""event":"error",\#(head),"message":"a\u001b\u000a"}"#),
  ]

  @Test(arguments: events)
  func `an event is one object in one line`(event: TranscriptEvent, rest: String) {
    let lines = lines { $0.append(event, time: Self.now, to: &$1) }
    #expect(lines == [Self.time + rest])
  }

  @Test func `what is not known is left out`() {
    let lines = lines(.automatic, TranscriptConnection()) {
      $0.append(.listening, time: Self.now, to: &$1)
    }
    #expect(lines == [Self.time + #""event":"listening"}"#])
  }

  private static let payloads: [(JSONPayload, [UInt8], String)] = [
    (.automatic, Array("hé\n".utf8), #""bytes":4,"text":"hé\u000a""#),
    (.automatic, [0xff, 0], #""bytes":2,"base64":"/wA=""#),
    (.automatic, [], #""bytes":0,"text":"""#),
    (.text, [0x61, 0xff], #""bytes":2,"text":"a\ufffd""#),
    (.base64, Array("hi".utf8), #""bytes":2,"base64":"aGk=""#),
    (.automatic, Array("\u{1b}[2J\u{7f}\u{9b}".utf8), #""bytes":7,"text":"\u001b[2J\u007f\u009b""#),
    (
      .automatic, Array("\u{202e}\u{2066}\u{200f}\"\\".utf8),
      #""bytes":11,"text":"\u202e\u2066\u200f\"\\""#
    ),
  ]

  @Test(arguments: payloads)
  func `bytes are text if they are UTF-8, unless it is fixed`(
    payload: JSONPayload, bytes: [UInt8], rest: String
  ) {
    for (direction, name) in [(Hexdump.Direction.sent, "sent"), (.received, "received")] {
      let wanted = Self.time + #""event":"\#(name)",\#(Self.head),"# + rest + "}"
      let stream = lines(payload) {
        $0.append(bytes.span.bytes, direction, time: Self.now, to: &$1)
      }
      #expect(stream == [wanted])
      let datagram = lines(payload) {
        $0.append(
          datagram: bytes.span.bytes, direction, peer: nil, isTruncated: false, time: Self.now,
          to: &$1)
      }
      #expect(datagram == [wanted])
    }
  }

  @Test func `a character may be cut anywhere`() {
    let bytes = Array("aé€😀z".utf8)
    for cut in 0...bytes.count {
      let texts = lines {
        $0.append(Array(bytes[..<cut]).span.bytes, .received, time: 0, to: &$1)
        $0.append(Array(bytes[cut...]).span.bytes, .received, time: 0, to: &$1)
        #expect(!$0.isHolding)
      }.map { line in
        #expect(!line.contains("base64"), "cut at \(cut)")
        return line.split(separator: "\"text\":\"").last.map { String($0.dropLast(2)) } ?? ""
      }
      #expect(texts.joined() == "aé€😀z", "cut at \(cut)")
    }
    let single = lines { transcript, output in
      for byte in bytes { transcript.append([byte].span.bytes, .sent, time: 0, to: &output) }
    }
    #expect(single.count == 5)
    #expect(!single.contains { $0.contains("base64") })
  }

  @Test func `directions hold their own characters`() {
    let bytes = Array("é".utf8)
    let result = lines {
      $0.append([bytes[0]].span.bytes, .sent, time: 0, to: &$1)
      $0.append([bytes[0]].span.bytes, .received, time: 0, to: &$1)
      #expect($1.isEmpty)
      #expect($0.isHolding)
      $0.append([bytes[1]].span.bytes, .received, time: 0, to: &$1)
      $0.append([bytes[1]].span.bytes, .sent, time: 0, to: &$1)
      #expect(!$0.isHolding)
    }
    #expect(result.count == 2)
    #expect(result.allSatisfy { $0.contains(#""bytes":2,"text":"é""#) })
  }

  @Test func `a beginning whose rest does not come is shown as it is`() {
    let result = lines {
      $0.append(([0x61, 0xe2, 0x82] as [UInt8]).span.bytes, .received, time: 0, to: &$1)
      $0.release(time: 0, to: &$1)
      #expect(!$0.isHolding)
      $0.release(time: 0, to: &$1)
    }
    #expect(result.count == 2)
    #expect(result.first?.contains(#""bytes":1,"text":"a""#) == true)
    #expect(result.last?.contains(#""bytes":2,"base64":"4oI=""#) == true)
  }

  @Test func `an event does not overtake the beginning of a character`() {
    let result = lines {
      $0.append(([0xc3] as [UInt8]).span.bytes, .received, time: 0, to: &$1)
      $0.append(.halfClosed(by: .peer), time: 0, to: &$1)
    }
    #expect(result.count == 2)
    #expect(result.first?.contains(#""bytes":1,"base64":"ww==""#) == true)
  }

  @Test func `a datagram has its own local address`() {
    let result = lines {
      $0.append(
        datagram: ([0x61] as [UInt8]).span.bytes, .received, peer: nil,
        local: .ipv6(.loopback, port: 7, zone: 0), isTruncated: false, time: 0, to: &$1)
    }
    #expect(result.first?.contains(#""local":"[::1]:7""#) == true)
  }

  @Test func `a datagram has its own peer, and says when it was cut`() {
    let result = lines {
      $0.append(
        datagram: ([0xc3] as [UInt8]).span.bytes, .received, peer: .unix(path: Array("/a b".utf8)),
        isTruncated: true, time: 0, to: &$1)
      #expect(!$0.isHolding)
    }
    #expect(result.first?.contains(#""peer":"unix:/a b""#) == true)
    #expect(result.first?.contains(#""bytes":1,"truncated":true,"base64":"ww==""#) == true)
  }
}

@Suite struct WallClockTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (1_999, "1970-01-01T00:00:00.000001Z"),
      (999_999_999, "1970-01-01T00:00:00.999999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
      (1_772_366_400_123_456_789, "2026-03-01T12:00:00.123456Z"),
      (4_102_444_799_000_000_000, "2099-12-31T23:59:59.000000Z"),
    ] as [(Int64, String)])
  func `a time is RFC 3339 in UTC with microseconds`(nanoseconds: Int64, text: String) {
    #expect(WallClock.text(nanoseconds) == text)
  }

  @Test func `now lies after this was written`() {
    #expect(WallClock.now > 1_735_689_600_000_000_000)
  }
}

@Suite struct StatisticsTests {
  @Test func `json has what is known`() {
    var statistics = Statistics()
    #expect(
      String(decoding: statistics.json, as: UTF8.self)
        == "{\"bytes-sent\":0,\"bytes-received\":0,\"seconds\":0.0}\n")
    statistics.peer = .ipv4(.loopback, port: 80)
    statistics.local = .unix(path: Array("/a\u{1b}".utf8))
    statistics.bytesSent = 5
    statistics.bytesReceived = 7
    statistics.datagramsSent = 1
    statistics.datagramsReceived = 2
    statistics.datagramsDropped = 3
    statistics.datagramsTruncated = 4
    statistics.duration = .milliseconds(1500)
    statistics.status = 3
    #expect(
      String(decoding: statistics.json, as: UTF8.self)
        == #"{"peer":"127.0.0.1:80","local":"unix:/a\u001b","bytes-sent":5,"bytes-received":7,"#
        + #""datagrams-sent":1,"datagrams-received":2,"datagrams-dropped":3,"#
        + #""datagrams-truncated":4,"seconds":1.5,"status":3}"# + "\n")
  }

  @Test func `text is one line`() {
    var statistics = Statistics()
    statistics.bytesSent = 1
    statistics.bytesReceived = 20_480
    statistics.duration = .seconds(2)
    #expect(
      statistics.text
        == "sent 1 byte, received 20480 bytes (20.0 KiB), in 2.000 s, 10.0 KiB/s")
    statistics.datagramsSent = 1
    statistics.datagramsReceived = 2
    statistics.datagramsDropped = 0
    #expect(
      statistics.text.hasPrefix(
        "sent 1 byte in 1 datagram, received 20480 bytes (20.0 KiB) in 2 datagrams, in "))
    statistics.datagramsDropped = 3
    statistics.datagramsTruncated = 4
    #expect(statistics.text.contains(", 3 dropped, 4 truncated, "))
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (10_239, "10239 bytes"), (10_240, "10240 bytes (10.0 KiB)"),
    (1_048_576, "1048576 bytes (1.0 MiB)"), (1 << 40, "1099511627776 bytes (1.0 TiB)"),
  ])
  func `an amount is exact, and readable when it is large`(bytes: Int, text: String) {
    #expect(amountText(bytes) == text)
  }

  @Test(arguments: [
    (0.0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_576, "1.0 MiB"),
    (1e30, "888178419.7 PiB"),
  ])
  func `a unit leaves a digit before the point`(bytes: Double, text: String) {
    #expect(unitText(bytes).hasSuffix(text.split(separator: " ").last.map(String.init) ?? ""))
    if bytes < 1e18 { #expect(unitText(bytes) == text) }
  }

  @Test func `a rate of no time is none`() {
    #expect(rateText(100, in: 0) == "0 B/s")
    #expect(rateText(2048, in: 2) == "1.0 KiB/s")
  }

  @Test(arguments: [
    (0.0, "0.000"), (1.0004, "1.000"), (1.0006, "1.001"), (59.9999, "60.000"), (0.05, "0.050"),
  ])
  func `seconds have three decimals`(value: Double, text: String) {
    #expect(secondsText(value) == text)
  }
}
