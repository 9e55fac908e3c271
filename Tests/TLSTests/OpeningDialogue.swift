import Sockets
import TestSupport
import Testing

@testable import TLS

/// What one side of an opening says; the other one reads exactly that.
enum Saying: Sendable {
  case peer([UInt8])
  case us([UInt8])

  static func peer(_ text: String) -> Saying { .peer(Array(text.utf8)) }
  static func us(_ text: String) -> Saying { .us(Array(text.utf8)) }
}

/// An opening that comes to its handshake.
struct OpeningDialogue: Sendable, CustomTestStringConvertible {
  let spoken: StartTLSProtocol
  let sayings: [Saying]

  init(_ spoken: StartTLSProtocol, _ sayings: Saying...) {
    (self.spoken, self.sayings) = (spoken, sayings)
  }

  var testDescription: String { spoken.rawValue }

  /// The peer's last words, and what is before them.
  var goAhead: (earlier: [Saying], last: [UInt8]) {
    guard let index = sayings.lastIndex(where: { if case .peer = $0 { true } else { false } }),
      case .peer(let last) = sayings[index]
    else { return (sayings, []) }
    return (Array(sayings[..<index]), last)
  }

  /// One for each protocol, as their documents have them.
  static let all: [OpeningDialogue] = [
    OpeningDialogue(
      .smtp, .peer("220-mail.example.org\r\n220 ready\r\n"), .us("EHLO localhost\r\n"),
      .peer("250-mail.example.org\r\n250-PIPELINING\r\n250-starttls\r\n250 SIZE 1000\r\n"),
      .us("STARTTLS\r\n"), .peer("220 2.0.0 Ready to start TLS\r\n")),
    OpeningDialogue(
      .lmtp, .peer("220 mail.example.org LMTP\r\n"), .us("LHLO localhost\r\n"),
      .peer("250-mail.example.org\r\n250 STARTTLS\r\n"), .us("STARTTLS\r\n"), .peer("220\r\n")),
    OpeningDialogue(
      .imap, .peer("* OK IMAP4rev1 ready\r\n"), .us("a1 CAPABILITY\r\n"),
      .peer("* CAPABILITY IMAP4rev1 StartTLS LOGINDISABLED\r\na1 OK done\r\n"),
      .us("a2 STARTTLS\r\n"), .peer("* OK a moment\r\nA2 ok Begin TLS\r\n")),
    OpeningDialogue(
      .pop3, .peer("+OK POP3 <1.2@example.org>\r\n"), .us("STLS\r\n"), .peer("+OK Begin TLS\r\n")),
    OpeningDialogue(
      .ftp, .peer("120 soon\r\n220-Welcome\r\n free text\r\n550 as well\r\n220 ready\r\n"),
      .us("AUTH TLS\r\n"), .peer("234 AUTH TLS successful\r\n")),
    OpeningDialogue(
      .ldap,
      .us(
        [0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]
          + Array("1.3.6.1.4.1.1466.20037".utf8)),
      .peer([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 1, 0, 4, 0, 4, 0])),
    OpeningDialogue(
      .postgres, .us([0, 0, 0, 8, 4, 210, 22, 47]), .peer("S")),
    OpeningDialogue(
      .mysql, .peer(mySQLGreeting(abilities: 0x8a00)),
      .us([32, 0, 0, 1, 0, 0x8a, 0, 0, 0, 0, 0, 1, 45] + [UInt8](repeating: 0, count: 23))),
    OpeningDialogue(
      .xmpp,
      .us(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
          + "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>"),
      .peer("<?xml version='1.0'?>\n<stream:stream\nfrom='example.org' id='1' version='1.0'>"),
      .peer("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"),
      .peer("</starttls></stream:features>"),
      .us("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
      .peer("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
    OpeningDialogue(
      .sieve, .peer("\"IMPLEMENTATION\" \"Example\"\r\n\"SIEVE\" \"fileinto\"\r\n\"StartTLS\"\r\n"),
      .peer("OK \"ready\"\r\n"), .us("STARTTLS\r\n"), .peer("OK \"Begin TLS\"\r\n")),
    OpeningDialogue(
      .nntp, .peer("201 ready, no posting\r\n"), .us("STARTTLS\r\n"), .peer("382 Continue\r\n")),
    OpeningDialogue(
      .irc, .us("STARTTLS\r\n"), .peer(":irc.example.org NOTICE * :*** Looking up\r\n"),
      .peer("@time=1 :irc.example.org 020 * :wait\r\nPING :1\r\n"),
      .peer(":irc.example.org 670 * :STARTTLS successful, go ahead\r\n")),
  ]
}

/// What a MySQL server says first.
func mySQLGreeting(abilities: UInt16) -> [UInt8] {
  let payload =
    [10] + Array("8.0.36\0".utf8) + [7, 0, 0, 0] + Array("challeng\0".utf8)
    + [UInt8(abilities & 0xff), UInt8(abilities >> 8), 45, 2, 0]
  return [UInt8(payload.count), 0, 0, 0] + payload
}

extension StartTLSProtocol {
  /// Opens against a peer that says its part, and ends if told to; the error, and what the peer has
  /// heard beyond its part.
  func open(
    against sayings: [Saying], thenEnd: Bool = false, type: SocketType = .stream,
    by deadline: Deadline = .never,
    observe: @escaping @Sendable (Bool, String) -> Void = { _, _ in }
  ) async throws -> (error: StreamError?, rest: [UInt8]) {
    try await onLoop { loop async throws in
      let pair = try unixPair(type: type, on: loop)
      async let rest = play(sayings, thenEnd: thenEnd, on: pair.far)
      let error = await streamError {
        try await self.open(
          on: pair.near, name: "example.org", subject: .endpoint("peer"), by: deadline,
          observe: observe)
      }
      try pair.near.close()
      return (error, try await rest)
    }
  }
}

private func play(
  _ sayings: [Saying], thenEnd: Bool, on stream: StreamSocket
) async throws -> [UInt8] {
  for saying in sayings {
    switch saying {
    // We may have heard enough.
    case .peer(let bytes): try? await stream.write(bytes)
    case .us(let bytes): #expect(try await stream.readExactly(bytes.count) == bytes)
    }
  }
  if thenEnd { try await stream.closeWrite(by: .never) }
  // A reset: not all was read of what the peer said.
  return (try? await stream.readToEnd()) ?? []
}

extension StreamError {
  /// What TLS says, and what could be typed next.
  var tlsFailure: TLSFailure? {
    if case .layer(let error) = cause { error as? TLSFailure } else { nil }
  }
}
