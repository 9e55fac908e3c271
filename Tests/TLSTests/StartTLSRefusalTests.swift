import Sockets
import TestSupport
import Testing

@testable import TLS

/// A dialogue that comes to no TLS, and what is said of it.
struct RefusedOpening: Sendable, CustomTestStringConvertible {
  let spoken: StartTLSProtocol
  let sayings: [Saying]
  let text: String

  init(_ spoken: StartTLSProtocol, _ sayings: [Saying], _ text: String) {
    (self.spoken, self.sayings, self.text) = (spoken, sayings, text)
  }

  var testDescription: String { spoken.rawValue + ": " + text }
}

@Suite struct StartTLSRefusalTests {
  @Test(arguments: refusals)
  func `a peer that does not want is quoted`(_ opening: RefusedOpening) async throws {
    let (error, rest) = try await opening.spoken.open(against: opening.sayings)
    #expect(error?.tlsFailure?.text == "the peer refuses TLS: \"" + opening.text + "\"")
    #expect(error?.tlsFailure?.failure == .security)
    #expect(rest == [])
  }

  @Test func `of many words the first ones are quoted`() async throws {
    let sayings = [Saying.peer("554 " + String(repeating: "x", count: 1000) + "\r\n")]
    let (error, _) = try await StartTLSProtocol.smtp.open(against: sayings)
    let quoted = "554 " + String(repeating: "x", count: 156)
    #expect(error?.tlsFailure?.text == "the peer refuses TLS: \"" + quoted + "\"…")
  }

  private static let mailGreeting: [Saying] = [
    .peer("220 hello\r\n"), .us("EHLO localhost\r\n"), .peer("250-hello\r\n250 STARTTLS\r\n"),
    .us("STARTTLS\r\n"),
  ]

  private static let imapGreeting: [Saying] = [
    .peer("* OK hello\r\n"), .us("a1 CAPABILITY\r\n"),
    .peer("* CAPABILITY STARTTLS\r\na1 OK\r\n"), .us("a2 STARTTLS\r\n"),
  ]

  private static let ldapRequest = OpeningDialogue.all.filter { $0.spoken == .ldap }
    .flatMap { $0.sayings.prefix(1) }

  private static let xmppGreeting = OpeningDialogue.all.filter { $0.spoken == .xmpp }
    .flatMap(\.sayings)

  private static let postgresRequest = Saying.us([0, 0, 0, 8, 4, 210, 22, 47])

