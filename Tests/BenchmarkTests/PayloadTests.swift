import Testing

@testable import Benchmark

@Suite struct PayloadTests {
  @Test func `every line has its only line feed at its end`() {
    let payload = Payload(lineLengths: 1...40, lineCount: 50)
    for number in 0..<50 {
      let line = payload.bytes[payload.line(number)]
      #expect((1...40).contains(line.count))
      #expect(line.firstIndex(of: 10) == line.endIndex - 1)
    }
  }

  @Test func `each byte that differs is counted`() {
    let payload = Payload(lineLengths: 8...8)
    var received = Array(payload.bytes[payload.line(3)])
    received[0] ^= 1
    received[7] ^= 1
    let count = received.withUnsafeBytes { payload.differences($0, from: payload.line(3)) }
    #expect(count == 2)
  }
}
