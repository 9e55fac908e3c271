/// Reads text with C escapes into bytes, in pieces that may be cut anywhere.
///
/// Escapes are `\a \b \e \f \n \r \t \v \\ \" \'`, `\0` alone, `\NNN` with three octal digits,
/// `\xHH` with two hex digits, and `\u{H…}` for a character in UTF-8. Each has a fixed end, so that
/// what follows can never become part of it. All other bytes stand for themselves. After an error
/// nothing more may be decoded; the bytes before the error have been appended.
package struct EscapeDecoder: Sendable {
  /// What a raw LF or CRLF in the text means.
  package enum LineBreaks: Sendable {
    /// It is a part of the bytes.
    case content
    /// It only arranges the text and is left out; a CR without LF is still content.
    case layout
  }

  private enum State: Equatable {
    case text
    /// A raw CR that is layout if LF follows.
    case carriageReturn
    case backslash
    case hex(UInt8, digits: Int)
    case octal(Int, digits: Int)
    case unicodeBrace
    case unicode(UInt32, digits: Int)
    case unicodeFour(UInt32, digits: Int)
  }

  private let lineBreaks: LineBreaks
  private var state = State.text
  private var position = TextPosition()
  /// The place of the last backslash.
  private var escape = TextPosition()

  /// Makes a decoder for one text.
  package init(lineBreaks: LineBreaks) {
    self.lineBreaks = lineBreaks
  }

  /// Appends the bytes that the text stands for.
  ///
  /// - Throws: ``TextFormatError`` at the backslash of an escape that is none.
  package mutating func decode(
    _ bytes: RawSpan, into output: inout [UInt8]
  ) throws(TextFormatError) {
    try bytes.withUnsafeBytes { (bytes) throws(TextFormatError) in
      var index = 0
      while index < bytes.count {
        if state == .text {
          copyText(bytes, &index, into: &output)
          guard index < bytes.count else { break }
        }
        if try step(bytes[index], into: &output) {
          position.pass(bytes[index])
          index += 1
        }
      }
    }
  }

  /// Appends what the last bytes stand for, because nothing follows them.
  ///
  /// - Throws: ``TextFormatError`` if the text ends inside an escape.
  package mutating func finish(into output: inout [UInt8]) throws(TextFormatError) {
    switch state {
    case .text: break
    case .carriageReturn: end(with: ASCII.carriageReturn, into: &output)
    case .octal(0, digits: 1): end(with: 0, into: &output)
    default: throw escape.error(.unfinishedEscape)
    }
  }

  private mutating func copyText(
    _ bytes: UnsafeRawBufferPointer, _ index: inout Int, into output: inout [UInt8]
  ) {
    let endsAtReturn = lineBreaks == .layout
    let end = bytes.endOfRun(from: index) {
      $0 != ASCII.backslash && $0 != ASCII.lineFeed
        && !($0 == ASCII.carriageReturn && endsAtReturn)
    }
    output.append(bytes, index..<end)
    position.pass(bytes[index..<end])
    index = end
  }

  /// Takes the next byte; false if it belongs to what follows and is to come again.
  private mutating func step(
    _ byte: UInt8, into output: inout [UInt8]
  ) throws(TextFormatError) -> Bool {
    switch state {
    case .text:
      beginSpecial(byte, into: &output)
    case .carriageReturn:
      guard byte == ASCII.lineFeed else { return end(with: ASCII.carriageReturn, into: &output) }
      state = .text
    case .backslash:
      try beginEscape(byte, into: &output)
    case .hex(let value, let digits):
      try stepHex(byte, value, digits, into: &output)
    case .octal(let value, let digits):
      return try stepOctal(byte, value, digits, into: &output)
    case .unicodeBrace:
      if byte == UInt8(ascii: "{") {
        state = .unicode(0, digits: 0)
      } else {
        try stepUnicodeFour(byte, 0, 0, into: &output)
      }
    case .unicodeFour(let value, let digits):
      try stepUnicodeFour(byte, value, digits, into: &output)
    case .unicode(let value, let digits):
      try stepUnicode(byte, value, digits, into: &output)
    }
    return true
  }

  /// Takes a backslash, a LF, or a CR that may be layout.
  private mutating func beginSpecial(_ byte: UInt8, into output: inout [UInt8]) {
    switch byte {
    case ASCII.backslash:
      escape = position
      state = .backslash
    case ASCII.carriageReturn:
      state = .carriageReturn
    default:
      if lineBreaks == .content { output.append(byte) }
    }
  }

  private mutating func beginEscape(
    _ byte: UInt8, into output: inout [UInt8]
  ) throws(TextFormatError) {
    switch byte {
    case UInt8(ascii: "x"): state = .hex(0, digits: 0)
    case UInt8(ascii: "u"): state = .unicodeBrace
    case UInt8(ascii: "0")...UInt8(ascii: "7"): state = .octal(Int(byte & 7), digits: 1)
    default:
      guard let value = byteNamed(by: byte) else { throw escape.error(.unknownEscape(byte)) }
      end(with: value, into: &output)
    }
  }

  private mutating func stepHex(
    _ byte: UInt8, _ value: UInt8, _ digits: Int, into output: inout [UInt8]
  ) throws(TextFormatError) {
    guard let digit = hexDigitValue(byte) else { throw escape.error(.malformedHexEscape) }
    if digits == 1 {
      end(with: value << 4 | digit, into: &output)
    } else {
      state = .hex(digit, digits: 1)
    }
  }

  private mutating func stepOctal(
    _ byte: UInt8, _ value: Int, _ digits: Int, into output: inout [UInt8]
  ) throws(TextFormatError) -> Bool {
    guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else {
      guard value == 0, digits == 1 else { throw escape.error(.malformedOctalEscape) }
      return end(with: 0, into: &output)
    }
    let value = value << 3 | Int(byte & 7)
    if digits == 2 {
      guard let whole = UInt8(exactly: value) else { throw escape.error(.malformedOctalEscape) }
      end(with: whole, into: &output)
    } else {
      state = .octal(value, digits: digits + 1)
    }
    return true
  }

  private mutating func stepUnicodeFour(
    _ byte: UInt8, _ value: UInt32, _ digits: Int, into output: inout [UInt8]
  ) throws(TextFormatError) {
    guard let digit = hexDigitValue(byte) else { throw escape.error(.malformedUnicodeEscape) }
    let value = value << 4 | UInt32(digit)
    if digits < 3 {
      state = .unicodeFour(value, digits: digits + 1)
      return
    }
    guard let scalar = Unicode.Scalar(value) else { throw escape.error(.noSuchCharacter(value)) }
    output.append(contentsOf: scalar.utf8)
    state = .text
  }

  private mutating func stepUnicode(
    _ byte: UInt8, _ value: UInt32, _ digits: Int, into output: inout [UInt8]
  ) throws(TextFormatError) {
    if let digit = hexDigitValue(byte), digits < 6 {
      state = .unicode(value << 4 | UInt32(digit), digits: digits + 1)
    } else if byte == UInt8(ascii: "}"), digits > 0 {
      guard let scalar = Unicode.Scalar(value) else { throw escape.error(.noSuchCharacter(value)) }
      output.append(contentsOf: scalar.utf8)
      state = .text
    } else {
      throw escape.error(.malformedUnicodeEscape)
    }
  }

  /// Ends an escape or a raw CR that stands for one byte; false, as the byte at hand was not taken.
  @discardableResult
  private mutating func end(with byte: UInt8, into output: inout [UInt8]) -> Bool {
    output.append(byte)
    state = .text
    return false
  }

  private func byteNamed(by letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "v"): 0x0b
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "e"): 0x1b
    case ASCII.backslash, ASCII.quote, UInt8(ascii: "'"): letter
    default: nil
    }
  }
}

/// The bytes that a text with C escapes stands for; raw line breaks are a part of them.
///
/// - Throws: ``TextFormatError`` at the backslash of an escape that is none.
package func decodeEscapes(_ text: String) throws(TextFormatError) -> [UInt8] {
  var decoder = EscapeDecoder(lineBreaks: .content)
  var output: [UInt8] = []
  try decoder.decode(text.utf8.span.bytes, into: &output)
  try decoder.finish(into: &output)
  return output
}
