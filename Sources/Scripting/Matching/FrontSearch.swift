import Glibc

/// Waits until so many bytes have come: they are the match.
struct CountSearch: StreamSearch {
  private let wantedCount: Int
  let lookedCount = 0

  init(_ wantedCount: Int) { self.wantedCount = max(0, wantedCount) }

  var earliestStart: Int { 0 }

  mutating func look(at bytes: RawSpan, _ moment: LookMoment) -> SearchState {
    guard bytes.byteCount >= wantedCount else { return moment.isFinal ? .fails : .searches }
    return .found(Match(range: 0..<wantedCount), from: 0)
  }

  mutating func reset() {}
}

/// Waits for a newline: what stands before it is a line, without a CR at its end.
struct LineSearch: StreamSearch {
  private(set) var lookedCount = 0

  var earliestStart: Int { 0 }

  mutating func look(at bytes: RawSpan, _ moment: LookMoment) -> SearchState {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = memchr(
          base + lookedCount, Int32(UInt8(ascii: "\n")), bytes.count - lookedCount)
      else {
        lookedCount = bytes.count
        return moment.isFinal ? .fails : .searches
      }
      let end = base.distance(to: found)
      let hasReturn = end > 0 && bytes[end - 1] == UInt8(ascii: "\r")
      let line = 0..<(hasReturn ? end - 1 : end)
      return .found(Match(range: 0..<end + 1, value: line), from: 0)
    }
  }

  mutating func reset() { lookedCount = 0 }
}
