/// Appends the text as a JSON string with its quotes, so that it stays in its line and in its order.
///
/// C0, DEL and every hidden control are `\u`-escaped, those from U+10000 on as two surrogates; the
/// rest of UTF-8 stays. The text is to be valid
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
    for unit in Character(Unicode.Scalar(scalar) ?? "\u{fffd}").utf16 {
      appendJSONEscape(unit, to: &output)
    }
  } else {
    output.append(text, index..<index + length)
  }
  return index + length
}

private func isEscapedInJSON(_ scalar: UInt32) -> Bool {
  scalar < 0x20 || scalar == 0x7f || isHiddenControl(scalar)
}

private func appendJSONEscape(_ unit: UInt16, to output: inout [UInt8]) {
  output.append(ASCII.backslash)
  output.append(UInt8(ascii: "u"))
  for shift in stride(from: 12, through: 0, by: -4) {
    output.append(hexDigit(UInt8(truncatingIfNeeded: unit >> shift) & 0xf))
  }
}
