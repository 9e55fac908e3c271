extension [UInt8] {
  /// Appends a byte as `\x` and two digits.
  mutating func appendHexEscape(_ byte: UInt8) {
    append(ASCII.backslash)
    append(UInt8(ascii: "x"))
    append(hexDigit(byte >> 4))
    append(hexDigit(byte & 0xf))
  }

  /// Appends every byte of a slice as `\x` and two digits.
  mutating func appendHexEscapes(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      appendHexEscape(byte)
    }
  }

  /// Appends a part of a buffer in one copy.
  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}

extension UnsafeRawBufferPointer {
  /// Finds where the run of bytes that satisfy the condition ends; the end of the buffer at most.
  @inline(__always)
  func endOfRun(from start: Int, while condition: (UInt8) -> Bool) -> Int {
    var end = start
    while end < count, condition(self[end]) {
      end += 1
    }
    return end
  }
}
