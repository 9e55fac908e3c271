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
