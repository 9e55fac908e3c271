import Relaying
import Serving
import Sockets
import TestSupport
import Testing

/// What a receiver joined and wrote, up to a limit at which there is no more room.
private final class Joined: ByteSink, @unchecked Sendable {
  var bytes: [UInt8] = []
  var deliveries = 0
  var room = Int.max

  func tryWrite(_ new: RawSpan) throws(StreamError) -> Attempt {
    let taken = min(new.byteCount, room - bytes.count)
    if taken == 0 { return .wouldBlock }
    deliveries += 1
    new.withUnsafeBytes { bytes += $0.prefix(taken) }
    return .moved(taken)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    throw StreamError(.write, .standardOutput, .cancelled)
  }
  func waitReaderGone() async throws(StreamError) {}
  func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}

@Suite struct DatagramBatchesTests {
  /// Joins what is received, with a bar behind each datagram.
  private func join(
    _ socket: DatagramSocket, _ joined: Joined, _ changing: (inout DatagramReceiver.Policy) -> Void
  ) async throws -> DatagramReceiver {
    var policy = DatagramReceiver.Policy()
    policy.needsTimes = false
    changing(&policy)
    let receiver = DatagramReceiver(on: [socket], policy: policy) { _ in "now" }
    try await run(receiver, joined)
    return receiver
  }

  private func run(_ receiver: DatagramReceiver, _ joined: Joined) async throws(StreamError) {
    try await receiver.run(
      joining: { bytes, _, buffer in
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
        buffer.append(UInt8(ascii: "|"))
      }, into: joined)
  }

