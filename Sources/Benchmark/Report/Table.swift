/// The outcomes as text: a line for each figure, and for each limit.
struct Table {
  /// What it prints as.
  let text: String

  /// Lays it out; who took part stands above the first of the rows that the same ones took part in.
  init(_ outcomes: [Outcome]) {
    let most = outcomes.map(\.row.contenders.count).max() ?? 0
    var lines: [[String]] = []
    var previous: [Contender] = []
    for outcome in outcomes {
      let contenders = outcome.row.contenders
      let blanks = [String](repeating: "", count: most - contenders.count)
      if contenders != previous {
        if !previous.isEmpty { lines.append([String](repeating: "", count: most + 4)) }
        lines.append(
          ["row", "figure", "unit"] + contenders.map(\.name) + blanks + ["limit"])
      }
      lines += Self.lines(of: outcome, blanks)
      previous = contenders
    }
    let widths = (0..<most + 4).map { column in lines.map { $0[column].count }.max() ?? 0 }
    text = lines.map { Self.aligned($0, widths, numbers: 3..<most + 3) }.joined()
  }

  private static func lines(of outcome: Outcome, _ blanks: [String]) -> [[String]] {
    let contenders = outcome.row.contenders
    let blank = [String](repeating: "", count: 3 + contenders.count) + blanks
    if let failure = outcome.failure {
      return [[outcome.row.name] + blank.dropFirst() + ["not measured: \(failure)"]]
    }
    var lines: [[String]] = []
    for (place, figure) in outcome.row.figures.enumerated() {
      let values = contenders.map { contender in
        outcome.samples[contender] == nil ? "-" : shortText(outcome.value(of: contender, place))
      }
      let verdicts = outcome.verdicts.filter { $0.limit.figure == place }.map(text)
      let name = place == 0 ? outcome.row.name : ""
      lines.append([name, figure.name, figure.unit] + values + blanks + [verdicts.first ?? ""])
      lines += verdicts.dropFirst().map { blank + [$0] }
    }
    return lines
  }

  private static func text(of verdict: Verdict) -> String {
    let ratio = verdict.limit.reference == nil ? "" : shortText(verdict.measured) + ", "
    let subject = verdict.limit.subject
    let whose = subject == .sockcat ? "" : "\(subject.name) "
    return "\(whose)\(ratio)\(verdict.text): \(verdict.state)"
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

extension Verdict {
  fileprivate var state: String { measured.isNaN ? "NOT MEASURED" : holds ? "holds" : "MISSED" }
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
