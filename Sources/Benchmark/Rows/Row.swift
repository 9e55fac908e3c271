/// One thing that is measured, with all who take part in it.
struct Row: Sendable {
  /// What it is chosen by.
  let name: String
  /// What is done.
  let summary: String
  /// What one measurement gives, in this order.
  let figures: [Figure]
  /// Who takes part, ourselves first.
  let contenders: [Contender]
  /// How many times everybody is measured, one after the other.
  let rounds: Int
  /// What has to hold for us.
  let limits: [Limit]
  /// Measures one of them once, and gives a value for each figure.
  let measure: @Sendable (Contender, Programs) throws(BenchmarkError) -> [Double]

  /// Every row, in the order of the table.
  static let all: [Row] =
    bulk + mixed
    + [watched, checksum, peakMemory, roundTrip]
    + [startUp, instructions, binarySize, idle]
    + datagramSends + datagramReceives + [dump]
    + [echoThroughput, echoMemory, echoCPU, connectionRate, churn, stall]
    + [scriptRoundTrip, scriptParallel] + tls

  /// Those that a word of a person's means: the row of that name, else those whose names begin
  /// with it.
  static func meant(by word: String) -> [Row] {
    let named = all.filter { $0.name == word }
    return named.isEmpty ? all.filter { $0.name.hasPrefix(word + "-") } : named
  }
}

/// What a value means.
struct Figure: Sendable {
  /// How the values of several rounds become one.
  enum Summary: Sendable { case median, least, greatest }

  let name: String
  let unit: String
  let summary: Summary

  init(_ name: String, _ unit: String, _ summary: Summary = .median) {
    self.name = name
    self.unit = unit
    self.summary = summary
  }

  /// Bytes that came back wrong, and clients who were refused or cut off.
  static let faults = Figure("faults", "", .greatest)

  /// One value for all rounds.
  func value(of samples: [Double]) -> Double {
    let sorted = samples.sorted()
    guard let least = sorted.first, let greatest = sorted.last else { return .nan }
    return switch summary {
    case .least: least
    case .greatest: greatest
    case .median: (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }
}
