/// One step of a conversation, as a script and the prompt say it.
package enum Statement: Sendable, Hashable {
  case send([Value])
  /// No more bytes from us, still listening.
  case halfClose
  case close
  /// Close with RST.
  case reset
  /// Go on with TLS; the name is what the certificate must be for, the endpoint's host if nil.
  case startTLS(name: String?)
  case set(Setting)
}

/// What holds from a statement on.
package enum Setting: Sendable, Hashable {
  case newline(Newline)
  /// The peer's character set, as iconv names it; nobody has looked yet whether there is such.
  case encoding(String)
  /// How long nothing may move; nil is for ever.
  case timeout(Duration?)
}

/// Bytes to be sent.
package enum Value: Sendable, Hashable {
  case text([TextPart])
  case hex([UInt8])
  /// A file's content; the path is as it was written, with its `~/`.
  case file(String)
  /// Text, and behind it the newline in force.
  case line([TextPart])
}

/// What ends a line.
package enum Newline: String, Sendable, Hashable, CaseIterable {
  case lf, crlf, cr, none

  /// What is sent for it.
  package var bytes: [UInt8] {
    switch self {
    case .lf: [0x0a]
    case .crlf: [0x0d, 0x0a]
    case .cr: [0x0d]
    case .none: []
    }
  }
}

/// A statement and where it begins.
package struct PlacedStatement: Sendable, Hashable {
  package let statement: Statement
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in characters.
  package let column: Int

  /// A statement at a place.
  package init(_ statement: Statement, line: Int, column: Int) {
    self.statement = statement
    self.line = line
    self.column = column
  }
}
