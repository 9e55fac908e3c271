import Relaying
import Serving
import Sockets
import TestSupport
import Testing

/// What a receiver handed over.
private final class Delivered: @unchecked Sendable {
  var list: [DatagramReceiver.Received] = []
  var answers: [[UInt8]] = []
  var refusals: [StreamError] = []
}

@Suite struct DatagramReceiverTests {
  private func run(
    _ sockets: [DatagramSocket], _ delivered: Delivered,
    _ changing: (inout DatagramReceiver.Policy) -> Void
  ) async throws -> DatagramReceiver {
    var policy = DatagramReceiver.Policy()
    changing(&policy)
    let receiver = DatagramReceiver(on: sockets, policy: policy) { _ in "now" }
    try await receiver.run { received throws(StreamError) in
      delivered.list.append(received)
    } answered: { bytes, _, _ in
      delivered.answers.append(bytes)
    } unanswered: { error in
      delivered.refusals.append(error)
    }
    return receiver
  }

  @Test func `datagrams of every sender arrive whole and in order`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let senders = try [
        DatagramSocket(to: socket.local, on: loop), DatagramSocket(to: socket.local, on: loop),
      ]
      let contents = [[], [1], patternBytes(30_000), patternBytes(65_507)]
      let delivered = Delivered()
      async let receiving = run([socket], delivered) { $0.countLimit = 4 }
      for (index, content) in contents.enumerated() {
        try await senders[index % 2].send(content)
        while delivered.list.count <= index { await loop.yield() }
      }
      let result = try await receiving
      #expect(delivered.list.map(\.bytes) == contents)
      #expect(
        delivered.list.map(\.datagram.sender) == (0..<4).map { senders[$0 % 2].local })
      #expect(delivered.list.allSatisfy { $0.local == socket.local && $0.datagram.time != nil })
      #expect((result.count, result.byteCount) == (4, 95_508))
      #expect((result.truncatedCount, result.droppedCount, result.answerCount) == (0, 0, 0))
    }
  }

  @Test func `two sockets are heard`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sockets = try [
        receiver(on: loop), receiver(at: .ipv6(.loopback, port: 0, zone: 0), on: loop),
      ]
      for (index, socket) in sockets.enumerated() {
        try await DatagramSocket(to: socket.local, on: loop).send([UInt8(index)])
      }
      let delivered = Delivered()
      _ = try await run(sockets, delivered) { $0.countLimit = 2 }
      #expect(Set(delivered.list.map(\.bytes)) == [[0], [1]])
      #expect(Set(delivered.list.map(\.local)) == Set(sockets.map(\.local)))
    }
  }

  @Test func `an echo has the same bytes, an empty one too`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let sender = try DatagramSocket(to: socket.local, on: loop)
      let delivered = Delivered()
      async let receiving = run([socket], delivered) {
        $0.countLimit = 2
        $0.answer = .echo
      }
      try await sender.send([])
      try await sender.send([1, 2])
      let result = try await receiving
      #expect(try await sender.receive().bytes == [])
      #expect(try await sender.receive().bytes == [1, 2])
      #expect((result.answerCount, result.answeredByteCount) == (2, 2))
      #expect(delivered.answers == [[], [1, 2]])
    }
  }

  @Test func `an answer leaves from the address that was asked`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(at: .ipv4(.any, port: 0), on: loop)
      let second = SocketAddress.ipv4(
        IPv4Address(bytes: [127, 0, 0, 2]), port: socket.local.port ?? 0)
      let sender = try DatagramSocket(to: second, on: loop)
      try await sender.send([1])
      let delivered = Delivered()
      _ = try await run([socket], delivered) {
        $0.countLimit = 1
        $0.answer = .template(ResponseTemplate(Array("{local} {time} {n}".utf8)))
      }
      let reply = try await sender.receive()
      #expect(reply.sender == second)
      #expect(delivered.list.first?.local == second)
      #expect(String(decoding: reply.bytes, as: UTF8.self) == "\(second.description) now 1")
    }
  }

  @Test func `the first sender locks the others out`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let first = try DatagramSocket(to: socket.local, on: loop)
      let other = try DatagramSocket(to: socket.local, on: loop)
      try await first.send([1])
      // It waits already when the first one locks.
      try await other.send([2])
      try await first.send([3])
      let delivered = Delivered()
      let result = try await run([socket], delivered) {
        $0.countLimit = 2
        $0.locksToFirstSender = true
      }
      #expect(delivered.list.map(\.bytes) == [[1], [3]])
      #expect(result.count == 2)
    }
  }

  @Test func `the first sender locks out those of another socket`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let sockets = try [
        receiver(on: loop), receiver(at: .ipv6(.loopback, port: 0, zone: 0), on: loop),
      ]
      let first = try DatagramSocket(to: sockets[0].local, on: loop)
      let other = try DatagramSocket(to: sockets[1].local, on: loop)
      try await first.send([1])
      try await other.send([2])
      try await first.send([3])
      let delivered = Delivered()
      _ = try await run(sockets, delivered) {
        $0.countLimit = 2
        $0.locksToFirstSender = true
      }
      #expect(delivered.list.map(\.bytes) == [[1], [3]])
    }
  }

  @Test func `many foreign datagrams in the queue hide nothing behind them`() async throws {
    try await onLoop(limit: .seconds(20)) { loop async throws in
      let socket = try receiver(on: loop)
      let first = try DatagramSocket(to: socket.local, on: loop)
      let other = try DatagramSocket(to: socket.local, on: loop)
      try await first.send([1])
      for _ in 0..<5 { try await other.send([2]) }
      try await first.send([3])
      let delivered = Delivered()
      // All events have been seen: no new one will come for what waits in the queue.
      try await socket.waitReadable(by: .never)
      _ = try await run([socket], delivered) {
        $0.countLimit = 2
        $0.locksToFirstSender = true
      }
      #expect(delivered.list.map(\.bytes) == [[1], [3]])
    }
  }

  @Test func `the lock leaves a socket on every address`() async throws {
    try await onLoop(limit: .seconds(20)) { loop async throws in
      let socket = try receiver(at: .ipv4(.any, port: 0), on: loop)
      let port = socket.local.port ?? 0
      let first = try DatagramSocket(
        to: .ipv4(IPv4Address(bytes: [127, 0, 0, 2]), port: port), on: loop)
      let delivered = Delivered()
      async let receiving = run([socket], delivered) {
        $0.countLimit = 2
        $0.locksToFirstSender = true
        $0.idleTimeout = .seconds(5)
      }
      try await first.send([1])
      while delivered.list.isEmpty { await loop.yield() }
      try await first.send([2])
      _ = try await receiving
      #expect(delivered.list.map(\.bytes) == [[1], [2]])
      #expect(socket.peer == nil)
    }
  }

  @Test func `an unnamed first sender locks the others out`() async throws {
    try await onLoop(limit: .seconds(20)) { loop async throws in
      let socket = try receiver(at: .unnamed, on: loop)
      let unnamed = try SocketDescriptor(family: .unix, type: .datagram)
      let named = try DatagramSocket(to: socket.local, on: loop)
      _ = try unnamed.sendMessage(([1] as [UInt8]).span.bytes, to: socket.local, flags: .dontWait)
      try await named.send([2])
      _ = try unnamed.sendMessage(([3] as [UInt8]).span.bytes, to: socket.local, flags: .dontWait)
      let delivered = Delivered()
      _ = try await run([socket], delivered) {
        $0.countLimit = 2
        $0.locksToFirstSender = true
      }
      #expect(delivered.list.map(\.bytes) == [[1], [3]])
      #expect(delivered.list.allSatisfy { $0.datagram.sender == nil })
    }
  }

  @Test func `a flood of foreign datagrams stops neither timeout nor cancellation`() async throws {
    try await onLoop(limit: .seconds(20)) { loop async throws in
      let socket = try receiver(on: loop)
      let first = try DatagramSocket(to: socket.local, on: loop)
      let other = try DatagramSocket(to: socket.local, on: loop)
      try await first.send([1])
      let flood = Task(executorPreference: loop) {
        while !Task.isCancelled {
          for _ in 0..<100 { try await other.send([2]) }
          await loop.yield()
        }
      }
      let error = await streamError {
        try await run([socket], Delivered()) {
          $0.locksToFirstSender = true
          $0.idleTimeout = .milliseconds(100)
        }
      }
      flood.cancel()
      #expect(error?.timeout == .idle)
    }
  }

  @Test func `silence ends it with the idle timeout`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let error = await streamError {
        try await run([socket], Delivered()) { $0.idleTimeout = .milliseconds(30) }
      }
      #expect(error?.timeout == .idle)
      #expect(error?.subject == .address(socket.local))
    }
  }

  @Test func `who is gone when the answer comes ends nothing`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let delivered = Delivered()
      for byte in 0..<3 {
        let sender = try DatagramSocket(to: socket.local, on: loop)
        try await sender.send([UInt8(byte)])
        try sender.close()
      }
      let result = try await run([socket], delivered) {
        $0.countLimit = 3
        $0.answer = .echo
      }
      #expect(delivered.list.map(\.bytes) == [[0], [1], [2]])
      #expect(result.count == 3)
    }
  }

  @Test func `an asker who takes no answers keeps nobody waiting`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(at: .unnamed, on: loop)
      let hostile = try DatagramSocket(to: socket.local, on: loop)
      let delivered = Delivered()
      let count = 2000
      async let receiving = run([socket], delivered) {
        $0.countLimit = count
        $0.answer = .echo
      }
      let start = ContinuousClock.now
      for _ in 0..<count { try await hostile.send([1]) }
      let result = try await receiving
      #expect(start.duration(to: .now) < .seconds(5))
      #expect(result.answerCount > 0)
      #expect(result.answerCount + result.unansweredCount == count)
      #expect(delivered.refusals.count == result.unansweredCount)
      #expect(delivered.refusals.allSatisfy { $0.subject == .address(hostile.local) })
    }
  }

  @Test func `an answer that fits no datagram is told`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(on: loop)
      let sender = try DatagramSocket(to: socket.local, on: loop)
      try await sender.send([UInt8](repeating: 0x61, count: 40_000))
      let delivered = Delivered()
      let result = try await run([socket], delivered) {
        $0.countLimit = 1
        $0.answer = .template(ResponseTemplate(Array("{message}{message}".utf8)))
      }
      #expect((result.answerCount, result.unansweredCount) == (0, 1))
      #expect(delivered.refusals.map(\.subject) == [.address(sender.local)])
    }
  }

  @Test func `an unnamed Unix sender gets no answer`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      let socket = try receiver(at: .unnamed, on: loop)
      let sender = try DatagramSocket(to: socket.local, on: loop)
      try await sender.send([7])
      let delivered = Delivered()
      let result = try await run([socket], delivered) {
        $0.countLimit = 1
        $0.answer = .echo
      }
      #expect(delivered.list.map(\.bytes) == [[7]])
      #expect(result.answerCount == (sender.local == .unnamed ? 0 : 1))
    }
  }

  @Test func `what the kernel drops is counted`() async throws {
    try await onLoop(limit: .seconds(60)) { loop async throws in
      var settings = SocketSettings()
      settings.receiveBuffer = 4096
      let bound = try BoundSocket(
        to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false, settings: settings)
      let socket = try DatagramSocket(bound, on: loop)
      let sender = try DatagramSocket(to: socket.local, on: loop)
      for _ in 0..<100 { try await sender.send([UInt8](repeating: 1, count: 1000)) }
      let delivered = Delivered()
      var policy = DatagramReceiver.Policy()
      policy.idleTimeout = .milliseconds(50)
      let result = DatagramReceiver(on: [socket], policy: policy) { _ in "" }
      let error = await streamError {
        try await result.run { received throws(StreamError) in
          delivered.list.append(received)
        } answered: { _, _, _ in
        } unanswered: { _ in
        }
      }
      #expect(error?.timeout == .idle)
      #expect(result.droppedCount > 0)
      #expect(result.droppedCount + result.count == 100)
    }
  }
}
