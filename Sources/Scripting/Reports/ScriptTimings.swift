import Sockets

/// How long the runs of one script took, those that were not cancelled.
package struct ScriptTimings: Sendable, Hashable {
  package let fastest: Duration
  /// Between the two in the middle, if their number is even.
  package let median: Duration
  package let slowest: Duration

  /// Compares some runs; nil if there are none.
  package init?(of results: [ScriptResult]) {
    let durations = results.filter { $0.isPassed || $0.failure != nil }.map(\.duration).sorted()
    guard let fastest = durations.first, let slowest = durations.last else { return nil }
    let middle = durations.count / 2
    self.fastest = fastest
    self.slowest = slowest
    median =
      durations.count.isMultiple(of: 2)
      ? (durations[middle - 1] + durations[middle]) / 2 : durations[middle]
  }
}

extension ScriptRun {
  /// The time of all its runs together.
  package var duration: Duration {
    results.reduce(.zero) { $0 + $1.duration }
  }
}

extension Duration {
  /// Three digits or so, with the unit in which they can be read.
  var reportText: String {
    let nanoseconds = wholeNanoseconds
    switch nanoseconds {
    case ..<10_000_000: return decimal(nanoseconds, per: 1_000_000, decimals: 1) + " ms"
    case ..<100_000_000: return decimal(nanoseconds, per: 1_000_000, decimals: 0) + " ms"
    case ..<10_000_000_000: return decimal(nanoseconds, per: 1_000_000_000, decimals: 2) + " s"
    case ..<60_000_000_000: return decimal(nanoseconds, per: 1_000_000_000, decimals: 1) + " s"
    default: break
    }
    let seconds = nanoseconds / 1_000_000_000
    return seconds < 3600
      ? String(seconds / 60) + " min " + String(seconds % 60) + " s"
      : String(seconds / 3600) + " h " + String(seconds % 3600 / 60) + " min"
  }

  /// Seconds with three decimals, as XML's readers want them.
  var decimalSeconds: String {
    decimal(wholeNanoseconds, per: 1_000_000_000, decimals: 3)
  }

  /// Milliseconds with three decimals.
  var decimalMilliseconds: String {
    decimal(wholeNanoseconds, per: 1_000_000, decimals: 3)
  }

  /// Seconds, to the microsecond.
  var jsonSeconds: Double { Double(wholeNanoseconds / 1000) / 1e6 }
}

/// A quotient with so many decimals, rounded.
private func decimal(_ number: UInt64, per unit: UInt64, decimals: Int) -> String {
  let scale = (0..<decimals).reduce(UInt64(1)) { scale, _ in scale * 10 }
  // A report that speaks of more than a hundred days has other sorrows than its decimals.
  let scaled = (min(number, 9_000_000_000_000_000) * scale + unit / 2) / unit
  guard decimals > 0 else { return String(scaled) }
  return String(scaled / scale) + "." + String(scaled % scale + scale).dropFirst()
}
