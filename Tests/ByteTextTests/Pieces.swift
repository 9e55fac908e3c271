import ByteText

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

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
