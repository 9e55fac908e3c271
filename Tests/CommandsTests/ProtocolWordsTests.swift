import TestSupport
import Testing

@testable import Commands

@Suite struct ProtocolWordsTests {
  static let builtIn = [
    "http", "smtp", "imap", "pop3", "ftp", "redis", "memcached", "irc", "nntp",
  ]

  @Test(
    arguments: [
      ("http", ["GET /", "HTTP/1.1", "Host: ", "Connection: close"]),
      ("smtp", ["EHLO ", "MAIL FROM:<", "RCPT TO:<", "STARTTLS", "QUIT"]),
      ("imap", ["UID FETCH ", "\\Seen", "LIST \"\" \"*\""]), ("pop3", ["RETR ", "STAT"]),
      ("ftp", ["TYPE I", "PASV"]), ("redis", ["PING", "CONFIG GET ", "XAUTOCLAIM ", "GETEX "]),
      ("memcached", ["get ", "stats items"]), ("irc", ["JOIN #", "CAP LS 302"]),
      ("nntp", ["MODE READER", "AUTHINFO USER "]),
    ])
  func `a protocol has its words`(name: String, some: [String]) throws {
    let words = try ProtocolWords(protocol: name, directory: nil).words
    #expect(Set(words).isSuperset(of: some))
    #expect(Set(words).count == words.count)
    #expect(words.allSatisfy { !$0.isEmpty && !$0.hasPrefix(" ") && !$0.contains("~") })
  }

  @Test(
    arguments: [
      (80, "http"), (8080, "http"), (8000, "http"), (25, "smtp"), (465, "smtp"), (587, "smtp"),
      (143, "imap"), (993, "imap"), (110, "pop3"), (995, "pop3"), (21, "ftp"), (6379, "redis"),
      (11211, "memcached"), (6667, "irc"), (6697, "irc"), (119, "nntp"), (563, "nntp"), (22, nil),
      (443, nil), (0, nil),
    ] as [(UInt16, String?)])
  func `a port has its protocol`(port: UInt16, name: String?) {
    #expect(ProtocolWords.name(forPort: port) == name)
  }

  @Test func `a user's file adds words, and makes names known`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("# mine\r\nXCUSTOM~\n\n  two words \nPING\n".utf8), to: "redis")
    try directory.write(Array("HOLA\n".utf8), to: "mine")
    try directory.write([], to: ".swp")
    try directory.write([], to: "with space")
    #expect(ProtocolWords.names(in: directory.path) == Self.builtIn + ["mine"])
    let redis = try ProtocolWords(protocol: "redis", directory: directory.path).words
    #expect(redis.suffix(2) == ["XCUSTOM ", "two words"])
    #expect(redis.count { $0 == "PING" } == 1)
    #expect(try ProtocolWords(protocol: "mine", directory: directory.path).words == ["HOLA"])
    withExtendedLifetime(directory) {}
  }

  @Test(arguments: [
    ("smpt", "did you mean smtp?"), ("../x", Self.builtIn.joined(separator: ", ")),
    ("", Self.builtIn.joined(separator: ", ")),
  ])
  func `an unknown name is a mistake`(name: String, hint: String) {
    #expect(throws: UsageError("unknown protocol \"" + name + "\"", hint: hint)) {
      try ProtocolWords(protocol: name, directory: "/nonexistent/words")
    }
  }

  @Test(
    arguments: [
      (Array("a\nb\u{1b}[2J".utf8), ": line 2: a control character"),
      ([0x0a, 0xff], ": line 2: not UTF-8"),
      ([UInt8](repeating: 0x23, count: 1024 * 1024 + 1), ": more than 1024 KiB"),
    ] as [([UInt8], String)])
  func `a file that is no list is a mistake`(content: [UInt8], message: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write(content, to: "mine")
    #expect(throws: UsageError(directory.path(of: "mine") + message)) {
      try ProtocolWords(protocol: "mine", directory: directory.path)
    }
    withExtendedLifetime(directory) {}
  }
}
