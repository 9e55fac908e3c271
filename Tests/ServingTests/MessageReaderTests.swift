import Relaying
import Sockets
import TestSupport
import Testing

/// Messages, before each of which is a wait.
private final class Messages: MessageSource, @unchecked Sendable {
  private var list: [[UInt8]]
  private var mayTake = true
  private let loop: EventLoop

  init(_ list: [[UInt8]], on loop: EventLoop) {
    self.list = list
    self.loop = loop
  }

  func tryTake() throws(StreamError) -> MessageAttempt {
    mayTake.toggle()
    if !mayTake { return .wouldBlock }
    return list.isEmpty ? .endOfFile : .message(list.removeFirst())
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) { await loop.yield() }
}

@Suite struct MessageReaderTests {
  @Test(
    arguments: [
      [], [[]], [[1], [], [2, 10, 0, 3]], [[], []], [[UInt8](repeating: 7, count: 100)],
    ] as [[[UInt8]]])
  func `each message is a datagram, an empty one too`(messages: [[UInt8]]) async throws {
    try await onLoop { loop async throws in
      let reader = DatagramReader(messages: Messages(messages, on: loop), limit: 100, on: loop)
      try await reader.prepare()
      var found: [[UInt8]] = []
      while let datagram = try await reader.next() { found.append(datagram) }
      #expect(found == messages)
      #expect(try await reader.next() == nil)
    }
  }

  @Test func `one that is too long is told, and the next one comes`() async throws {
    try await onLoop { loop async throws in
      let messages: [[UInt8]] = [[1], [2, 2, 2], [3]]
      let reader = DatagramReader(messages: Messages(messages, on: loop), limit: 2, on: loop)
      #expect(try await reader.next() == [1])
      let error = await streamError { try await reader.next() }
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("no layer's error")
        return
      }
      #expect(cause.text == "datagram 2 is longer than the 2 bytes that a datagram holds")
      #expect(try await reader.next() == [3])
    }
  }

  @Test func `messages are converted`() async throws {
    try await onLoop { loop async throws in
      let reader = DatagramReader(
        messages: Messages([[1, 2], []], on: loop), limit: 3, on: loop, convert: { $0 + [9] })
      #expect(try await reader.next() == [1, 2, 9])
      #expect(try await reader.next() == [9])
    }
  }
}
