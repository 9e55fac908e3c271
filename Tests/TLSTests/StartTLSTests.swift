import Sockets
import TestSupport
import Testing

@testable import TLS

@Suite struct StartTLSTests {
  @Test func `there is a dialogue for every protocol`() {
    #expect(OpeningDialogue.all.map(\.spoken) == StartTLSProtocol.allCases)
  }

  @Test(arguments: OpeningDialogue.all)
  func `a peer that agrees is heard to its go-ahead, and told no more than needed`(
    _ dialogue: OpeningDialogue
  ) async throws {
    let (error, rest) = try await dialogue.spoken.open(against: dialogue.sayings)
    #expect(error?.tlsFailure?.text == nil)
    #expect(error == nil)
    #expect(rest == [])
  }

  @Test(arguments: OpeningDialogue.all)
  func `a peer may say its words in any pieces`(_ dialogue: OpeningDialogue) async throws {
    let sayings = dialogue.sayings.flatMap { saying -> [Saying] in
      guard case .peer(let bytes) = saying else { return [saying] }
      return bytes.map { .peer([$0]) }
    }
    // Packets are never joined.
    let (error, rest) = try await dialogue.spoken.open(against: sayings, type: .sequencedPacket)
    #expect(error == nil)
    #expect(rest == [])
  }

  @Test(arguments: [SocketType.stream, .sequencedPacket], OpeningDialogue.all)
  func `bytes behind the go-ahead are refused, in its segment and in one of their own`(
    _ type: SocketType, _ dialogue: OpeningDialogue
  ) async throws {
    // There MySQL's client has the last word: what came before it came too early.
    let (earlier, last) = dialogue.goAhead
    let sayings = earlier + [.peer(last), .peer("a001 NOOP\r\n")]
    let (error, _) = try await dialogue.spoken.open(against: sayings, type: type)
    #expect(
      error?.tlsFailure?.text
        == "11 bytes came in clear behind the go-ahead, as if TLS protected them: "
        + #""a001 NOOP\r\n""#)
    #expect(error?.tlsFailure?.failure == .security)
  }

  @Test(arguments: OpeningDialogue.all)
  func `a peer that ends early is told of, with its last words`(
    _ dialogue: OpeningDialogue
  ) async throws {
    let (earlier, last) = dialogue.goAhead
    let half = Array(last.prefix(last.count / 2))
    let (error, _) = try await dialogue.spoken.open(
      against: earlier + (half.isEmpty ? [] : [.peer(half)]), thenEnd: true)
    let text = error?.tlsFailure?.text ?? ""
    #expect(text.hasPrefix("the peer ended before TLS began"))
    #expect(text.contains("last words") || spokenInMessages.contains(dialogue.spoken))
  }

  /// Of these, half of the last words may be whole parts.
  private let spokenInMessages: [StartTLSProtocol] = [.ldap, .postgres, .mysql]

  @Test(arguments: StartTLSProtocol.allCases)
  func `a peer that waits for TLS from the start is known`(
    _ spoken: StartTLSProtocol
  ) async throws {
    let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 70]
    let (error, _) = try await spoken.open(against: [.peer(alert)], thenEnd: true)
    #expect(error?.tlsFailure?.text == "the peer speaks TLS from the start")
    #expect(error?.tlsFailure?.hint == "--tls without --starttls")
  }

  @Test(arguments: StartTLSProtocol.allCases)
  func `a peer that ends without a word may have waited for TLS`(
    _ spoken: StartTLSProtocol
  ) async throws {
    let (error, _) = try await spoken.open(against: [], thenEnd: true)
    #expect(error?.tlsFailure?.text == "the peer ended before TLS began")
    #expect(error?.tlsFailure?.hint == "--tls without --starttls")
  }

  @Test(arguments: StartTLSProtocol.allCases)
  func `a peer that speaks something else is shown`(_ spoken: StartTLSProtocol) async throws {
    let page = "HTTP/1.1 400 Bad Request\r\n\r\n<html>"
    let (error, _) = try await spoken.open(against: [.peer(page)])
    let text = error?.tlsFailure?.text ?? ""
    #expect(
      text.hasPrefix("the peer does not speak \(spoken.title), but says \"HTTP/1.1 400 Bad Requ"))
    #expect(error?.tlsFailure?.hint == "\(spoken.title) is usually at port \(spoken.port)")
  }

  @Test(arguments: StartTLSProtocol.allCases)
  func `a peer that says nothing is waited for until the deadline`(
    _ spoken: StartTLSProtocol
  ) async throws {
    let (error, _) = try await spoken.open(against: [], by: .after(.milliseconds(20)))
    #expect(error?.timeout == .connect)
    #expect(error?.operation == .connect)
  }

  @Test func `the deadline holds also for a peer that always has more to say`() async throws {
    let (error, _) = try await StartTLSProtocol.ftp.open(
      against: [.peer("220-more\r\n220-and more\r\n")], by: .now)
    #expect(error?.timeout == .connect)
  }

  @Test func `every line can be observed, escaped`() async throws {
    let lines = Lines()
    let (error, _) = try await StartTLSProtocol.pop3.open(
      against: [.peer("+OK \u{1b}[2J\r\n"), .us("STLS\r\n"), .peer("-ERR no\r\n")],
      observe: { isSent, line in lines.all.append((isSent ? "> " : "< ") + line) })
    #expect(lines.all == [#"< +OK \x1b[2J"#, "> STLS", "< -ERR no"])
    #expect(error?.tlsFailure?.text == #"the peer refuses TLS: "-ERR no""#)
  }

  @Test func `after the opening the handshake begins on the same stream`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let server = try TLSContext(server: TLSSettings(), names: ["localhost"])
      var settings = TLSSettings()
      settings.trust.pins = server.madeCertificate.map { [$0.keyPin] } ?? []
      async let answering: Void = serve(pair.far, server)
      try await StartTLSProtocol.postgres.open(
        on: pair.near, name: "localhost", subject: .endpoint("peer"), by: .never)
      let client = try TLSStream(
        TLSContext(client: settings), over: pair.near, name: "localhost",
        subject: .endpoint("peer"))
      try await client.handshake(by: .never)
      try await client.write(Array("question".utf8))
      #expect(try await client.readExactly(8) == Array("question".utf8))
      try await answering
    }
  }
}

private func serve(_ stream: StreamSocket, _ context: TLSContext) async throws {
  _ = try await stream.readExactly(8)
  try await stream.write([UInt8(ascii: "S")])
  let tls = try TLSStream(context, over: stream, subject: .endpoint("client"))
  try await tls.handshake(by: .never)
  try await tls.write(try await tls.readExactly(8))
}

/// Filled by the thread of the test's loop, and read after it.
private final class Lines: @unchecked Sendable {
  var all: [String] = []
}