  private static let refusals = [
    RefusedOpening(.smtp, [.peer("554-go\r\n554 away\r\n")], "554 away"),
    RefusedOpening(
      .smtp, [.peer("220 hi\r\n"), .us("EHLO localhost\r\n"), .peer("502 EHLO?\r\n")], "502 EHLO?"),
    RefusedOpening(.smtp, mailGreeting + [.peer("454 not now\r\n")], "454 not now"),
    RefusedOpening(.smtp, mailGreeting + [.peer("454 \u{1b}[31m\u{7}\r\n")], #"454 \x1b[31m\a"#),
    RefusedOpening(.imap, [.peer("* PREAUTH welcome back\r\n")], "* PREAUTH welcome back"),
    RefusedOpening(.imap, [.peer("* BYE busy\r\n")], "* BYE busy"),
    RefusedOpening(.imap, imapGreeting + [.peer("a2 NO not now\r\n")], "a2 NO not now"),
    RefusedOpening(.imap, imapGreeting + [.peer("* BYE gone\r\n")], "* BYE gone"),
    RefusedOpening(.pop3, [.peer("-ERR busy\r\n")], "-ERR busy"),
    RefusedOpening(.ftp, [.peer("421 busy\r\n")], "421 busy"),
    RefusedOpening(
      .ftp, [.peer("220 hi\r\n"), .us("AUTH TLS\r\n"), .peer("502-no\r\nnot\r\n502 here\r\n")],
      "502 here"),
    RefusedOpening(
      .ldap,
      ldapRequest + [
        .peer([0x30, 0x0e, 2, 1, 1, 0x78, 9, 0x0a, 1, 2, 4, 0, 4, 2] + Array("no".utf8))
      ], "result code 2 no"),
    RefusedOpening(
      .ldap,
      ldapRequest + [
        // Lengths in their long form, as Active Directory has them, and no answer but a notice.
        .peer(
          [0x30, 0x84, 0, 0, 0, 0x13, 2, 1, 0, 0x78, 0x84, 0, 0, 0, 0x0a]
            + [0x0a, 1, 52, 4, 0, 4, 3] + Array("bye".utf8))
      ], "result code 52 bye"),
    RefusedOpening(
      .postgres,
      [postgresRequest, .peer([69, 0, 0, 0, 15] + Array("SFATAL\0Mno\0\0".dropLast().utf8))], "no"),
    RefusedOpening(
      .mysql, [.peer([11, 0, 0, 0, 0xff, 0x6a, 4] + Array("blocked!".utf8))], "blocked!"),
    RefusedOpening(
      .mysql, [.peer([17, 0, 0, 0, 0xff, 0x10, 4] + Array("#08004Too many".utf8))], "Too many"),
    RefusedOpening(
      .xmpp, Array(xmppGreeting.dropLast()) + [.peer("<failure xmlns='tls'/>")],
      "<failure xmlns='tls'/>"),
    RefusedOpening(
      .xmpp,
      Array(xmppGreeting.prefix(2)) + [
        .peer("<stream:error><host-unknown/></stream:error></stream:stream>")
      ], "<stream:error><host-unknown/></stream:error>"),
    RefusedOpening(.sieve, [.peer("BYE \"busy\"\r\n")], #"BYE "busy""#),
    RefusedOpening(
      .sieve, [.peer("\"STARTTLS\"\r\nOK\r\n"), .us("STARTTLS\r\n"), .peer("NO \"no\"\r\n")],
      #"NO "no""#),
    RefusedOpening(
      .nntp, [.peer("200 hi\r\n"), .us("STARTTLS\r\n"), .peer("580 no\r\n")], "580 no"),
    RefusedOpening(
      .irc, [.us("STARTTLS\r\n"), .peer(":irc 691 * :failed\r\n")], ":irc 691 * :failed"),
    RefusedOpening(
      .irc, [.us("STARTTLS\r\n"), .peer(":irc 421 * STARTTLS :Unknown command\r\n")],
      ":irc 421 * STARTTLS :Unknown command"),
    RefusedOpening(
      .irc, [.us("STARTTLS\r\n"), .peer("ERROR :Closing link\r\n")], "ERROR :Closing link"),
  ]

  @Test(arguments: unoffered)
  func `a peer without TLS is not asked for it`(_ opening: RefusedOpening) async throws {
    let (error, rest) = try await opening.spoken.open(against: opening.sayings)
    #expect(error?.tlsFailure?.text == "the peer offers no TLS: " + opening.text)
    #expect(
      error?.tlsFailure?.hint
        == opening.spoken.tlsPort.map { "--tls at port \($0), where TLS begins at once" })
    #expect(rest == [])
  }

  private static let unoffered = [
    RefusedOpening(
      .smtp,
      // A server of that name has none yet, nor one with an extension that begins so.
      [
        .peer("220 hello\r\n"), .us("EHLO localhost\r\n"),
        .peer("250-STARTTLS\r\n250-STARTTLSX\r\n250 SIZE\r\n"),
      ], "STARTTLS is not among its extensions"),
    RefusedOpening(
      .imap,
      [
        .peer("* OK [CAPABILITY STARTTLS] hello\r\n"), .us("a1 CAPABILITY\r\n"),
        .peer("* OK STARTTLS\r\n* CAPABILITY IMAP4rev1\r\na1 OK\r\n"),
      ], "STARTTLS is not among its capabilities"),
    RefusedOpening(.postgres, [postgresRequest, .peer("N")], "it answers N"),
    RefusedOpening(
      .mysql, [.peer(mySQLGreeting(abilities: 0x8200))], "SSL is not among its capabilities"),
    RefusedOpening(
      .xmpp, Array(xmppGreeting.prefix(2)) + [.peer("<stream:features/>")],
      "starttls is not among its features"),
    RefusedOpening(
      .sieve, [.peer("\"SIEVE\" \"STARTTLS\"\r\nOK\r\n")],
      "STARTTLS is not among its capabilities"),
  ]

  @Test(arguments: floods)
  func `of a peer that does not stop only so much is kept`(
    _ opening: RefusedOpening
  ) async throws {
    let (error, _) = try await opening.spoken.open(against: opening.sayings)
    #expect(error?.tlsFailure?.text == "the peer says more than " + opening.text)
  }

  private static func endless(_ text: String) -> Saying {
    .peer(String(repeating: text, count: 100_000 / text.utf8.count))
  }

  private static let floods =
    [StartTLSProtocol.smtp, .lmtp, .imap, .pop3, .ftp, .sieve, .nntp, .irc, .xmpp].map {
      RefusedOpening($0, [endless("x")], "8192 bytes in one line")
    } + [
      RefusedOpening(
        .smtp, [.peer(String(repeating: "x", count: 8192) + "\n")], "8192 bytes in one line"),
      RefusedOpening(
        .ldap, ldapRequest + [.peer([0x30, 0x84, 0x7f, 255, 255, 255])], "8192 bytes in one message"
      ),
      RefusedOpening(
        .postgres, [postgresRequest, .peer([69, 0x7f, 255, 255, 255])],
        "8192 bytes in one message"),
      RefusedOpening(.smtp, [endless("220-hello\r\n")], "65536 bytes before TLS"),
      RefusedOpening(.ftp, [.peer("220-\n"), endless("\n")], "65536 bytes before TLS"),
      RefusedOpening(.ftp, [endless("120 soon\n")], "65536 bytes before TLS"),
      RefusedOpening(.imap, [endless("* OK hello\r\n")], "65536 bytes before TLS"),
      RefusedOpening(.sieve, [endless("\"STARTTLS\"\r\n")], "65536 bytes before TLS"),
      RefusedOpening(.irc, [endless("NOTICE\n")], "65536 bytes before TLS"),
      RefusedOpening(.xmpp, [.peer("<stream>"), endless("<starttls>")], "65536 bytes before TLS"),
    ]

  @Test(arguments: [
    RefusedOpening(.smtp, [.peer("220-hello\r\n250 hello\r\n")], "250 hello"),
    RefusedOpening(.imap, imapGreeting + [.peer("a1 OK\r\n")], "a1 OK"),
    RefusedOpening(.irc, [.peer("220 mail.example.org\r\n")], "220 mail.example.org"),
    RefusedOpening(
      .ldap, ldapRequest + [.peer([0x30, 5, 2, 1, 1, 0x78, 0x84])], #"\x02\x01\x01x\x84"#),
    RefusedOpening(
      .ldap, ldapRequest + [.peer([0x30, 7, 2, 1, 1, 0x78, 0x82, 1, 0])],
      #"\x02\x01\x01x\x82\x01\x00"#),
    RefusedOpening(.ldap, ldapRequest + [.peer([0x30, 0x80])], ""),
    RefusedOpening(
      .ldap, ldapRequest + [.peer([0x30, 0x85, 0, 0, 0, 0, 0])], #"0\x85\x00\x00\x00\x00\x00"#),
    RefusedOpening(.postgres, [postgresRequest, .peer([69, 0, 0, 0, 0])], #"E\x00\x00\x00\x00"#),
    RefusedOpening(.mysql, [.peer([0, 0, 0, 0])], ""),
    RefusedOpening(.mysql, [.peer([3, 0, 0, 0, 10, 56, 0])], #"\n8\x00"#),
  ])
  func `words that make no sense end the opening`(_ opening: RefusedOpening) async throws {
    let (error, _) = try await opening.spoken.open(against: opening.sayings)
    #expect(
      error?.tlsFailure?.text == "the peer does not speak \(opening.spoken.title), but says \""
        + opening.text + "\"")
  }
}
