import Sockets
import TestSupport
import Testing

@testable import TLS

/// Two ends of TLS over a pair of sockets, after their handshake.
struct TLSPair {
  let client: TLSStream
  let server: TLSStream
  let clientSocket: StreamSocket
  let serverSocket: StreamSocket

  init(
    on loop: EventLoop, client settings: TLSSettings? = nil, server: TLSSettings = TLSSettings()
  ) async throws {
    let pair = try unixPair(on: loop)
    (clientSocket, serverSocket) = (pair.near, pair.far)
    let serverContext = try TLSContext(server: server, names: ["localhost"])
    var trusting = settings ?? TLSSettings()
    if settings == nil, let made = serverContext.madeCertificate {
      trusting.trust.pins = [made.keyPin]
    }
    client = try TLSStream(
      TLSContext(client: trusting), over: pair.near, name: "localhost", subject: .endpoint("server")
    )
    self.server = try TLSStream(serverContext, over: pair.far, subject: .endpoint("client"))
    async let shaking: Void = client.handshake(by: .never)
    try await self.server.handshake(by: .never)
    try await shaking
  }
}

@Suite struct TLSStreamTests {
  @Test func `bytes of any number come out as they went in, both ways at once`() async throws {
    try await onLoop { loop async throws in
      let pair = try await TLSPair(on: loop)
      let (out, back) = (patternBytes(3_000_001), patternBytes(1_500_003).reversed() as [UInt8])
      async let sending: Void = pair.client.write(out)
      async let answering: Void = pair.server.write(back)
      async let answer = pair.client.readExactly(back.count)
      #expect(try await pair.server.readExactly(out.count) == out)
      #expect(try await answer == back)
      try await sending
      try await answering
    }
  }

  @Test func `it is the same where OpenSSL has the socket itself`() async throws {
    try await onLoop { loop async throws in
      let pair = try await tcpPair(on: loop)
      let context = try TLSContext(server: TLSSettings(), names: ["localhost"])
      var blind = TLSSettings()
      blind.trust.isBlind = true
      let numbers = try (pair.near.withSocket { $0.number }, pair.far.withSocket { $0.number })
      let client = try TLSStream(
        TLSContext(client: blind), over: pair.near, name: nil, subject: .endpoint("server"),
        socket: numbers.0)
      let server = try TLSStream(
        context, over: pair.far, name: nil, subject: .endpoint("client"), socket: numbers.1)
      async let shaking: Void = client.handshake(by: .never)
      try await server.handshake(by: .never)
      try await shaking
      let bytes = patternBytes(3_000_001)
      async let sending: Void = client.write(bytes)
      #expect(try await server.readExactly(bytes.count) == bytes)
      try await sending
      try await client.closeWrite(by: .never)
      #expect(try await server.read(limit: 1) == nil)
      try server.checkEnd()
      try await server.write([1])
      try await pair.far.closeWrite(by: .never)
      #expect(try await client.readExactly(1) == [1])
      #expect(try await client.read(limit: 1) == nil)
      #expect(throws: StreamError.self) { try client.checkEnd() }
    }
  }

  @Test func `an end is told by close_notify, and the other direction goes on`() async throws {
    try await onLoop { loop async throws in
      let pair = try await TLSPair(on: loop)
      try await pair.client.write(Array("question".utf8))
      try await pair.client.closeWrite(by: .never)
      #expect(try await pair.server.readExactly(8) == Array("question".utf8))
      #expect(try await pair.server.read(limit: 1) == nil)
      try await pair.server.write(Array("answer".utf8))
      try await pair.server.closeWrite(by: .never)
      #expect(try await pair.client.readExactly(6) == Array("answer".utf8))
      #expect(try await pair.client.read(limit: 1) == nil)
    }
  }

  @Test func `an end of the base alone is a cut`() async throws {
    try await onLoop { loop async throws in
      let pair = try await TLSPair(on: loop)
      try await pair.client.write(Array("half".utf8))
      try await pair.clientSocket.closeWrite(by: .never)
      #expect(try await pair.server.readExactly(4) == Array("half".utf8))
      #expect(try await pair.server.read(limit: 1) == nil)
      // Who waits for an answer gets it.
      try await pair.server.write(Array("answer".utf8))
      try await pair.server.closeWrite(by: .never)
      #expect(try await pair.client.readExactly(6) == Array("answer".utf8))
      let error = await streamError { try await pair.server.drain(by: .never) }
      #expect(error?.isCut == true)
    }
  }

  @Test func `what was agreed on is known`() async throws {
    try await onLoop { loop async throws in
      var settings = TLSSettings()
      settings.protocols = ["h2", "http/1.1"]
      settings.trust.isBlind = true
      var server = TLSSettings()
      server.protocols = ["http/1.1"]
      let facts = try await TLSPair(on: loop, client: settings, server: server).client.facts
      #expect(facts.version == "TLSv1.3")
      #expect(facts.cipher == "TLS_AES_128_GCM_SHA256")
      #expect(facts.group == "x25519")
      #expect(facts.applicationProtocol == "http/1.1")
      #expect(!facts.isVerified)
      #expect(facts.chain.map(\.names) == [["localhost"]])
    }
  }
}

extension StreamError {
  var isCut: Bool {
    if case .layer(let error) = cause { error.text.contains("without close_notify") } else { false }
  }
}
