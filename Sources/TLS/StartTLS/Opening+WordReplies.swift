import Sockets

/// IMAP, POP3 and ManageSieve, whose replies begin with a word.
extension Opening {
  /// RFC 9051, 6.2.1; RFC 2595.
  func openIMAP() async throws(StreamError) {
    let greeting = try await line()
    switch Self.words(greeting).prefix(2).joined(separator: " ") {
    case "* OK": break
    // Who is logged in already cannot begin TLS: somebody between may have said so to prevent it.
    case "* BYE", "* PREAUTH": throw refusal(greeting)
    default: throw stranger(greeting)
    }
    let capabilities = try await askIMAP("a1", "CAPABILITY").flatMap { line in
      let words = Self.words(line)
      return words.prefix(2) == ["*", "CAPABILITY"] ? words.dropFirst(2) : []
    }
    guard capabilities.contains("STARTTLS") else {
      throw notOffered("STARTTLS is not among its capabilities")
    }
    _ = try await askIMAP("a2", "STARTTLS")
  }

  /// Asks, and returns what was said before the completion.
  private func askIMAP(_ tag: String, _ command: String) async throws(StreamError) -> [String] {
    try await send(tag + " " + command)
    var lines: [String] = []
    while true {
      let said = try await line()
      let words = Self.words(said)
      switch words.first {
      case "*" where words.dropFirst().first == "BYE": throw refusal(said)
      case "*": lines.append(said)
      case tag.uppercased() where words.dropFirst().first == "OK": return lines
      case tag.uppercased(): throw refusal(said)
      default: throw stranger(said)
      }
    }
  }

  /// RFC 2595, 4.
  func openPOP3() async throws(StreamError) {
    try await expectOK()
    try await send("STLS")
    try await expectOK()
  }

  private func expectOK() async throws(StreamError) {
    let said = try await line()
    switch Self.words(said).first {
    case "+OK": return
    case "-ERR": throw refusal(said)
    default: throw stranger(said)
    }
  }

  /// RFC 5804, 2.2.
  func openManageSieve() async throws(StreamError) {
    var isOffered = false
    while true {
      let said = try await line()
      if try isOK(said) { break }
      guard said.hasPrefix("\"") else { throw stranger(said) }
      if Self.words(said).first == "\"STARTTLS\"" { isOffered = true }
    }
    guard isOffered else { throw notOffered("STARTTLS is not among its capabilities") }
    try await send("STARTTLS")
    let answer = try await line()
    guard try isOK(answer) else { throw stranger(answer) }
  }

  /// Whether a line of ManageSieve is a good end; a bad one is thrown.
  private func isOK(_ said: String) throws(StreamError) -> Bool {
    switch Self.words(said).first {
    case "OK": return true
    case "NO", "BYE": throw refusal(said)
    default: return false
    }
  }

  private static func words(_ line: String) -> [String] {
    line.split(separator: " ").map { $0.uppercased() }
  }
}
