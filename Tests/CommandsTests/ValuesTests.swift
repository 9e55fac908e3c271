import Testing

@testable import Commands

@Suite struct ValuesTests {
  @Test(
    arguments: [
      ("500ms", .milliseconds(500)), ("2s", .seconds(2)), ("1m", .seconds(60)),
      ("2h", .seconds(7200)), ("1.5", .milliseconds(1500)), ("0", .zero),
      ("0.001", .milliseconds(1)),
      ("1.5ms", .microseconds(1500)), (".5", .milliseconds(500)), ("3.", .seconds(3)),
    ] as [(String, Duration)])
  func `a duration has a unit or is in seconds`(text: String, duration: Duration) {
    #expect(DurationValue(argument: text)?.duration == duration)
  }

  @Test(arguments: [
    "", "s", "ms", "-1", "+1", "1e3", "1 s", " 1", "1d", "1S", "nan", "inf", "1.2.3", ".", "0x10",
    "1s2ms", "99999999999999h", "١",
  ])
  func `what is no duration is refused`(text: String) {
    #expect(DurationValue(argument: text) == nil)
  }

  @Test(arguments: [
    ("0", 0), ("512", 512), ("1k", 1000), ("1K", 1000), ("64ki", 65536), ("1M", 1_000_000),
    ("2Mi", 2_097_152), ("2Gi", 2_147_483_648), ("1.5k", 1500), ("1T", 1_000_000_000_000),
  ])
  func `a size counts by 1000, with i by 1024`(text: String, bytes: Int) {
    #expect(SizeValue(argument: text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "k", "i", "ki", "1i", "-1", "+1", "1e3", "1m", "1g", "1kB", "1KiB", "1 k", "nan", "1..2",
    "99999999T",
  ])
  func `what is no size is refused`(text: String) { #expect(SizeValue(argument: text) == nil) }

  @Test(
    arguments: [
      ("10", 10, nil, nil), ("1m,5", 60, 5, nil), ("10s,1500ms,3", 10, 1, 3),
      ("32767,1,127", 32767, 1, 127),
    ] as [(String, Int32, Int32?, Int32?)])
  func `keepalive is idle, interval and count`(
    text: String, idle: Int32, interval: Int32?, count: Int32?
  ) throws {
    let value = try #require(KeepAliveValue(argument: text))
    #expect((value.idle, value.interval, value.count) == (idle, interval, count))
  }

  @Test(arguments: [
    "", ",", "10,", "10,,3", "0", "500ms", "32768", "10,0", "10,1,0", "10,1,128", "10,1,2,3",
    "x", "10,1,1.5",
  ])
  func `what is no keepalive is refused`(text: String) {
    #expect(KeepAliveValue(argument: text) == nil)
  }

  @Test(
    arguments: [
      ("line", .line), ("whole", .whole), ("null", .null), ("1", .size(1)), ("1ki", .size(1024)),
    ] as [(String, DatagramValue)])
  func `a way to cut datagrams is a word or a size`(text: String, value: DatagramValue) {
    #expect(DatagramValue(argument: text) == value)
  }

  @Test(arguments: ["", "0", "lines", "Line", "-1"])
  func `what is no way to cut datagrams is refused`(text: String) {
    #expect(DatagramValue(argument: text) == nil)
  }

  @Test(arguments: ["0123456789abcdef", "0123456789ABCDEF"])
  func `a checksum names its kind`(digits: String) throws {
    let text = "sha256:" + String(repeating: digits, count: 4)
    let digest = try #require(ChecksumValue(argument: text)).digest
    #expect(digest.count == 32)
    #expect(digest.prefix(8) == [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef])
  }

  @Test(arguments: [
    "", "sha256:", "sha256:00", String(repeating: "0", count: 64),
    "sha1:" + String(repeating: "0", count: 64), "SHA256:" + String(repeating: "0", count: 64),
    "sha256:" + String(repeating: "0", count: 65), "sha256:" + String(repeating: "g", count: 64),
    "sha256:" + String(repeating: "+1", count: 32), "sha256:" + String(repeating: "é", count: 32),
  ])
  func `what is no checksum is refused`(text: String) {
    #expect(ChecksumValue(argument: text) == nil)
  }

  @Test(
    arguments: [
      (.milliseconds(500), "500ms"), (.seconds(2), "2s"), (.seconds(120), "2m"),
      (.seconds(90), "90s"),
      (.milliseconds(1500), "1.5s"), (.milliseconds(1050), "1.05s"), (.zero, "0ms"),
    ] as [(Duration, String)])
  func `a duration is told as it is typed`(duration: Duration, text: String) {
    #expect(duration.text == text)
    #expect(DurationValue(argument: text)?.duration == duration)
  }
}
