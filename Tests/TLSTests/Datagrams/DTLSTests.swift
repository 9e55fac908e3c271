import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import TLS

@Suite struct DTLSTests {
  @Test(arguments: [1, 2, 1000, 16383, 16384])
  func `a datagram comes out as it went in, and its boundaries are kept`(
    _ size: Int
  ) async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let client = try await echo.shakenClient()
        try await client.send(patternBytes(size))
        try await client.send([1, 2, 3])
        #expect(try await client.receive() == patternBytes(size))
        #expect(try await client.receive() == [1, 2, 3])
        #expect(client.facts.version == "DTLSv1.2")
        #expect(client.facts.isVerified)
        #expect(echo.notes.lines == ["begun DTLSv1.2"])
      }
    }
  }

  @Test func `what no record holds is refused, and harms nothing`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let client = try await echo.shakenClient()
        let long = await streamError { try await client.send(patternBytes(16385)) }
        #expect(long?.errno == .messageTooLong)
        let empty = await streamError { try await client.send([]) }
        #expect(empty?.text == "DTLS carries no empty datagrams here")
        try await client.send([7])
        #expect(try await client.receive() == [7])
      }
    }
  }

  @Test func `two clients at once keep apart`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        async let first = echo.shakenClient()
        async let second = echo.shakenClient()
        let clients = try await (first, second)
        for number in 0..<20 as Range<UInt8> {
          try await clients.0.send([1, number])
          try await clients.1.send([2, number])
        }
        for number in 0..<20 as Range<UInt8> {
          #expect(try await clients.0.receive() == [1, number])
          #expect(try await clients.1.receive() == [2, number])
        }
        #expect(echo.server.associationCount == 2)
        #expect(Set(echo.received.map(\.sender)).count == 2)
      }
    }
  }

  @Test func `an end is told both ways, and the same sender may begin anew`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let base = try DatagramSocket(to: echo.socket.local, on: loop)
        let shared = Shared(base)
        for round in 0..<3 as Range<UInt8> {
          let client = try echo.client(over: shared)
          try await client.handshake(by: .after(.seconds(20)))
          try await client.send([round])
          #expect(try await client.receive() == [round])
          try client.close()
        }
        let client = try echo.client(over: shared)
        try await client.handshake(by: .after(.seconds(20)))
        #expect(echo.notes.lines.filter { $0 == "ended" }.count == 3)
        #expect(echo.server.associationCount == 1)
        echo.server.end()
        let end = await streamError {
          while true {
            _ = try client.tryReceive { _, _ in }
            try client.failIfEnded()
            try await client.waitReadable(by: .after(.seconds(20)))
          }
        }
        #expect(end?.text == "the peer has ended the association")
        let error = await streamError { try await client.send([9]) }
        #expect(error?.text == "the peer has ended the association")
      }
    }
  }

  @Test func `a client that forgot its association begins anew beside it`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let shared = Shared(try DatagramSocket(to: echo.socket.local, on: loop))
        let old = try echo.client(over: shared)
        try await old.handshake(by: .after(.seconds(20)))
        let new = try echo.client(over: shared)
        try await new.handshake(by: .after(.seconds(20)))
        try await new.send([5])
        #expect(try await new.receive() == [5])
        #expect(echo.server.associationCount == 1)
        #expect(echo.server.handshakeCount == 0)
      }
    }
  }

  @Test func `a wrong certificate is explained to the client, and the server hears of it`()
    async throws
  {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try await echo.serve {
        let client = try echo.client(settings: TLSSettings())
        let error = await streamError { try await client.handshake(by: .after(.seconds(20))) }
        #expect(error?.text.contains("is signed by itself and not known here") == true)
        try await eventually(on: loop) { !echo.notes.lines.isEmpty }
        #expect(echo.notes.lines.first?.hasPrefix("failed the peer refuses") == true)
        #expect(echo.server.handshakeCount == 0)
      }
    }
  }

  @Test func `a server demands a client's certificate`() async throws {
    try await onLoop { loop async throws in
      var settings = TLSSettings()
      settings.trust.pins = [TLSPin(digest: Array(repeating: 1, count: 32))]
      let echo = try DTLSEcho(on: loop, settings: settings)
      try await echo.serve {
        let client = try echo.client()
        let error = await streamError { try await client.handshake(by: .after(.seconds(20))) }
        #expect(error?.text.hasPrefix("the peer refuses: ") == true)
        try await eventually(on: loop) { !echo.notes.lines.isEmpty }
        #expect(
          echo.notes.lines == ["failed the client shows no certificate, and one is demanded"])
      }
    }
  }

  @Test func `who answers nothing, or nothing of DTLS, is waited for until the deadline`()
    async throws
  {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let silent = try DatagramSocket(
        BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false), on: loop)
      let mute = try echo.client(to: silent.local)
      let first = await streamError { try await mute.handshake(by: .after(.milliseconds(150))) }
      #expect(first?.text == "timed out")
      var sender: SocketAddress?
      _ = try silent.tryReceive { _, datagram in sender = datagram.sender }
      let base = try DatagramSocket(to: silent.local, on: loop)
      _ = try silent.trySend(Array("hello?\n".utf8).span.bytes, to: base.local)
      let strange = try echo.client(over: base)
      let second = await streamError { try await strange.handshake(by: .after(.milliseconds(150))) }
      #expect(second?.text == #"the peer does not speak DTLS, but says "hello?\n""#)
      #expect(sender != nil)
    }
  }

  @Test func `a refused port is told at once`() async throws {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      try echo.socket.close()
      let client = try echo.client()
      let error = await streamError { try await client.handshake(by: .after(.seconds(20))) }
      #expect(error?.isRefusal == true)
    }
  }
}

/// A socket that several clients use one after the other.
final class Shared: DatagramChannel {
  private let base: DatagramSocket

  init(_ base: DatagramSocket) { self.base = base }

  func tryReceive(
    _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool { try base.tryReceive(body) }

  func trySend(
    _ bytes: RawSpan, to peer: SocketAddress?, from source: PacketInfo?
  ) throws(StreamError) -> Attempt { try base.trySend(bytes, to: peer, from: source) }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  func close() throws(StreamError) {}
}

/// Lets others run until something is so, a few seconds at most.
func eventually(on loop: EventLoop, _ isSo: () -> Bool) async throws {
  let deadline = Deadline.after(.seconds(10))
  while !isSo() {
    if deadline.hasPassed { throw TestError("it has not come to pass") }
    await loop.sleep(until: .after(.milliseconds(1)))
  }
}
