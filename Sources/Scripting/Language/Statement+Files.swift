/// The files whose content something asks for, as they are written there.
extension Statement {
  /// Those of the statement itself, without the blocks in it and the conditions of `if`, of which
  /// each is looked at when its turn comes.
  var files: [String] {
    switch self {
    case .send(let values), .print(let values): values.flatMap(\.files)
    case .expect(let expectation): expectation.pattern.files
    case .expectFirst(let choice): choice.alternatives.flatMap(\.pattern.files)
    case .assign(_, let expression): expression.files
    case .repeated(let count, _, _): count.files
    case .call(_, let arguments): arguments.flatMap(\.files)
    case .assert(let condition): condition.files
    case .branch, .with, .loop, .leaveLoop, .include: []
    case .halfClose, .close, .reset, .startTLS, .peer, .set, .log: []
    case .fail, .pass, .sleep, .pause: []
    }
  }
}

extension Value {
  fileprivate var files: [String] {
    switch self {
    case .file(let path): [path]
    case .integer(_, let expression), .length(let expression): expression.files
    case .text, .hex, .line, .mask: []
    }
  }
}

extension Expression {
  fileprivate var files: [String] {
    switch self {
    case .file(let path): [path]
    case .length(let other): other.files
    case .arithmetic(let left, _, let right): left.files + right.files
    case .text, .hex, .number, .variable: []
    }
  }
}

extension Condition {
  var files: [String] {
    switch self {
    case .comparison(let left, _, let right): left.files + right.files
    case .matches(let expression, _): expression.files
    }
  }
}

extension Pattern {
  fileprivate var files: [String] {
    switch self {
    case .literal(let values): values.flatMap(\.files)
    case .bytes(let count): count.files
    case .datagram(let inner): inner?.files ?? []
    case .regular, .line, .integer, .endOfFile, .close, .reset, .nothing: []
    }
  }
}
