/// Appends the bytes so that they can be read, stay in one line, and can be told back exactly.
///
/// Printable ASCII and printable UTF-8 characters stay, a backslash is doubled, the rest appears as
/// `\a \b \t \n \v \f \r` or as `\x` and exactly two digits. Each piece is whole by itself, so that
/// pieces can be joined: a character cut in two appears as the `\x` of its bytes.
package func appendEscaped(_ bytes: RawSpan, to output: inout [UInt8]) {
  output.append(addingCapacity: longestEscape * bytes.byteCount) { escaped in
    escaped.withUnsafeMutableBufferPointer { buffer, count in
      guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      var writer = EscapeWriter(next: start)
      bytes.withUnsafeBytes { writer.write($0) }
      count = writer.next - start
    }
  }
}

private let longestEscape = 4

/// What stands for one byte: up to four bytes, in the order in which they stand in memory.
private struct Escape {
  let bytes: UInt32
  let length: Int

  init(of byte: UInt8) {
    let text: [UInt8] =
      if let letter = escapeLetter(for: byte) {
        [ASCII.backslash, letter]
      } else if ASCII.isPrintable(byte) {
        [byte]
      } else {
        [ASCII.backslash, UInt8(ascii: "x"), hexDigit(byte >> 4), hexDigit(byte & 0xf)]
      }
    bytes = text.reversed().reduce(0) { $0 << 8 | UInt32($1) }.littleEndian
    length = text.count
  }
}

private let escapes: [Escape] = (0...UInt8.max).map { Escape(of: $0) }

/// Writes into memory that has room for four bytes in the place of each.
private struct EscapeWriter {
  var next: UnsafeMutableRawPointer

  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    escapes.withUnsafeBufferPointer { escapes in
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte >= 0x80, case .character(let scalar, let length) = utf8Step(bytes, at: index),
          !isHiddenControl(scalar)
        {
          copy(bytes, index..<index + length)
          index += length
        } else {
          put(escapes[Int(byte)])
          index += 1
        }
      }
    }
  }

  /// Stores four bytes at once; what is too much is overwritten by what follows.
  @inline(__always)
  private mutating func put(_ escape: Escape) {
    next.storeBytes(of: escape.bytes, as: UInt32.self)
    next += escape.length
  }

  private mutating func copy(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    for index in range {
      next.storeBytes(of: bytes[index], as: UInt8.self)
      next += 1
    }
  }
}

private func escapeLetter(for byte: UInt8) -> UInt8? {
  switch byte {
  case 0x07: UInt8(ascii: "a")
  case 0x08: UInt8(ascii: "b")
  case 0x09: UInt8(ascii: "t")
  case 0x0a: UInt8(ascii: "n")
  case 0x0b: UInt8(ascii: "v")
  case 0x0c: UInt8(ascii: "f")
  case 0x0d: UInt8(ascii: "r")
  case ASCII.backslash: ASCII.backslash
  default: nil
  }
}
