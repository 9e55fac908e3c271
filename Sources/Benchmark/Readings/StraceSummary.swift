/// The table that `strace -c` writes.
struct StraceSummary {
  /// How often each call was made.
  let counts: [String: Int]

  /// Reads the lines between the two rules.
  init(_ text: String) {
    var counts: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      // % time, seconds, microseconds a call, calls, errors if there were any, name.
      let fields = line.split(separator: " ")
      guard fields.count >= 5, fields.count <= 6, let name = fields.last, name != "total",
        let count = Int(fields[3]), Double(fields[0]) != nil
      else { continue }
      counts[String(name), default: 0] += count
    }
    self.counts = counts
  }

  /// How many calls there were of all kinds.
  var total: Int { counts.values.reduce(0, +) }
}
