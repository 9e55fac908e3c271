/// Lines of random bytes, which every client sends some of.
///
/// The bytes repeat from run to run, so that two runs do the same.
final class Payload {
  /// All lines, one after the other.
  let bytes: UnsafeMutableRawBufferPointer
  /// Where each line is.
  private let lines: [Range<Int>]

  /// Makes lines whose lengths, with the line feed, are in a range.
  init(lineLengths: ClosedRange<Int>, lineCount: Int = 1024) {
    var random = Randomness(seed: UInt64(lineLengths.upperBound))
    var lines: [Range<Int>] = []
    for _ in 0..<lineCount {
      let start = lines.last?.upperBound ?? 0
      lines.append(start..<start + Int.random(in: lineLengths, using: &random))
    }
    bytes = .allocate(byteCount: lines.last?.upperBound ?? 0, alignment: 16)
    for line in lines {
      for index in line { bytes[index] = randomByte(&random) }
      bytes[line.upperBound - 1] = UInt8(ascii: "\n")
    }
    self.lines = lines
  }

  deinit { bytes.deallocate() }

  /// Where a line is, of as many as one wants.
  func line(_ number: Int) -> Range<Int> { lines[number % lines.count] }

  /// How many bytes differ from those in a range.
  func differences(_ received: UnsafeRawBufferPointer, from range: Range<Int>) -> Int {
    let expected = UnsafeRawBufferPointer(rebasing: bytes[range])
    if received.elementsEqual(expected) { return 0 }
    return zip(received, expected).count { $0 != $1 }
  }
}

/// Any byte but the end of a line.
private func randomByte(_ random: inout Randomness) -> UInt8 {
  let byte = UInt8.random(in: 0...254, using: &random)
  return byte < UInt8(ascii: "\n") ? byte : byte + 1
}

/// Random numbers that repeat: SplitMix64.
struct Randomness: RandomNumberGenerator {
  private var state: UInt64

  /// Begins a sequence.
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
