private let alphabet = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Appends the bytes in base64 as RFC 4648 section 4 has it: padded, without line breaks.
package func appendBase64(_ bytes: RawSpan, to output: inout [UInt8]) {
  output.append(addingCapacity: (bytes.byteCount + 2) / 3 * 4) { text in
    alphabet.withUnsafeBufferPointer { alphabet in
      bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: 3) {
          appendGroup(bytes, from: start, alphabet, to: &text)
        }
      }
    }
  }
}

/// Appends four characters for the next three bytes, or for the one or two that are left.
@inline(__always)
private func appendGroup(
  _ bytes: UnsafeRawBufferPointer, from start: Int, _ alphabet: UnsafeBufferPointer<UInt8>,
  to text: inout OutputSpan<UInt8>
) {
  let left = bytes.count - start
  let first = Int(bytes[start])
  let second = left > 1 ? Int(bytes[start + 1]) : 0
  let third = left > 2 ? Int(bytes[start + 2]) : 0
  let group = first << 16 | second << 8 | third
  text.append(alphabet[group >> 18])
  text.append(alphabet[group >> 12 & 0x3f])
  text.append(left > 1 ? alphabet[group >> 6 & 0x3f] : UInt8(ascii: "="))
  text.append(left > 2 ? alphabet[group & 0x3f] : UInt8(ascii: "="))
}

/// The bytes that a text in base64 stands for; nil if it is none.
///
/// The padding may be left away, but not a part of it; and nothing may hide in the bits that are left
/// over (RFC 4648, 3.5), so that there is one text for each bytes.
package func base64Bytes(of text: some Collection<UInt8>) -> [UInt8]? {
  var (bytes, bits, count, padding): ([UInt8], UInt32, Int, Int) = ([], 0, 0, 0)
  for character in text {
    if character == UInt8(ascii: "=") {
      padding += 1
      continue
    }
    guard padding == 0, let digit = base64Digit(character) else { return nil }
    (bits, count) = (bits << 6 | digit, count + 6)
    guard count >= 8 else { continue }
    count -= 8
    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    bits &= 1 << UInt32(count) - 1
  }
  // Two bits are left of two bytes, four of one; six are a character of nothing.
  guard bits == 0, count < 6, padding == 0 || padding == count / 2 else { return nil }
  return bytes
}

/// The number that a character of the alphabet stands for.
private func base64Digit(_ character: UInt8) -> UInt32? {
  alphabet.firstIndex(of: character).map { UInt32($0) }
}
