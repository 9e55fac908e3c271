import Glibc

/// Looks for bytes; each byte that comes is looked at once (Knuth, Morris and Pratt's way).
struct LiteralSearch: StreamSearch {
  private let literal: [UInt8]
  /// For each beginning of the literal, how much of its end is a shorter beginning of it; made when
  /// it is needed first.
  private var borders: [Int32] = []
  private var beginning = LiteralBeginning()
  private var best = LiteralBeginning()

  init(_ literal: [UInt8]) { self.literal = literal }

  var earliestStart: Int { beginning.start }
  var lookedCount: Int { beginning.end }
  var longestBeginning: LiteralBeginning? { best }

  mutating func look(at bytes: RawSpan, _ moment: LookMoment) -> SearchState {
    bytes.withUnsafeBytes { bytes in
      while beginning.length < literal.count, beginning.end < bytes.count {
        step(bytes)
      }
    }
    best.improve(end: beginning.end, length: beginning.length)
    guard beginning.length == literal.count else { return moment.isFinal ? .fails : .searches }
    return .found(Match(range: beginning.start..<beginning.end), from: beginning.start)
  }

  mutating func reset() { (beginning, best) = (LiteralBeginning(), LiteralBeginning()) }

  /// Goes on to a byte that the literal begins with, or as far as it goes on, or a beginning back.
  private mutating func step(_ bytes: UnsafeRawBufferPointer) {
    if beginning.length == 0 {
      findFirst(bytes)
    } else if bytes[beginning.end] == literal[beginning.length] {
      goOn(bytes)
    } else {
      best.improve(end: beginning.end, length: beginning.length)
      beginning.length = border(of: beginning.length)
    }
  }

  private mutating func findFirst(_ bytes: UnsafeRawBufferPointer) {
    let start = beginning.end
    guard let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(literal[0]), bytes.count - start)
    else {
      beginning.end = bytes.count
      return
    }
    beginning = LiteralBeginning(end: base.distance(to: found) + 1, length: 1)
  }

  private mutating func goOn(_ bytes: UnsafeRawBufferPointer) {
    var (end, length) = (beginning.end, beginning.length)
    while end < bytes.count, length < literal.count, bytes[end] == literal[length] {
      end += 1
      length += 1
    }
    beginning = LiteralBeginning(end: end, length: length)
  }

  private mutating func border(of length: Int) -> Int {
    // With one byte there is none, which spares most literals the table.
    if length == 1 { return 0 }
    if borders.isEmpty { borders = makeBorders() }
    return Int(borders[length])
  }

  private func makeBorders() -> [Int32] {
    var borders = [Int32](repeating: 0, count: literal.count + 1)
    var length = 0
    for index in 1..<literal.count {
      while length > 0, literal[index] != literal[length] {
        length = Int(borders[length])
      }
      if literal[index] == literal[length] { length += 1 }
      borders[index + 1] = Int32(length)
    }
    return borders
  }
}
