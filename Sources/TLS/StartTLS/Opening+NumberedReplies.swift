import Sockets

/// SMTP, LMTP, FTP and NNTP, whose replies begin with a number, and IRC, where one is inside.
extension Opening {
  /// SMTP (RFC 3207), and LMTP (RFC 2033), which greets with another word.
  func openMail(greeting word: String) async throws(StreamError) {
    try await expectGreeting(220)
    // Whoever goes on in TLS says who they are once more; so nobody needs to hear it in clear.
    try await send(word + " localhost")
    let extensions = try await reply()
    guard extensions.number == 250 else { throw refusal(extensions.last) }
    guard extensions.lines.dropFirst().contains(where: { Self.word($0.dropFirst(4)) == "STARTTLS" })
    else { throw notOffered("STARTTLS is not among its extensions") }
    try await ask("STARTTLS", for: 220)
  }

  /// RFC 4217.
  func openFTP() async throws(StreamError) {
    var greeting = try await reply(mayBeLoose: true)
    // Not ready yet, but soon.
    while greeting.number == 120 { greeting = try await reply(mayBeLoose: true) }
    guard greeting.number == 220 else { throw refusal(greeting.last) }
    try await ask("AUTH TLS", for: 234)
  }

  /// RFC 4642.
  func openNNTP() async throws(StreamError) {
    try await expectGreeting(200, 201)
    try await ask("STARTTLS", for: 382)
  }

  /// What IRC's servers understand since there were no ports for TLS: numerics 670 and 691.
  func openIRC() async throws(StreamError) {
    try await send("STARTTLS")
    while true {
      let said = try await line()
      let (command, isFromServer) = Self.command(of: said)
      switch command {
      case "NOTICE", "CAP", "PING": break
      case "ERROR": throw refusal(said)
      // Servers put their names before numbers; those of other protocols do not.
      case let number where isFromServer && number.count == 3 && number.allSatisfy(Self.isDigit):
        if number == "670" { return }
        if number == "691" || number.hasPrefix("4") || number.hasPrefix("5") { throw refusal(said) }
      default: throw stranger(said)
      }
    }
  }

  // MARK: Parts

  private struct Reply {
    let number: Int
    let lines: [String]

    var last: String { lines.last ?? "" }
  }

  private func expectGreeting(_ numbers: Int...) async throws(StreamError) {
    let greeting = try await reply()
    guard numbers.contains(greeting.number) else { throw refusal(greeting.last) }
  }

  private func ask(_ command: String, for number: Int) async throws(StreamError) {
    try await send(command)
    let answer = try await reply(mayBeLoose: spoken == .ftp)
    guard answer.number == number else { throw refusal(answer.last) }
  }

  /// A reply of one line, or of several with a hyphen behind the number up to the last (RFC 5321,
  /// 4.2.1); in loose ones there may be anything between the first and the last (RFC 959, 4.2).
  private func reply(mayBeLoose: Bool = false) async throws(StreamError) -> Reply {
    var lines = [try await line()]
    let start = lines[0].prefix(3)
    guard start.count == 3, start.allSatisfy(Self.isDigit), let number = Int(start),
      Self.isReply(lines[0], start)
    else { throw stranger(lines[0]) }
    var isLast = !lines[0].dropFirst(3).hasPrefix("-")
    while !isLast {
      let next = try await line()
      lines.append(next)
      guard mayBeLoose || Self.isReply(next, start) else { throw stranger(next) }
      isLast = next == start || next.hasPrefix(start + " ")
    }
    return Reply(number: number, lines: lines)
  }

  private static func isReply(_ line: String, _ start: Substring) -> Bool {
    line == start || line.hasPrefix(start + " ") || line.hasPrefix(start + "-")
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// The first word, in capitals.
  private static func word(_ text: Substring) -> String {
    text.prefix { $0 != " " }.uppercased()
  }

  /// The word behind tags and prefix (RFC 2812, 2.3.1), in capitals, and whether there is a prefix.
  private static func command(of line: String) -> (word: String, hasPrefix: Bool) {
    var rest = line[...]
    if rest.hasPrefix("@") { rest = rest.drop { $0 != " " }.drop { $0 == " " } }
    let hasPrefix = rest.hasPrefix(":")
    if hasPrefix { rest = rest.drop { $0 != " " }.drop { $0 == " " } }
    return (word(rest), hasPrefix)
  }
}
