/// Reads bare hex digits with white space between them, in pieces that may be cut anywhere.
///
/// Two neighbouring digits make a byte, also across a cut. White space (space, tab, LF, CR, VT, FF)
/// may stand between bytes, never inside one. After an error nothing more may be decoded; the bytes
/// before the error have been appended.
package struct HexDecoder: Sendable {
  private var position = TextPosition()
  private var highDigit: UInt8?

  /// Makes a decoder that counts lines from the given one.
  package init(startingAtLine line: Int = 1) {
    position.line = line
  }

  /// Appends the bytes that the digits stand for.
  ///
  /// - Throws: ``TextFormatError`` at a byte that is neither digit nor white space, or at a digit
  ///   that white space follows where its second one should be.
  package mutating func decode(
    _ bytes: RawSpan, into output: inout [UInt8]
  ) throws(TextFormatError) {
    try bytes.withUnsafeBytes { (bytes) throws(TextFormatError) in
      for byte in bytes {
        try decode(byte, into: &output)
      }
    }
  }

  /// Checks that the text may end here.
  ///
  /// - Throws: ``TextFormatError`` if the last digit is without its second one.
  package mutating func finish(into output: inout [UInt8]) throws(TextFormatError) {
    try requireNoLoneDigit()
  }

  @inline(__always)
  private mutating func decode(
    _ byte: UInt8, into output: inout [UInt8]
  ) throws(TextFormatError) {
    if let digit = hexDigitValue(byte) {
      if let high = highDigit {
        output.append(high << 4 | digit)
        highDigit = nil
      } else {
        highDigit = digit
      }
    } else if isWhiteSpace(byte) {
      try requireNoLoneDigit()
    } else {
      throw position.error(.unexpectedByte(byte))
    }
    position.pass(byte)
  }

  private func requireNoLoneDigit() throws(TextFormatError) {
    guard highDigit != nil else { return }
    var digit = position
    digit.column -= 1
    throw digit.error(.unpairedHexDigit)
  }

  private func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == ASCII.space || (ASCII.tab...ASCII.carriageReturn).contains(byte)
  }
}

/// Appends two lower-case hex digits for each byte.
package func appendHex(_ bytes: RawSpan, to output: inout [UInt8]) {
  output.append(addingCapacity: bytes.byteCount * 2) { digits in
    bytes.withUnsafeBytes { bytes in
      for byte in bytes {
        digits.append(hexDigit(byte >> 4))
        digits.append(hexDigit(byte & 0xf))
      }
    }
  }
}

/// Two lower-case hex digits for each byte, as text.
package func hexString(of bytes: RawSpan) -> String {
  var digits: [UInt8] = []
  appendHex(bytes, to: &digits)
  return String(decoding: digits, as: UTF8.self)
}

/// Two lower-case hex digits for each byte, as text.
package func hexString(of bytes: [UInt8]) -> String {
  hexString(of: bytes.span.bytes)
}

/// The number that a hex digit of either case stands for, or nil for any other byte.
@inline(__always)
package func hexDigitValue(_ byte: UInt8) -> UInt8? {
  let decimal = byte &- UInt8(ascii: "0")
  if decimal < 10 { return decimal }
  let letter = (byte | 0x20) &- UInt8(ascii: "a")
  return letter < 6 ? letter + 10 : nil
}

/// The lower-case digit for a number below 16.
@inline(__always)
func hexDigit(_ number: UInt8) -> UInt8 {
  number < 10 ? UInt8(ascii: "0") &+ number : UInt8(ascii: "a") &+ number &- 10
}
