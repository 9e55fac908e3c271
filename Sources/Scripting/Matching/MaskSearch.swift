import Glibc

/// Looks for bytes some of which may be any; each byte that comes is looked at once.
///
/// Whether the mask's first n bytes end here is one bit for each n (Baeza-Yates and Gonnet's way),
/// so that the cost is that of a literal, times the mask's length in words of 64.
struct MaskSearch: StreamSearch {
  private let mask: [UInt8?]
  private let wordCount: Int
  /// For each byte the places in the mask where it may stand.
  private let places: [UInt64]
  private var alive: [UInt64]
  private var beginning = LiteralBeginning()
  private var best = LiteralBeginning()

  init(_ mask: [UInt8?]) {
    self.mask = mask
    wordCount = (mask.count + 63) / 64
    alive = Array(repeating: 0, count: wordCount)
    places = makePlaces(of: mask, wordCount: wordCount)
  }

  var earliestStart: Int { beginning.start }
  var lookedCount: Int { beginning.end }
  var longestBeginning: LiteralBeginning? { best }

  mutating func look(at bytes: RawSpan, _ moment: LookMoment) -> SearchState {
    bytes.withUnsafeBytes { bytes in
      while beginning.length < mask.count, beginning.end < bytes.count {
        if beginning.length == 0, let first = mask[0], !skip(to: first, in: bytes) { return }
        step(bytes[beginning.end])
      }
    }
    guard beginning.length == mask.count else { return moment.isFinal ? .fails : .searches }
    return .found(Match(range: beginning.start..<beginning.end), from: beginning.start)
  }

  mutating func reset() {
    for word in alive.indices {
      alive[word] = 0
    }
    (beginning, best) = (LiteralBeginning(), LiteralBeginning())
  }

  /// Passes what comes before a byte; false if it has not come.
  private mutating func skip(to first: UInt8, in bytes: UnsafeRawBufferPointer) -> Bool {
    let start = beginning.end
    guard let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(first), bytes.count - start)
    else {
      beginning.end = bytes.count
      return false
    }
    beginning.end = base.distance(to: found)
    return true
  }

  private mutating func step(_ byte: UInt8) {
    var carry: UInt64 = 1
    var length = 0
    for word in 0..<wordCount {
      let old = alive[word]
      let new = (old << 1 | carry) & places[Int(byte) * wordCount + word]
      carry = old >> 63
      alive[word] = new
      if new != 0 { length = word * 64 + 64 - new.leadingZeroBitCount }
    }
    beginning = LiteralBeginning(end: beginning.end + 1, length: length)
    best.improve(end: beginning.end, length: length)
  }
}

private func makePlaces(of mask: [UInt8?], wordCount: Int) -> [UInt64] {
  var places = [UInt64](repeating: 0, count: 256 * wordCount)
  for (index, wanted) in mask.enumerated() {
    let bytes = wanted.map { $0...$0 } ?? 0...UInt8.max
    for byte in bytes {
      places[Int(byte) * wordCount + index / 64] |= 1 << UInt64(index % 64)
    }
  }
  return places
}
