/// What a peer asks without what is not seen of it: controls, sequences that act on a terminal, and the
/// commands of telnet, which a question for a password often ends with.
func plainQuestion(_ bytes: [UInt8]) -> [UInt8] {
  var plain: [UInt8] = []
  var rest = bytes[...]
  while let byte = rest.first {
    switch byte {
    case 0x1b: rest = rest.dropFirst(sequenceLength(rest))
    case 0xff: rest = rest.dropFirst(telnetLength(rest))
    case 0x09, 0x0d, 0x20..<0x7f, 0x80...:
      plain.append(byte)
      rest = rest.dropFirst()
    default: rest = rest.dropFirst()
    }
  }
  return plain
}

/// How long the sequence is that begins with ESC, as far as it is there.
private func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int {
  let body = bytes.dropFirst(2)
  guard let kind = bytes.dropFirst().first else { return 1 }
  switch kind {
  case UInt8(ascii: "["):
    // Parameters, and one letter.
    let end = body.firstIndex { 0x40...0x7e ~= $0 }
    return (end ?? bytes.endIndex - 1) + 1 - bytes.startIndex
  case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
    UInt8(ascii: "_"):
    // A text up to BEL or ESC \.
    guard let end = body.firstIndex(where: { $0 == 0x07 || $0 == 0x1b }) else { return bytes.count }
    let length = end + 1 - bytes.startIndex
    return bytes[end] == 0x1b ? min(bytes.count, length + 1) : length
  case 0x20...0x2f: return min(bytes.count, 3)
  default: return 2
  }
}

/// How long the telnet command is that begins with IAC, as far as it is there.
private func telnetLength(_ bytes: ArraySlice<UInt8>) -> Int {
  guard let command = bytes.dropFirst().first else { return 1 }
  switch command {
  case 250:
    // An option's parameters, up to IAC SE.
    let body = bytes.dropFirst(2)
    let end = body.indices.first { body[$0] == 0xff && body[$0...].dropFirst().first == 240 }
    return end.map { $0 + 2 - bytes.startIndex } ?? bytes.count
  case 251...254: return min(bytes.count, 3)
  default: return min(bytes.count, 2)
  }
}
