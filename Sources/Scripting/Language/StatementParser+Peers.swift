extension StatementParser {
  /// Takes a peer's name and how it is opened.
  mutating func peer() throws(ScriptError) -> PeerRequest {
    let name = try newName()
    names.peers.insert(name)
    try require(.assign)
    let token = try required("connect, listen, udp-send or udp-recv")
    guard let command = PeerRequest.Command(rawValue: token.word ?? "") else {
      let known = PeerRequest.Command.allCases.map(\.rawValue)
      throw unknown(token, "no such way to a peer", among: known)
    }
    let arguments = try arguments()
    guard !arguments.isEmpty else { throw missing("an endpoint") }
    return PeerRequest(name: name, command: command, arguments: arguments)
  }

  /// Takes the words of a command line; what has no blank between is one, as `--key="a b"`.
  private mutating func arguments() throws(ScriptError) -> [[TextPart]] {
    var arguments: [[TextPart]] = []
    var end: Int?
    while true {
      let token = try lexer.peek()
      if token.endsStatement { return arguments }
      let parts = try argument(token)
      if end == token.range.lowerBound {
        arguments[arguments.count - 1] += parts
      } else {
        arguments.append(parts)
      }
      lexer.offset = token.range.upperBound
      end = lexer.offset
    }
  }

  private func argument(_ token: Token) throws(ScriptError) -> [TextPart] {
    switch token.kind {
    case .word(let word): return [.bytes(Array(word.utf8))]
    case .string(let parts):
      note(parts, in: token)
      return parts
    case .punctuation(let sign) where ![.leftBrace, .rightBrace].contains(sign):
      return [.bytes(Array(sign.rawValue.utf8))]
    default: throw error("this stands in quotes", at: token, hint: "\"" + shown(token) + "\"")
    }
  }
}
