extension Duration {
  /// Reads `500ms`, `2s`, `1m`, `1h`, or seconds without a unit, `1.5`; nil of anything else.
  ///
  /// What is shorter than a nanosecond but not 0 becomes one, as 0 has a meaning of its own.
  package init?(written text: String) {
    let units: [(String, Double)] = [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)]
    let unit = units.first { text.hasSuffix($0.0) }
    let number = text.dropLast(unit?.0.count ?? 0)
    guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let value = Double(number), value * (unit?.1 ?? 1e9) < 9e18
    else { return nil }
    let nanoseconds = Int64(value * (unit?.1 ?? 1e9))
    self = .nanoseconds(value > 0 ? max(1, nanoseconds) : 0)
  }
}
