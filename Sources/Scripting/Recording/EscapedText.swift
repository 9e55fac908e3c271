import ByteText

/// Bytes as they stand between the quotes of a script.
func escapedText(_ bytes: [UInt8]) -> String {
  var escaped: [UInt8] = []
  appendEscaped(bytes.span.bytes, to: &escaped)
  var text: [UInt8] = []
  for (index, byte) in escaped.enumerated() {
    switch byte {
    case UInt8(ascii: "\""): text += Array("\\\"".utf8)
    case UInt8(ascii: "$") where escaped[(index + 1)...].first == UInt8(ascii: "{"):
      text += Array("\\x24".utf8)
    default: text.append(byte)
    }
  }
  return String(decoding: text, as: UTF8.self)
}

/// Bytes as they stand between the slashes of a script, each for itself.
func escapedPattern(_ bytes: [UInt8]) -> String {
  var pattern: [UInt8] = []
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    if byte >= 0x80 {
      let part = Array(bytes[index...].prefix { $0 >= 0x80 })
      appendEscaped(part.span.bytes, to: &pattern)
      index += part.count
    } else {
      appendPattern(byte, to: &pattern)
      index += 1
    }
  }
  return String(decoding: pattern, as: UTF8.self)
}

private let patternSigns = Array(#"\.^$|()[]{}*+?/"#.utf8)

private func appendPattern(_ byte: UInt8, to pattern: inout [UInt8]) {
  switch byte {
  case UInt8(ascii: "\r"): pattern += Array(#"\r"#.utf8)
  case UInt8(ascii: "\n"): pattern += Array(#"\n"#.utf8)
  case UInt8(ascii: "\t"): pattern += Array(#"\t"#.utf8)
  case 0x20..<0x7f:
    if patternSigns.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
    pattern.append(byte)
  default: pattern += Array((#"\x"# + hexString(of: [byte])).utf8)
  }
}
