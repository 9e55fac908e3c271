/// Appends the bytes so that they can be read, stay in one line, and can be told back exactly.
///
/// Printable ASCII and printable UTF-8 characters stay, a backslash is doubled, the rest appears as
/// `\a \b \t \n \v \f \r` or as `\x` and exactly two digits. Each piece is whole by itself, so that
/// pieces can be joined: a character cut in two appears as the `\x` of its bytes.
package func appendEscaped(_ bytes: RawSpan, to output: inout [UInt8]) {
  bytes.withUnsafeBytes { bytes in
    var index = 0
    while index < bytes.count {
      let end = bytes.endOfRun(from: index) { ASCII.isPrintable($0) && $0 != ASCII.backslash }
      output.append(bytes, index..<end)
      index = end < bytes.count ? appendEscape(of: bytes, at: end, to: &output) : end
    }
  }
}

/// Appends what stands for the byte or character at the place, and says where that ends.
private func appendEscape(
  of bytes: UnsafeRawBufferPointer, at index: Int, to output: inout [UInt8]
) -> Int {
  if let letter = escapeLetter(for: bytes[index]) {
    output.append(ASCII.backslash)
    output.append(letter)
    return index + 1
  }
  guard bytes[index] >= 0x80, case .character(let scalar, let length) = utf8Step(bytes, at: index)
  else {
    output.appendHexEscape(bytes[index])
    return index + 1
  }
  if isHiddenControl(scalar) {
    output.appendHexEscapes(bytes[index..<index + length])
  } else {
    output.append(bytes, index..<index + length)
  }
  return index + length
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
