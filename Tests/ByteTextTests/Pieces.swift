import ByteText
import TestSupport

extension Array<UInt8> {
  /// Random bytes, half of them out of those that formats treat in a special way.
  static func random(count: Int, using generator: inout SeededGenerator) -> [UInt8] {
    let special = Array("\\\r\n\t\0\"'07xu{}\u{e4}\u{4e5b}\u{1f600}\u{202e}\u{85}".utf8)
    return (0..<count).map { _ in
      Bool.random(using: &generator)
        ? UInt8.random(in: 0...255, using: &generator)
        : special[Int.random(in: 0..<special.count, using: &generator)]
    }
  }

  /// The bytes in pieces of at most the given size.
  func pieces(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

func text(_ bytes: [UInt8]) -> String {
  String(decoding: bytes, as: UTF8.self)
}

/// A span is no argument for `#expect`, which would have to keep it.
func isUTF8(_ bytes: [UInt8]) -> Bool {
  isValidUTF8(bytes.span.bytes)
}
