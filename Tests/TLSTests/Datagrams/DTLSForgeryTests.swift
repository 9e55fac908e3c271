import Sockets
import TestSupport
import Testing

@testable import TLS

@Suite struct DTLSForgeryTests {
  /// What a client sends first, without a cookie.
  private func firstMessage(of echo: DTLSEcho, on loop: EventLoop) async throws -> [UInt8] {
    let sink = try DatagramSocket(
      BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false), on: loop)
    let client = try echo.client(to: sink.local)
    _ = await streamError { try await client.handshake(by: .now) }
    return try await sink.receive()
  }

  @Test func `nothing is kept of whoever has not sent the cookie back`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let hello = try await firstMessage(of: echo, on: loop)
      for _ in 0..<50 {
        let stranger = try DatagramSocket(to: echo.socket.local, on: loop)
        try await stranger.send(hello)
        while try echo.takeOne() {}
        let answer = try await stranger.receive()
        // A HelloVerifyRequest, which is smaller than what asked for it.
        #expect(answer.count > 13 && answer[0] == 22 && answer[13] == 3)
        #expect(answer.count < hello.count)
      }
      #expect(echo.server.handshakeCount == 0)
      #expect(echo.server.associationCount == 0)
    }
  }

  @Test func `a cookie is worth nothing at another address`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let honest = try DatagramSocket(to: echo.socket.local, on: loop)
      let recorded = Recorded(honest)
      let client = try echo.client(over: recorded)
      try await echo.serve { try await client.handshake(by: .after(.seconds(20))) }
      let withCookie = recorded.sent[1]
      let thief = try DatagramSocket(to: echo.socket.local, on: loop)
      try await thief.send(withCookie)
      while try echo.takeOne() {}
      #expect(echo.server.handshakeCount == 0)
      #expect(echo.server.associationCount == 1)
    }
  }

  @Test func `a recorded beginning does not end what holds`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let base = try DatagramSocket(to: echo.socket.local, on: loop)
      let recorded = Recorded(base)
      try await echo.serve {
        let before = try echo.client(over: recorded)
        try await before.handshake(by: .after(.seconds(20)))
        let old = recorded.sent
        let client = try echo.client(over: recorded)
        try await client.handshake(by: .after(.seconds(20)))
        for datagram in old + recorded.sent { try await base.send(datagram) }
        try await client.send([8])
        #expect(try await client.receive() == [8])
        #expect(echo.server.associationCount == 1)
      }
    }
  }

  @Test func `garbage and forged datagrams disturb nobody`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let base = try DatagramSocket(to: echo.socket.local, on: loop)
        let client = try echo.client(over: Shared(base))
        try await client.handshake(by: .after(.seconds(20)))
        try await send(Self.garbage, on: loop) { try await base.send($0) }
        let stranger = try DatagramSocket(to: echo.socket.local, on: loop)
        try await send(Self.garbage, on: loop) { try await stranger.send($0) }
        try await client.send([6])
        #expect(try await client.receive() == [6])
        // The other way: a source that is forged reaches the client's socket as the server.
        for datagram in Self.garbage {
          _ = try echo.socket.trySend(datagram.span.bytes, to: base.local)
          _ = try client.tryReceive { _, _ in Issue.record("garbage was handed over") }
        }
        try await client.send([7])
        #expect(try await client.receive() == [7])
        #expect(echo.received.map(\.bytes) == [[6], [7]])
        #expect(echo.server.associationCount == 1)
        #expect(echo.server.handshakeCount == 0)
        #expect(echo.notes.lines == ["begun DTLSv1.2"])
      }
    }
  }

  /// Sends datagrams with time in between, so that none is dropped for want of room.
  private func send(
    _ datagrams: [[UInt8]], on loop: EventLoop, _ send: ([UInt8]) async throws -> Void
  ) async throws {
    for datagram in datagrams {
      try await send(datagram)
      await loop.sleep(until: .now)
    }
  }

  /// No records, records of other epochs and kinds in clear, and records whose digests are wrong.
  static let garbage: [[UInt8]] = {
    var list: [[UInt8]] = [[], [0], Array("GET / HTTP/1.1\r\n\r\n".utf8), patternBytes(65_000)]
    for kind in 20...25 as ClosedRange<UInt8> {
      for epoch in 0...2 as ClosedRange<UInt8> {
        for size in [0, 2, 40, 1200] {
          let header: [UInt8] = [
            kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 9, UInt8(size >> 8), UInt8(size & 255),
          ]
          list.append(header + patternBytes(size))
          list.append(header + [UInt8](repeating: 2, count: size))
        }
      }
    }
    // An end, and a first message that is cut.
    list.append([21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0])
    list.append([22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48] + patternBytes(56))
    return list
  }()

  @Test func `who is too many is dropped, the most silent first`() async throws {
    try await onLoop { loop async throws in
      var limits = DTLSServer.Limits()
      limits.associations = 3
      let echo = try DTLSEcho(on: loop, limits: limits)
      try await echo.serve {
        var clients: [DTLSChannel] = []
        for number in 0..<3 as Range<UInt8> {
          clients.append(try await echo.shakenClient())
          try await clients[Int(number)].send([number])
          #expect(try await clients[Int(number)].receive() == [number])
        }
        try await clients[0].send([9])
        #expect(try await clients[0].receive() == [9])
        _ = try await echo.shakenClient()
        try await eventually(on: loop) { echo.server.associationCount == 3 }
        _ = try await clients[1].waitReadable(by: .after(.seconds(20)))
        _ = try clients[1].tryReceive { _, _ in }
        #expect(throws: StreamError.self) { try clients[1].failIfEnded() }
        for index in [0, 2] { try clients[index].failIfEnded() }
      }
    }
  }

  @Test func `handshakes that do not end are given up, and the oldest make room`() async throws {
    try await onLoop { loop async throws in
      var limits = DTLSServer.Limits()
      limits.handshakes = 4
      limits.handshakeTime = .milliseconds(300)
      let echo = try DTLSEcho(on: loop, limits: limits)
      try await echo.serve {
        for _ in 0..<6 {
          // With the cookie, and then nothing more.
          let base = Recorded(try DatagramSocket(to: echo.socket.local, on: loop), most: 2)
          let client = try echo.client(over: base)
          _ = await streamError { try await client.handshake(by: .after(.milliseconds(30))) }
        }
        #expect(echo.server.handshakeCount <= 4)
        #expect(echo.server.handshakeCount > 0)
        try await eventually(on: loop) { echo.server.handshakeCount == 0 }
        #expect(Set(echo.notes.lines) == ["failed timed out"])
        #expect(echo.server.associationCount == 0)
      }
    }
  }
}

/// A socket that notes what is sent, and loses all beyond so many datagrams.
final class Recorded: DatagramChannel, @unchecked Sendable {
  private let base: DatagramSocket
  private let most: Int
  private(set) var sent: [[UInt8]] = []

  init(_ base: DatagramSocket, most: Int = .max) { (self.base, self.most) = (base, most) }

  func tryReceive(
    _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool { try base.tryReceive(body) }

  func trySend(
    _ bytes: RawSpan, to peer: SocketAddress?, from source: PacketInfo?
  ) throws(StreamError) -> Attempt {
    if sent.count >= most { return .moved(bytes.byteCount) }
    sent.append(bytes.withUnsafeBytes { Array($0) })
    return try base.trySend(bytes, to: peer, from: source)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  func close() throws(StreamError) {}
}
