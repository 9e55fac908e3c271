/// One step of a conversation, as a script and the prompt say it.
package indirect enum Statement: Sendable, Hashable {
  // What is said to a peer.
  case send([Value])
  case expect(Expectation)
  /// The first of several that comes.
  case expectFirst(Choice)
  /// No more bytes from us, still listening.
  case halfClose
  case close
  /// Close with RST.
  case reset
  /// Go on with TLS; the name is what the certificate must be for, the endpoint's host if nil.
  case startTLS(name: [TextPart]?)
  /// What is said in the block is said to the statement's peer; in parallel, what follows the block
  /// does not wait for it, and the block around both ends when it has.
  case with(Block, inParallel: Bool)

  // What holds from here on.
  case peer(PeerRequest)
  case set(Setting)
  case log(Bool)
  case assign(name: String, Expression)

  // Which way it goes.
  case branch([ConditionalBlock], otherwise: Block)
  /// So many times; the name, if there is one, counts them from 1.
  case repeated(Expression, counter: String?, Block)
  case loop(Block)
  case leaveLoop
  case call(procedure: String, [Expression])
  /// What another file says, in its place.
  case include(Block)

  // What comes of it.
  case assert(Condition)
  /// Ends the script as failed, with a reason.
  case fail([TextPart])
  /// Ends the script as passed.
  case pass
  case print([Value])
  case sleep(Duration)
  /// Waits for a person to press a key; the text asks for it.
  case pause([TextPart])
}

/// Statements that belong together.
package typealias Block = [PlacedStatement]

/// A statement and where it begins.
///
/// A runner copies one at each step: as an object it is one reference to be counted.
package final class PlacedStatement: Sendable {
  package let statement: Statement
  package let place: Place
  /// Whom it is said to; nil is whoever the block around it speaks to.
  package let peer: String?
  /// The comment lines directly before it, without their signs: the name of the step that begins.
  package let comment: String?
  /// The files whose content it asks for, as they are written there.
  let files: [String]

  /// A statement at a place.
  package init(
    _ statement: Statement, at place: Place, peer: String? = nil, comment: String? = nil
  ) {
    self.statement = statement
    self.place = place
    self.peer = peer
    self.comment = comment
    files = statement.files
  }
}

extension PlacedStatement: Hashable {
  /// Whether both say the same at the same place.
  package static func == (one: PlacedStatement, other: PlacedStatement) -> Bool {
    (one.statement, one.place, one.peer, one.comment)
      == (other.statement, other.place, other.peer, other.comment)
  }

  /// Adds what is compared.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(statement)
    hasher.combine(place)
  }
}

/// A place in one of a script's files.
package struct Place: Sendable, Hashable {
  /// The file's index in the script.
  package let file: Int
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in characters.
  package let column: Int

  /// A place in a file, the script's own unless another one is named.
  package init(line: Int, column: Int, file: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A condition, and what is done where it holds.
package struct ConditionalBlock: Sendable, Hashable {
  package let condition: Condition
  package let block: Block

  /// Joins the two.
  package init(_ condition: Condition, _ block: Block) {
    self.condition = condition
    self.block = block
  }
}

/// A peer that a script opens by itself.
package struct PeerRequest: Sendable, Hashable {
  /// The commands that open one.
  package enum Command: String, Sendable, Hashable, CaseIterable {
    case connect, listen
    case udpSend = "udp-send"
    case udpReceive = "udp-recv"
  }

  package let name: String
  package let command: Command
  /// The endpoint and options, as the command line of that command has them.
  package let arguments: [[TextPart]]

  /// Names a peer and what it is.
  package init(name: String, command: Command, arguments: [[TextPart]]) {
    self.name = name
    self.command = command
    self.arguments = arguments
  }
}

/// What holds from a statement on.
package enum Setting: Sendable, Hashable {
  case newline(Newline)
  /// The peer's character set, as iconv names it; nobody has looked yet whether there is such.
  case encoding(String)
  /// At the prompt how long nothing may move, in a script how long an expectation waits; nil is for
  /// ever.
  case timeout(Duration?)
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
