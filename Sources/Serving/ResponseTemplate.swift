/// An answer with names in braces: `{peer} {local} {time} {bytes} {message} {upper} {n}`.
///
/// Only these exact names are replaced; `{{` is one brace, everything else is literal.
package struct ResponseTemplate: Sendable {
  /// What is known of the message that is answered.
  package struct Facts {
    package var peer: String
    package var local: String
    package var time: String
    package var message: [UInt8]
    /// Counts from 1.
    package var number: Int

    /// Puts them together.
    package init(peer: String, local: String, time: String, message: [UInt8], number: Int) {
      self.peer = peer
      self.local = local
      self.time = time
      self.message = message
      self.number = number
    }
  }

  private enum Part: Sendable {
    case literal([UInt8])
    case name(Name)
  }

  private enum Name: String, CaseIterable, Sendable {
    case peer, local, time, bytes, message, upper
    case number = "n"

    var inBraces: [UInt8] { Array(("{" + rawValue + "}").utf8) }

    init?(startOf text: ArraySlice<UInt8>) {
      guard text.first == UInt8(ascii: "{") else { return nil }
      for name in Name.allCases where text.starts(with: name.inBraces) {
        self = name
        return
      }
      return nil
    }
  }

  private let parts: [Part]

  /// Reads a template.
  package init(_ text: [UInt8]) {
    var parts: [Part] = []
    var literal: [UInt8] = []
    var rest = text[...]
    let brace = UInt8(ascii: "{")
    while let byte = rest.first {
      if byte == brace, rest.dropFirst().first == brace {
        literal.append(brace)
        rest = rest.dropFirst(2)
      } else if let name = Name(startOf: rest) {
        parts.append(.literal(literal))
        parts.append(.name(name))
        literal = []
        rest = rest.dropFirst(name.inBraces.count)
      } else {
        literal.append(byte)
        rest = rest.dropFirst()
      }
    }
    parts.append(.literal(literal))
    self.parts = parts
  }

  /// The answer to one message.
  package func answer(_ facts: Facts) -> [UInt8] {
    var answer: [UInt8] = []
    for part in parts {
      switch part {
      case .literal(let bytes): answer += bytes
      case .name(.peer): answer += facts.peer.utf8
      case .name(.local): answer += facts.local.utf8
      case .name(.time): answer += facts.time.utf8
      case .name(.bytes): answer += String(facts.message.count).utf8
      case .name(.message): answer += facts.message
      case .name(.upper): answer += facts.message.map(upperCase)
      case .name(.number): answer += String(facts.number).utf8
      }
    }
    return answer
  }
}

private func upperCase(_ byte: UInt8) -> UInt8 {
  UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte - 32 : byte
}
