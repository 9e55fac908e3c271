/// Shows bytes from outside as text that cannot act on a terminal, in pieces cut anywhere.
///
/// LF, TAB, and CR directly before LF pass; whatever else controls without being seen, and every
/// byte that is no character, appears as `\x` and two digits. This is for people: a backslash
/// passes as it is, so that the bytes cannot be told back; `appendEscaped(_:to:)` is for that.
package struct SafeTextEncoder: Sendable {
  /// What becomes of LF, TAB, and CR before LF.
  package enum Lines: Sendable {
    /// They pass.
    case kept
    /// They are escaped like other controls, so that the text stays in its line.
    case escaped
  }

  private enum Verdict {
    case passes(Int)
    case isEscaped(Int)
    /// The next byte decides.
    case waits
  }

  private let lines: Lines
  /// A character cut in two, or a CR that may be followed by LF.
  private var waiting: [UInt8] = []

  /// Makes an encoder for one text.
  package init(lines: Lines = .kept) {
    self.lines = lines
  }

  /// Appends what can be shown of the bytes so far.
  package mutating func encode(_ bytes: RawSpan, into output: inout [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var index = settleWaiting(with: bytes, into: &output)
      while index < bytes.count {
        let end = bytes.endOfRun(from: index, while: passesAlone)
        output.append(bytes, index..<end)
        index = end < bytes.count ? encodeNext(bytes, at: end, into: &output) : end
      }
    }
  }

  /// Appends what still waits, as the text has ended.
  package mutating func finish(into output: inout [UInt8]) {
    output.appendHexEscapes(waiting)
    waiting.removeAll()
  }

  @inline(__always)
  private func passesAlone(_ byte: UInt8) -> Bool {
    ASCII.isPrintable(byte)
      || (lines == .kept && (byte == ASCII.lineFeed || byte == ASCII.tab))
  }

  /// Shows what stands at the place and says where it ends.
  private mutating func encodeNext(
    _ bytes: UnsafeRawBufferPointer, at index: Int, into output: inout [UInt8]
  ) -> Int {
    switch verdict(on: bytes, at: index) {
    case .passes(let length):
      output.append(bytes, index..<index + length)
      return index + length
    case .isEscaped(let length):
      output.appendHexEscapes(bytes[index..<index + length])
      return index + length
    case .waits:
      waiting.append(contentsOf: bytes[index...])
      return bytes.count
    }
  }

  /// Adds bytes to what waits until it is decided, and says how many were used.
  private mutating func settleWaiting(
    with bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
  ) -> Int {
    var used = 0
    while !waiting.isEmpty, used < bytes.count {
      waiting.append(bytes[used])
      switch waiting.withUnsafeBytes({ verdict(on: $0, at: 0) }) {
      case .waits:
        used += 1
        continue
      case .passes:
        output.append(contentsOf: waiting)
        used += 1
      case .isEscaped(waiting.count):
        output.appendHexEscapes(waiting)
        used += 1
      case .isEscaped:
        // The new byte belongs to nothing that waits: it is looked at again by itself.
        output.appendHexEscapes(waiting.dropLast())
      }
      waiting.removeAll(keepingCapacity: true)
    }
    return used
  }

  private func verdict(on bytes: UnsafeRawBufferPointer, at index: Int) -> Verdict {
    let byte = bytes[index]
    if passesAlone(byte) { return .passes(1) }
    if byte == ASCII.carriageReturn, lines == .kept {
      guard index + 1 < bytes.count else { return .waits }
      return bytes[index + 1] == ASCII.lineFeed ? .passes(2) : .isEscaped(1)
    }
    if byte < 0x80 { return .isEscaped(1) }
    switch utf8Step(bytes, at: index) {
    case .character(let scalar, let length):
      return isHiddenControl(scalar) ? .isEscaped(length) : .passes(length)
    case .incomplete: return .waits
    case .invalid: return .isEscaped(1)
    }
  }
}

/// The bytes as text that cannot act on a terminal; lines and tabs stay.
package func safeText(_ bytes: [UInt8]) -> String {
  safe(bytes.span.bytes, lines: .kept)
}

/// The text without anything that could act on a terminal; lines and tabs stay.
package func safeText(_ text: String) -> String {
  safe(text.utf8.span.bytes, lines: .kept)
}

/// The bytes as text that cannot act on a terminal nor leave its line: for names and messages.
package func safeLine(_ bytes: [UInt8]) -> String {
  safe(bytes.span.bytes, lines: .escaped)
}

/// The text without anything that could act on a terminal or leave its line.
package func safeLine(_ text: String) -> String {
  safe(text.utf8.span.bytes, lines: .escaped)
}

private func safe(_ bytes: RawSpan, lines: SafeTextEncoder.Lines) -> String {
  var encoder = SafeTextEncoder(lines: lines)
  var output: [UInt8] = []
  output.reserveCapacity(bytes.byteCount)
  encoder.encode(bytes, into: &output)
  encoder.finish(into: &output)
  return String(decoding: output, as: UTF8.self)
}