  @Test func `what an output did not take is counted, and can be written later`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let text = "aaaa|bbbb|cccc|dd|"
      let framing = DatagramFraming.size(4)
      _ = try await sendAsDatagrams(
        [Array("aaaabbbbccccdd".utf8)], framing, to: [socket.local], on: loop)
      var policy = DatagramReceiver.Policy()
      policy.needsTimes = false
      let receiver = DatagramReceiver(on: [socket], policy: policy) { _ in "now" }
      let joined = Joined()
      joined.room = 7
      let error = await streamError { try await run(receiver, joined) }
      #expect(error?.isCancellation == true)
      #expect((receiver.count, receiver.byteCount, receiver.undeliveredCount) == (1, 4, 3))
      joined.room = 10
      await receiver.writeRest(to: joined, by: .now)
      #expect((receiver.count, receiver.byteCount, receiver.undeliveredCount) == (2, 8, 2))
      joined.room = .max
      await receiver.writeRest(to: joined, by: .now)
      #expect((receiver.count, receiver.byteCount, receiver.undeliveredCount) == (4, 14, 0))
      #expect(String(decoding: joined.bytes, as: UTF8.self) == text)
    }
  }

  private static let lines = "one\ntwo\n\nthree\nfour\nfive\nsixes\n\n\nlast"

  @Test(arguments: [
    (DatagramFraming.line, lines, "one|two||three|four|five|sixes|||last|"),
    (.null, "a\0bb\0\0cc\0", "a|bb||cc|"), (.size(3), "abcdefgh", "abc|def|gh|"),
    (.size(1), "abc", "a|b|c|"),
  ])
  func `what is cut arrives in its order, however the input comes`(
    framing: DatagramFraming, text: String, wanted: String
  ) async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let bytes = Array(text.utf8)
      let count = wanted.filter { $0 == "|" }.count
      for size in [1, 2, 5, bytes.count] {
        let socket = try receiver(on: loop)
        let joined = Joined()
        async let receiving = join(socket, joined) { $0.countLimit = count }
        let pieces = stride(from: 0, to: bytes.count, by: size).map {
          Array(bytes[$0..<min($0 + size, bytes.count)])
        }
        let (exchange, error) = try await sendAsDatagrams(
          pieces, framing, to: [socket.local], on: loop)
        let result = try await receiving
        #expect(error == nil)
        #expect(String(decoding: joined.bytes, as: UTF8.self) == wanted)
        #expect((exchange.sentCount, result.count) == (count, count))
        #expect(exchange.sentByteCount == joined.bytes.count - count)
        #expect(result.byteCount == exchange.sentByteCount)
      }
    }
  }

  @Test func `a large input is cut without a gap`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let bytes = patternBytes(3_000_000)
      for size in [1200, 8192, 65_507] {
        let socket = try receiver(on: loop)
        socket.growReceiveBuffer(to: 16_000_000)
        let joined = Joined()
        async let receiving = join(socket, joined) {
          $0.countLimit = (bytes.count + size - 1) / size
        }
        let (_, error) = try await sendAsDatagrams(
          [bytes], .size(size), to: [socket.local], on: loop)
        let result = try await receiving
        #expect(error == nil)
        #expect(result.byteCount == bytes.count)
        var expected: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
          expected += bytes[start..<min(start + size, bytes.count)]
          expected.append(UInt8(ascii: "|"))
        }
        let isSame = joined.bytes == expected
        #expect(isSame)
        #expect(joined.deliveries < result.count)
      }
    }
  }

  @Test func `what an address that refused has swallowed goes to the next`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let holder = try ClosedAddress()
      defer { withExtendedLifetime(holder) {} }
      let closed = holder.address
      for text in ["a\nb\nc\n", "a\nbb\nccc\n", "a\nb\n"] {
        let count = text.filter { $0 == "\n" }.count
        let joined = Joined()
        async let receiving = join(socket, joined) { $0.countLimit = count }
        let (exchange, error) = try await sendAsDatagrams(
          [Array(text.utf8)], .line, to: [closed, socket.local], on: loop)
        _ = try await receiving
        #expect(error == nil)
        #expect(joined.bytes == text.utf8.map { $0 == 10 ? UInt8(ascii: "|") : $0 })
        #expect(exchange.sentCount == count)
        #expect(exchange.peer == socket.local)
      }
    }
  }

  @Test(arguments: ["a\nb\n", "a\nbb\n", "a\nb\nc\ndd\n"])
  func `a refusal in the middle of a batch is told`(text: String) async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let holder = try ClosedAddress()
      defer { withExtendedLifetime(holder) {} }
      let closed = holder.address
      let (_, error) = try await sendAsDatagrams([Array(text.utf8)], .line, to: [closed], on: loop)
      #expect(error?.isRefusal == true)
      #expect(error?.operation == .write)
      #expect(error?.subject == .address(closed))
    }
  }

  @Test func `what stands before a datagram that is too long is sent`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let joined = Joined()
      async let receiving = join(socket, joined) { $0.countLimit = 2 }
      let (exchange, error) = try await sendAsDatagrams(
        [Array("one\ntwo\nthree\nsix\n".utf8)], .line, to: [socket.local], limit: 4, on: loop)
      _ = try await receiving
      #expect(joined.bytes == Array("one|two|".utf8))
      #expect(exchange.sentCount == 2)
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("not an error: \(String(describing: error))")
        return
      }
      #expect(cause.text == "datagram 3 is longer than the 4 bytes that a datagram holds")
    }
  }

  @Test func `a count cuts a longer input and repeats a shorter one`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      for (text, count, wanted) in [
        ("a\nb\nc\nd\n", 3, "a|b|c|"), ("a\nb\n", 5, "a|b|a|b|a|"), ("a\nb\n", 2, "a|b|"),
      ] {
        let joined = Joined()
        async let receiving = join(socket, joined) { $0.countLimit = count }
        let (exchange, error) = try await sendAsDatagrams(
          [Array(text.utf8)], .line, to: [socket.local], on: loop
        ) { $0.countLimit = count }
        _ = try await receiving
        #expect(error == nil)
        #expect(joined.bytes == Array(wanted.utf8))
        #expect(exchange.sentCount == count)
      }
    }
  }

  @Test func `what has come is sent though the input goes on`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let silent = try receiver(on: loop)
      let reader = DatagramReader(
        Endless(Array("a\nb\nrest".utf8), waiting: silent), framing: .line, limit: 100,
        sendsEmptyInput: false,
        on: loop, stillWaiting: { _ in })
      let exchange = DatagramExchange(reader, policy: .init(), on: loop)
      let task = Task(executorPreference: loop) {
        await streamError {
          try await exchange.run(to: [socket.local], observer: .init()) {
            address throws(StreamError) in try DatagramSocket(to: address, on: loop)
          }
        }
      }
      #expect(try await socket.receive().bytes == [0x61])
      #expect(try await socket.receive().bytes == [0x62])
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }

  @Test func `a count ends in the middle of what came as one`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      socket.mergeDatagrams()
      _ = try await sendAsDatagrams(
        [Array("abcdefgh".utf8)], .size(1), to: [socket.local], on: loop)
      let joined = Joined()
      let result = try await join(socket, joined) { $0.countLimit = 3 }
      #expect(joined.bytes == Array("a|b|c|".utf8))
      #expect((result.count, result.byteCount) == (3, 3))
    }
  }

  @Test func `each of a refused sender is counted`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      socket.mergeDatagrams()
      let (refused, _) = try await sendAsDatagrams(
        [Array("abcde".utf8)], .size(1), to: [socket.local], on: loop)
      _ = try await sendAsDatagrams([Array("xyz".utf8)], .size(1), to: [socket.local], on: loop)
      let joined = Joined()
      let stranger = refused.local
      let result = try await join(socket, joined) {
        $0.countLimit = 3
        $0.accepts = { sender, _ in sender != stranger }
      }
      #expect(joined.bytes == Array("x|y|z|".utf8))
      #expect((result.count, result.refusedCount) == (3, 5))
    }
  }

  @Test func `the first sender locks the others out of what came as one`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      socket.mergeDatagrams()
      let first = try DatagramSocket(to: socket.local, on: loop)
      let other = try DatagramSocket(to: socket.local, on: loop)
      for (sender, text) in [(first, "ab"), (other, "xyz"), (first, "cd")] {
        let bytes = Array(text.utf8)
        var next = 0
        #expect(
          try sender.trySend(
            bytes.span.bytes, cutAt: bytes.indices.map { DatagramExtent(start: $0, count: 1) },
            from: &next))
      }
      let joined = Joined()
      _ = try await join(socket, joined) {
        $0.countLimit = 4
        $0.locksToFirstSender = true
      }
      #expect(joined.bytes == Array("a|b|c|d|".utf8))
    }
  }
}

/// A source that gives what it has and then waits until it is cancelled.
private final class Endless: ByteSource, @unchecked Sendable {
  private var bytes: [UInt8]
  private let waiting: DatagramSocket

  init(_ bytes: [UInt8], waiting: DatagramSocket) {
    self.bytes = bytes
    self.waiting = waiting
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if bytes.isEmpty { return .wouldBlock }
    for byte in bytes { buffer.append(byte) }
    defer { bytes = [] }
    return .moved(bytes.count)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await waiting.waitReadable(by: deadline)
  }
}
