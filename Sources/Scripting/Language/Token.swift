/// What a script is made of, and where it stands.
package struct Token: Sendable, Hashable {
  /// What it is.
  package enum Kind: Sendable, Hashable {
    /// A keyword, a name, a number, a duration, hex digits, an endpoint: where it stands tells.
    case word(String)
    /// What stands in quotes, decoded.
    case string([TextPart])
    /// What stands between slashes, with its backslashes.
    case pattern([UInt8])
    case punctuation(Punctuation)
    case lineEnd
    /// The end of the text.
    case end
  }

  package let kind: Kind
  /// Its bytes in the source.
  package let range: Range<Int>

  /// The word that it is.
  package var word: String? {
    if case .word(let word) = kind { word } else { nil }
  }

  /// Tells whether a statement may end before it.
  package var endsStatement: Bool {
    kind == .lineEnd || kind == .end
  }
}

/// Signs between words.
package enum Punctuation: String, Sendable, Hashable, CaseIterable {
  // The longer come first, as the first that fits is taken.
  case equal = "=="
  case unequal = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case assign = "="
  case matches = "~"
  case leftBrace = "{"
  case rightBrace = "}"
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case comma = ","
  case colon = ":"
}

/// A piece of quoted text.
package enum TextPart: Sendable, Hashable {
  case bytes([UInt8])
  /// `${name}`: its bytes are known when the statement runs.
  case variable(String)
}

extension [TextPart] {
  /// The bytes of a text that names no variable; nil of any other.
  package var literalBytes: [UInt8]? {
    var bytes: [UInt8] = []
    for part in self {
      guard case .bytes(let literal) = part else { return nil }
      bytes += literal
    }
    return bytes
  }
}
