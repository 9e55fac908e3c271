/// Appends the text as a JSON string with its quotes, so that it stays in its line and in its order.
///
/// C0, DEL, C1, bidirectional marks (U+061C, U+200E, U+200F, U+202A–202E, U+2066–2069) and the line
/// and paragraph separators are `\u`-escaped; the rest of UTF-8 stays. The text is to be valid
/// UTF-8; a byte that is no character would break the line for its reader and becomes `\ufffd`.
package func appendJSONString(_ text: RawSpan, to output: inout [UInt8]) {
  output.append(ASCII.quote)
  text.withUnsafeBytes { text in
    var index = 0
    while index < text.count {
      let end = text.endOfRun(from: index) {
        ASCII.isPrintable($0) && $0 != ASCII.backslash && $0 != ASCII.quote
      }
      output.append(text, index..<end)
      index = end < text.count ? appendJSONCharacter(text, at: end, to: &output) : end
    }
  }
  output.append(ASCII.quote)
}

/// Appends the text as a JSON string with its quotes, escaped as for bytes.
package func appendJSONString(_ text: String, to output: inout [UInt8]) {
  appendJSONString(text.utf8.span.bytes, to: &output)
}

/// Appends what stands for the character at the place, and says where that ends.
private func appendJSONCharacter(
  _ text: UnsafeRawBufferPointer, at index: Int, to output: inout [UInt8]
) -> Int {
  guard case .character(let scalar, let length) = utf8Step(text, at: index) else {
    appendJSONEscape(0xfffd, to: &output)
    return index + 1
  }
  if scalar == UInt32(ASCII.quote) || scalar == UInt32(ASCII.backslash) {
    output.append(ASCII.backslash)
    output.append(text[index])
  } else if isEscapedInJSON(scalar) {
    appendJSONEscape(UInt16(scalar), to: &output)
  } else {
    output.append(text, index..<index + length)
  }
  return index + length
}

/// Tells which characters are `\u`-escaped; all of them are below U+10000.
private func isEscapedInJSON(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0...0x1f, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
  default: false
  }
}

private func appendJSONEscape(_ unit: UInt16, to output: inout [UInt8]) {
  output.append(ASCII.backslash)
  output.append(UInt8(ascii: "u"))
  for shift in stride(from: 12, through: 0, by: -4) {
    output.append(hexDigit(UInt8(truncatingIfNeeded: unit >> shift) & 0xf))
  }
}
