import ByteText

/// The name of the variable that stands for a secret, counted from 0.
func secretName(_ index: Int) -> String { index == 0 ? "secret" : "secret\(index + 1)" }

/// Bytes that must not be told, and the variable that stands for them.
struct NamedSecret: Sendable {
  let name: String
  let bytes: [UInt8]
  /// Whether the name is the user's own.
  let isKnown: Bool

  /// Whether it is looked for among other bytes.
  func isSought(_ least: Int) -> Bool { bytes.count >= (isKnown ? 1 : least) }
}

/// Writes the statements that send recorded bytes, or expect them.
struct ScriptStatements {
  let isExpected: Bool
  /// What must not be told.
  let secrets: [NamedSecret]

  private static let bytesPerLine = 32
  /// How many bytes are expected at once where there are more than any limit lets wait.
  private static let bytesAtOnce = 64 << 10

  /// What is shorter is no secret where it stands among other bytes: it would be everywhere.
  private static let leastSecret = 4

  /// Writes statements, each in a line of its own.
  func write(_ run: RecordedRun) -> [String] {
    let bytes = run.bytes
    if run.isHidden { return hidden(bytes) }
    let parts = ByteParts(bytes, droppedCount: run.droppedCount, isExpected: isExpected).parts
    return parts.flatMap { part in
      switch part {
      case .line(let range): [line(Array(bytes[range]))]
      case .binary(let range): hex(Array(bytes[range]))
      case .rest(let start): rest(bytes.count - start + run.droppedCount)
      }
    }
  }

  /// Writes the one statement of a datagram.
  func datagram(_ run: RecordedRun) -> String {
    let values = write(run).map { String($0.dropFirst(verb.count)) }
    guard isExpected else {
      // A comment stands behind the last value only.
      let parts = values.map { $0.cut(at: "  # ") ?? ($0[...], "") }
      let comment = parts.first { !$0.behind.isEmpty }?.behind
      let text = parts.map(\.before).joined(separator: " ")
      return verb + (text.isEmpty ? "\"\"" : text) + (comment.map { "  # " + $0 } ?? "")
    }
    if let volatile = values.first(where: { $0.hasPrefix("/") }) { return verb + volatile }
    let isCounted = values.contains { !$0.hasPrefix("\"") && !$0.hasPrefix("hex ") }
    return verb + "datagram"
      + (isCounted || values.isEmpty ? "" : " " + values.joined(separator: " "))
  }

  /// Writes lines of which only the newlines may be told.
  private func hidden(_ bytes: [UInt8]) -> [String] {
    let isNewline = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    var lines: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let secret = Array(rest.prefix { !isNewline($0) })
      rest = rest.dropFirst(secret.count)
      let newline = Array(rest.prefix(while: isNewline))
      rest = rest.dropFirst(newline.count)
      let name = secrets.first { $0.bytes == secret }?.name
      let text = (name.map { "${\($0)}" } ?? "") + escapedText(newline)
      let comment = name.map { "  # secret: --set-file \($0)=FILE" } ?? ""
      lines.append(verb + "\"" + text + "\"" + comment)
    }
    return lines
  }

  private var verb: String { isExpected ? "expect " : "send " }

  private func line(_ bytes: [UInt8]) -> String {
    if isExpected, let pattern = volatilePattern(bytes) { return verb + pattern }
    let parts = splitSecrets(bytes).map { part in
      switch part {
      case .known(let range): escapedText(Array(bytes[range]))
      case .secret(let index): "${\(secrets[index].name)}"
      }
    }
    return verb + "\"" + parts.joined() + "\""
  }

  /// A regular expression for a line that will be another one next time; nil if it won't.
  private func volatilePattern(_ bytes: [UInt8]) -> String? {
    let parts = VolatileText.find(in: bytes)
    if parts.isEmpty { return nil }
    var pattern = "/\\A"
    var place = 0
    for part in parts {
      pattern += secretPattern(Array(bytes[place..<part.range.lowerBound])) + part.pattern
      place = part.range.upperBound
    }
    pattern += secretPattern(Array(bytes[place...])) + "/"
    var reasons: [String] = []
    for part in parts where !reasons.contains(part.reason) {
      reasons.append(part.reason)
    }
    return pattern + "  # volatile: " + reasons.joined(separator: ", ")
  }

  private func secretPattern(_ bytes: [UInt8]) -> String {
    splitSecrets(bytes).map { part in
      switch part {
      case .known(let range): escapedPattern(Array(bytes[range]))
      case .secret: #"[^\r\n]*"#
      }
    }.joined()
  }

  private func hex(_ bytes: [UInt8]) -> [String] {
    splitSecrets(bytes).flatMap { part in
      switch part {
      case .known(let range): digits(Array(bytes[range]))
      case .secret(let index): [verb + "\"${\(secrets[index].name)}\""]
      }
    }
  }

  private func digits(_ bytes: [UInt8]) -> [String] {
    stride(from: 0, to: bytes.count, by: Self.bytesPerLine).map { start in
      let part = bytes[start...].prefix(Self.bytesPerLine)
      let words = stride(from: part.startIndex, to: part.endIndex, by: 4).map { start in
        hexString(of: Array(part[start...].prefix(4)))
      }
      return verb + "hex " + words.joined(separator: " ")
    }
  }

  private func rest(_ count: Int) -> [String] {
    let (whole, left) = count.quotientAndRemainder(dividingBy: Self.bytesAtOnce)
    let last = left > 0 ? ["expect bytes \(left)"] : []
    if whole == 0 { return last }
    return ["repeat \(whole) {", "  expect bytes \(Self.bytesAtOnce)", "}"] + last
  }

  private enum Piece {
    case known(Range<Int>)
    case secret(Int)
  }

  /// Finds secrets, the longest first where several begin at one place.
  private func splitSecrets(_ bytes: [UInt8]) -> [Piece] {
    let secrets = secrets.enumerated().filter { $1.isSought(Self.leastSecret) }
    let beginnings = Set(secrets.compactMap { $0.element.bytes.first })
    var pieces: [Piece] = []
    var (start, place) = (0, 0)
    while !secrets.isEmpty, place < bytes.count {
      let found =
        beginnings.contains(bytes[place])
        ? secrets.filter { bytes[place...].starts(with: $1.bytes) } : []
      guard let secret = found.max(by: { $0.element.bytes.count < $1.element.bytes.count }) else {
        place += 1
        continue
      }
      if place > start { pieces.append(.known(start..<place)) }
      pieces.append(.secret(secret.offset))
      place += secret.element.bytes.count
      start = place
    }
    if bytes.count > start { pieces.append(.known(start..<bytes.count)) }
    return pieces
  }
}
