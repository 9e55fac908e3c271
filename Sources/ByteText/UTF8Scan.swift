/// What stands at a place in a text that should be UTF-8.
enum UTF8Step: Equatable {
  /// A well-formed character.
  case character(UInt32, length: Int)
  /// The beginning of a character whose rest is beyond the end.
  case incomplete
  /// A byte that is no part of any character at this place.
  case invalid
}

/// Reads the character at a place, as table 3-7 of the Unicode standard has it.
@inline(__always)
func utf8Step(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UTF8Step {
  let first = bytes[index]
  if first < 0x80 { return .character(UInt32(first), length: 1) }
  // What the second byte may be shuts out overlong forms, surrogates and numbers above 10FFFF.
  var allowed: ClosedRange<UInt8> = 0x80...0xbf
  let length: Int
  switch first {
  case 0xc2...0xdf: length = 2
  case 0xe0: (length, allowed) = (3, 0xa0...0xbf)
  case 0xed: (length, allowed) = (3, 0x80...0x9f)
  case 0xe1...0xef: length = 3
  case 0xf0: (length, allowed) = (4, 0x90...0xbf)
  case 0xf1...0xf3: length = 4
  case 0xf4: (length, allowed) = (4, 0x80...0x8f)
  default: return .invalid
  }
  var scalar = UInt32(first) & (0x7f >> UInt32(length))
  for place in index + 1..<index + length {
    guard place < bytes.count else { return .incomplete }
    guard allowed.contains(bytes[place]) else { return .invalid }
    allowed = 0x80...0xbf
    scalar = scalar << 6 | UInt32(bytes[place] & 0x3f)
  }
  return .character(scalar, length: length)
}

/// Tells whether the bytes are whole UTF-8 characters and nothing else.
package func isValidUTF8(_ bytes: RawSpan) -> Bool {
  bytes.withUnsafeBytes { bytes in
    var index = 0
    while index < bytes.count {
      index = endOfASCII(bytes, from: index)
      guard index < bytes.count else { break }
      guard case .character(_, let length) = utf8Step(bytes, at: index) else { return false }
      index += length
    }
    return true
  }
}

/// The number of bytes at the end, 0 to 3, that begin a character and wait for its rest.
package func incompleteSuffixLength(of bytes: RawSpan) -> Int {
  bytes.withUnsafeBytes { bytes in
    for length in 1...3 where length <= bytes.count {
      let start = bytes.count - length
      if bytes[start] & 0xc0 != 0x80 {
        return utf8Step(bytes, at: start) == .incomplete ? length : 0
      }
    }
    return 0
  }
}

/// Finds the next byte from 0x80 on, eight bytes at a time.
@inline(__always)
private func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
  var index = start
  while index + 8 <= bytes.count,
    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
  {
    index += 8
  }
  return bytes.endOfRun(from: index) { $0 < 0x80 }
}
