import Scripting
import Sockets
import TestSupport
import Testing

@Suite struct ReceivedBytesTests {
  @Test func `what comes is lent in its order, without what was taken`() throws {
    var received = ReceivedBytes()
    #expect(received.isEmpty && received.capacity == 0)
    #expect(try received.append("220 ready\r\n") == .moved(11))
    received.consume(4)
    #expect(try received.append("250 ok\r\n") == .moved(8))
    let waiting = received.withBytes { $0.withUnsafeBytes { Array($0) } }
    #expect(waiting == Array("ready\r\n250 ok\r\n".utf8))
    #expect(received[7..<10] == Array("250".utf8))
  }

  @Test func `no more comes than the limit leaves room for`() throws {
    var received = ReceivedBytes(limit: 10)
    #expect(try received.append("0123456789abc") == .moved(10))
    #expect(received.freeCapacity == 0)
    received.consume(3)
    #expect(received.freeCapacity == 3)
    #expect(try received.append("abcd") == .moved(3))
    #expect(received[0..<10] == Array("3456789abc".utf8))
  }

  @Test func `an end and an error are handed on`() throws {
    var received = ReceivedBytes()
    #expect(try received.append { _ throws(StreamError) in .endOfFile } == .endOfFile)
    #expect(throws: StreamError.self) {
      try received.append { _ throws(StreamError) in
        throw StreamError(.read, .standardInput, .cancelled)
      }
    }
    #expect(received.isEmpty)
  }

  @Test func `memory goes back when nothing waits in it, unless it is little`() throws {
    var received = ReceivedBytes()
    _ = try received.append("ping\n")
    received.consume(5)
    let little = received.capacity
    #expect(little > 0)
    for _ in 0..<20 { _ = try received.append(String(repeating: "x", count: 20_000)) }
    #expect(received.capacity > 100_000)
    received.consume(received.count)
    #expect(received.capacity == 0)
    for _ in 0..<1000 {
      _ = try received.append("ping\n")
      received.consume(5)
    }
    #expect(received.capacity == little)
  }

  @Test(arguments: [1, 7, 100, 5000, 70_000])
  func `bytes stay the same however they come and go`(limit: Int) throws {
    var random = SeededGenerator(state: UInt64(limit))
    var received = ReceivedBytes(limit: limit)
    var (first, next): (UInt8, UInt8) = (0, 0)
    for _ in 0..<400 {
      if received.freeCapacity > 0 {
        let count = Int.random(in: 0...9000, using: &random)
        let attempt = try received.append { space throws(StreamError) in
          let moved = min(count, space.freeCapacity)
          for _ in 0..<moved {
            space.append(next)
            next &+= 1
          }
          return .moved(moved)
        }
        #expect(attempt != .wouldBlock)
      }
      received.consume(Int.random(in: 0...received.count, using: &random))
      first = next &- UInt8(truncatingIfNeeded: received.count)
      let isRight = received.withBytes { bytes in
        bytes.withUnsafeBytes { bytes in
          bytes.enumerated().allSatisfy { $1 == first &+ UInt8(truncatingIfNeeded: $0) }
        }
      }
      #expect(isRight)
      #expect(received.count <= limit)
      #expect(received.capacity <= 2 * limit + 4096)
    }
  }
}

extension ReceivedBytes {
  fileprivate mutating func append(_ text: String) throws(StreamError) -> Attempt {
    let bytes = Array(text.utf8)
    return try append { space throws(StreamError) in
      let count = min(bytes.count, space.freeCapacity)
      bytes.withUnsafeBytes { space.append(copying: $0[..<count]) }
      return .moved(count)
    }
  }
}
