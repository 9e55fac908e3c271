/// The outcomes as text: a line for each figure, and for each limit.
struct Table {
  /// What it prints as.
  let text: String

  /// Lays it out with a column for everybody who took part in any row.
  init(_ outcomes: [Outcome]) {
    var contenders: [Contender] = []
    for contender in outcomes.flatMap(\.row.contenders) where !contenders.contains(contender) {
      contenders.append(contender)
    }
    let head = ["row", "figure", "unit"] + contenders.map(\.name) + ["limit"]
    let lines = [head] + outcomes.flatMap { Self.lines(of: $0, contenders) }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    text = lines.map { Self.aligned($0, widths, numbers: 3..<head.count - 1) }.joined()
  }

  private static func lines(of outcome: Outcome, _ contenders: [Contender]) -> [[String]] {
    let blank = [String](repeating: "", count: 3 + contenders.count)
    if let failure = outcome.failure {
      return [[outcome.row.name] + blank.dropFirst() + ["not measured: \(failure)"]]
    }
    var lines: [[String]] = []
    for (place, figure) in outcome.row.figures.enumerated() {
      let values = contenders.map { contender in
        outcome.samples[contender] == nil ? "" : shortText(outcome.value(of: contender, place))
      }
      let verdicts = outcome.verdicts.filter { $0.limit.figure == place }.map(text)
      let name = place == 0 ? outcome.row.name : ""
      lines.append([name, figure.name, figure.unit] + values + [verdicts.first ?? ""])
      lines += verdicts.dropFirst().map { blank + [$0] }
    }
    return lines
  }

  private static func text(of verdict: Outcome.Verdict) -> String {
    let ratio = verdict.limit.reference == nil ? "" : shortText(verdict.measured) + ", "
    return "\(ratio)\(verdict.limit.text): \(verdict.holds ? "holds" : "MISSED")"
  }

  private static func aligned(
    _ cells: [String], _ widths: [Int], numbers: Range<Int>
  ) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let blank = String(repeating: " ", count: widths[column] - cell.count)
      line += numbers.contains(column) ? blank + cell + "  " : cell + blank + "  "
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}

/// A number with about three digits that count.
func shortText(_ value: Double) -> String {
  guard value.isFinite else { return "none" }
  let isWhole = value == value.rounded() || value.magnitude >= 100
  let places = isWhole ? 0 : value.magnitude >= 10 ? 1 : 2
  let scale = [1.0, 10, 100][places]
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: Int(scale))
  let digits = String(Int(scale) + rest).dropFirst()
  return (value < 0 ? "-" : "") + String(whole) + (places == 0 ? "" : ".\(digits)")
}
