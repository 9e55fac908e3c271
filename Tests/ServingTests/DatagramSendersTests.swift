import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct DatagramSendersTests {
  private func way(_ port: UInt16, socket: Int = 0) -> DatagramSenders.Way {
    DatagramSenders.Way(
      address: .ipv4(.loopback, port: port), socketIndex: socket, source: nil,
      local: .ipv4(.loopback, port: 1))
  }

  @Test func `they stand in the order of their first datagram`() {
    var senders = DatagramSenders()
    for port: UInt16 in [30, 10, 20, 10, 30, 10] { senders.hear(way(port)) }
    #expect(senders.list.map(\.number) == [1, 2, 3])
    #expect(senders.list.map(\.address.port) == [30, 10, 20])
    #expect(senders.list.map(\.count) == [2, 3, 1])
    #expect(senders.ways(to: .last).map(\.address.port) == [10])
    #expect(senders.ways(to: .number(3)).map(\.address.port) == [20])
    #expect(senders.ways(to: .all).map(\.address.port) == [30, 10, 20])
  }

  @Test func `who is silent the longest is forgotten, and numbers stay`() {
    var senders = DatagramSenders(limit: 3)
    for port: UInt16 in [1, 2, 3, 1, 4, 2] { senders.hear(way(port)) }
    #expect(senders.list.map(\.number) == [1, 4, 5])
    #expect(senders.list.map(\.address.port) == [1, 4, 2])
    #expect(senders.ways(to: .number(2)).isEmpty)
    #expect(senders.ways(to: .number(5)).map(\.address.port) == [2])
  }

  @Test func `a thousand are remembered`() {
    var senders = DatagramSenders()
    for port: UInt16 in 1...1500 { senders.hear(way(port)) }
    #expect(senders.list.count == 1000)
    #expect(senders.list.first?.number == 501)
    #expect(senders.list.last?.number == 1500)
  }

  @Test func `a sender is reached where it was heard last`() {
    var senders = DatagramSenders()
    senders.hear(way(1))
    senders.hear(way(1, socket: 1))
    #expect(senders.ways(to: .number(1)).map(\.socketIndex) == [1])
  }

  @Test(
    arguments: [
      (.all, "nobody has sent anything yet"), (.last, "nobody has sent anything yet"),
      (.number(7), "there is no sender 7"),
    ] as [(DatagramSenders.Target, String)])
  func `nobody is a failure of usage`(target: DatagramSenders.Target, text: String) async throws {
    try await onLoop { loop async throws in
      let receiver = DatagramReceiver(on: [try receiver(on: loop)], policy: .init()) { _ in "" }
      let error = await streamError { try receiver.send([1], to: target) { _, _, _ in } }
      guard case .layer(let cause)? = error?.cause else {
        Issue.record("no layer's error")
        return
      }
      #expect(cause.text == text)
      #expect(cause.failure == .usage)
      #expect(receiver.unansweredCount == 0)
    }
  }

  /// A receiver that has heard each of some senders once.
  private func heard(
    _ senders: [DatagramSocket], on sockets: [DatagramSocket]
  ) async throws -> DatagramReceiver {
    var policy = DatagramReceiver.Policy()
    policy.remembersSenders = true
    policy.countLimit = senders.count
    let receiver = DatagramReceiver(on: sockets, policy: policy) { _ in "" }
    try await receiver.run { _ throws(StreamError) in
    } answered: { _, _, _ in
    } unanswered: { _ in
    }
    return receiver
  }

  @Test func `each is sent to from the socket that heard it`() async throws {
    try await onLoop { loop async throws in
      let sockets = try [
        receiver(on: loop), receiver(at: .ipv6(.loopback, port: 0, zone: 0), on: loop),
      ]
      let senders = try sockets.map { try DatagramSocket(to: $0.local, on: loop) }
      for sender in senders { try await sender.send([0]) }
      let receiver = try await heard(senders, on: sockets)
      #expect(receiver.senders.list.map(\.address) == senders.map(\.local))
      #expect(receiver.senders.list.map(\.local) == sockets.map(\.local))
      var sent: [(SocketAddress, SocketAddress)] = []
      try receiver.send([1, 2], to: .all) { sent.append(($1, $2)) }
      #expect(sent.map(\.0) == senders.map(\.local))
      #expect(sent.map(\.1) == sockets.map(\.local))
      for (sender, socket) in zip(senders, sockets) {
        let (bytes, from) = try await sender.receive()
        #expect(bytes == [1, 2])
        #expect(from == socket.local)
      }
      try receiver.send([], to: .number(2)) { _, _, _ in }
      #expect(try await senders[1].receive().bytes == [])
      #expect((receiver.answerCount, receiver.answeredByteCount) == (3, 4))
    }
  }

  @Test func `one that cannot be sent to keeps nobody else from getting it`() async throws {
    try await onLoop { loop async throws in
      let directory = try TemporaryDirectory()
      let socket = try receiver(at: .unix(path: Array(directory.path(of: "r").utf8)), on: loop)
      let senders = try ["a", "b"].map {
        try DatagramSocket(
          to: socket.local, from: .unix(path: Array(directory.path(of: $0).utf8)), on: loop)
      }
      for sender in senders { try await sender.send([0]) }
      let receiver = try await heard(senders, on: [socket])
      try senders[0].close()
      let error = await streamError { try receiver.send([1], to: .all) { _, _, _ in } }
      #expect(error?.errno == .noSuchFileOrDirectory)
      #expect(try await senders[1].receive().bytes == [1])
      #expect((receiver.answerCount, receiver.unansweredCount) == (1, 1))
      try senders[1].close()
      let all = await streamError { try receiver.send([1], to: .all) { _, _, _ in } }
      guard case .attempts(let errors)? = all?.cause else {
        Issue.record("not an error for each")
        return
      }
      #expect(errors.count == 2)
      #expect(receiver.unansweredCount == 3)
    }
  }

  @Test func `nobody is remembered unless it was asked for`() async throws {
    try await onLoop { loop async throws in
      let socket = try receiver(on: loop)
      try await DatagramSocket(to: socket.local, on: loop).send([0])
      var policy = DatagramReceiver.Policy()
      policy.countLimit = 1
      let receiver = DatagramReceiver(on: [socket], policy: policy) { _ in "" }
      try await receiver.run { _ throws(StreamError) in
      } answered: { _, _, _ in
      } unanswered: { _ in
      }
      #expect(receiver.senders.list.isEmpty)
    }
  }
}
