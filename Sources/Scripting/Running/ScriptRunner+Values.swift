import ByteText
import Sockets

/// What expressions and values come to.
extension ScriptRunner {
  /// How long a value may become that is put together, in bytes.
  private static let valueLimit = 64 << 20

  func bytes(
    of expression: Expression, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    switch expression {
    case .text(let parts): return try bytes(of: parts, in: scope, at: place)
    case .hex(let bytes): return bytes
    case .number(let number): return decimal(number)
    case .variable(let name): return try value(of: name, in: scope, at: place)
    case .file(let path): return try content(of: path, in: scope, at: place)
    case .length(let other): return decimal(Int64(try bytes(of: other, in: scope, at: place).count))
    case .arithmetic: return decimal(try number(of: expression, in: scope, at: place))
    }
  }

  func number(
    of expression: Expression, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> Int64 {
    switch expression {
    case .number(let number): return number
    case .arithmetic(let left, let sign, let right):
      let (a, b) = (
        try number(of: left, in: scope, at: place), try number(of: right, in: scope, at: place)
      )
      return try compute(a, sign, b, at: place)
    default:
      let bytes = try bytes(of: expression, in: scope, at: place)
      guard let number = Int64(decimal: bytes) else {
        throw ScriptFailure(.script, "not a number: " + shownValue(bytes), at: place)
      }
      return number
    }
  }

  private func compute(
    _ a: Int64, _ sign: ArithmeticOperator, _ b: Int64, at place: Place
  ) throws(ScriptFailure) -> Int64 {
    if b == 0, sign == .dividedBy || sign == .modulo {
      throw ScriptFailure(.script, "division by zero", at: place)
    }
    let (value, isLost) =
      switch sign {
      case .plus: a.addingReportingOverflow(b)
      case .minus: a.subtractingReportingOverflow(b)
      case .times: a.multipliedReportingOverflow(by: b)
      case .dividedBy: a.dividedReportingOverflow(by: b)
      case .modulo: a.remainderReportingOverflow(dividingBy: b)
      }
    guard !isLost else {
      let text = String(a) + " " + sign.rawValue + " " + String(b)
      throw ScriptFailure(.script, "no number of 64 bits: " + text, at: place)
    }
    return value
  }

  func bytes(
    of parts: [TextPart], in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if parts.count == 1, case .bytes(let bytes) = parts[0] { return bytes }
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .bytes(let literal): bytes += literal
      case .variable(let name): bytes += try value(of: name, in: scope, at: place)
      }
    }
    guard bytes.count <= Self.valueLimit else {
      throw ScriptFailure(.script, "a value has more than 64 MiB", at: place)
    }
    return bytes
  }

  /// A variable, a group of the last match, a fact about a peer, or `env.NAME`.
  func value(
    of name: String, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if let local = scope.locals[name] ?? variables[name] { return local }
    if let number = Int(name) {
      guard number < scope.groups.count, let group = scope.groups[number] else {
        throw ScriptFailure(.script, "the last match has no group " + name, at: place)
      }
      return group
    }
    if let dot = name.firstIndex(of: ".") {
      return try fact(String(name[name.index(after: dot)...]), of: String(name[..<dot]), at: place)
    }
    throw ScriptFailure(.script, "the variable " + name + " is not set yet", at: place)
  }

  private func fact(
    _ fact: String, of subject: String, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if subject == "env" {
      if let value = environment.environment(fact) { return value }
      throw ScriptFailure(.script, "the environment has no " + fact, at: place)
    }
    let peer = subject == Script.onlyPeerName ? onlyPeer : peers[subject]
    guard let peer else {
      throw ScriptFailure(.script, "the peer " + subject + " is not there yet", at: place)
    }
    guard let value = peer.endpoint.fact(fact) else {
      throw ScriptFailure(.script, subject + " has no " + fact, at: place)
    }
    return Array(value.utf8)
  }

  // MARK: What is sent and expected

  /// Bytes that are sent, or shown.
  func bytes(
    of values: [Value], in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if values.count == 1 { return try bytes(of: values[0], in: scope, at: place) }
    var bytes: [UInt8] = []
    for value in values { bytes += try self.bytes(of: value, in: scope, at: place) }
    return bytes
  }

  /// Bytes that are expected; nil is any.
  func mask(
    of values: [Value], in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8?] {
    var mask: [UInt8?] = []
    for value in values {
      if case .mask(let part) = value {
        mask += part
      } else {
        mask += try bytes(of: value, in: scope, at: place) as [UInt8?]
      }
    }
    return mask
  }

  private func bytes(
    of value: Value, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    switch value {
    case .text(let parts):
      return try encoded(try bytes(of: parts, in: scope, at: place), at: place)
    case .line(let parts):
      let text = try bytes(of: parts, in: scope, at: place) + newline.bytes
      return try encoded(text, at: place)
    case .hex(let bytes): return bytes
    case .mask(let mask): return mask.compactMap(\.self)
    case .file(let path): return try content(of: path, in: scope, at: place)
    case .length(let expression):
      return decimal(Int64(try bytes(of: expression, in: scope, at: place).count))
    case .integer(let format, let expression):
      if format.byteCount == 8,
        let bytes = try wholeNumber(expression, format, in: scope, at: place)
      {
        return bytes
      }
      let number = try number(of: expression, in: scope, at: place)
      guard let bytes = format.bytes(of: number) else {
        let text = String(number) + " does not fit " + String(8 * format.byteCount) + " bits"
        throw ScriptFailure(.script, text, at: place)
      }
      return bytes
    }
  }

  /// 64 bits without a sign, as they are read too; nil if the expression is no such number.
  private func wholeNumber(
    _ expression: Expression, _ format: IntegerFormat, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8]? {
    switch expression {
    case .text, .variable: break
    default: return nil
    }
    let digits = try bytes(of: expression, in: scope, at: place)
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt64(String(decoding: digits, as: UTF8.self))
    else { return nil }
    return format.bytes(of: Int64(bitPattern: number))
  }

  private func encoded(_ text: [UInt8], at place: Place) throws(ScriptFailure) -> [UInt8] {
    guard let characterSet else { return text }
    guard let bytes = environment.encode(text, characterSet) else {
      throw ScriptFailure(
        .script, shownValue(text) + " cannot be said in " + characterSet, at: place)
    }
    return bytes
  }

  /// Whether bytes hold something that nothing may show.
  func holdSecret(_ bytes: [UInt8]) -> Bool {
    var cover = cover
    return !cover.covered(bytes.span.bytes, isLast: true).isEmpty
  }
}

extension Script {
  /// What the peer is called in a script that has only one.
  package static let onlyPeerName = "peer"
}

extension IntegerFormat {
  /// A number in this form; nil if it does not fit.
  func bytes(of number: Int64) -> [UInt8]? {
    if byteCount < 8, number < 0 || number >= 1 << (8 * Int64(byteCount)) { return nil }
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
    return isLittleEndian ? bytes : bytes.reversed()
  }

  /// The number that bytes of this form are.
  func number(of bytes: [UInt8]) -> UInt64 {
    let ordered = isLittleEndian ? bytes.reversed() : bytes
    return ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }
}

extension Int64 {
  /// Reads decimal digits, with a minus perhaps; nil of anything else.
  init?(decimal bytes: [UInt8]) {
    guard let first = bytes.first, first != UInt8(ascii: "+"), bytes.count <= 20,
      let number = Int64(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    self = number
  }
}

private func decimal(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
