extension Matcher {
  /// Where what came is most like one of the literals, at the last such place.
  ///
  /// The patterns are those that it was made of, the bytes those that the last look was at.
  package func nearMiss(of patterns: [PreparedPattern], in bytes: RawSpan) -> NearMiss? {
    guard let (index, beginning) = longestBeginning() else { return nil }
    let expected = patterns[index].literalBytes(from: beginning.length, count: NearMiss.shownCount)
    let end = min(bytes.byteCount, beginning.end + NearMiss.shownCount)
    return NearMiss(
      offset: beginning.start, matchedCount: beginning.length, expected: expected,
      received: bytes.extracting(beginning.end..<end).withUnsafeBytes { Array($0) })
  }
}

extension PreparedPattern {
  /// Where some bytes are most like a literal, at the last such place; nil if it is nowhere, or if
  /// this is none.
  package func nearMiss(in bytes: RawSpan) -> NearMiss? {
    switch self {
    case .literal, .mask: break
    default: return nil
    }
    var matcher = Matcher([self])
    // Literals have no limits that a search could reach.
    guard (try? matcher.look(at: bytes, isFinal: true)) == .never else { return nil }
    return matcher.nearMiss(of: [self], in: bytes)
  }

  /// Bytes of a literal from a place up to the next hole.
  fileprivate func literalBytes(from start: Int, count: Int) -> [UInt8] {
    switch self {
    case .literal(let bytes): Array(bytes[start...].prefix(count))
    case .mask(let mask): mask[start...].prefix(count).prefix { $0 != nil }.compactMap(\.self)
    default: []
    }
  }
}
