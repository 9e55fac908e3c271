import ByteText

/// What became of a row.
struct Outcome {
  let row: Row
  /// A list for each figure, of each who was measured.
  private(set) var samples: [Contender: [[Double]]] = [:]
  private(set) var failure: String?

  /// A limit of the row, and what it is held against.
  struct Verdict {
    let limit: Limit
    let measured: Double
    var holds: Bool { limit.holds(for: measured) }
  }

  /// Measures everybody in turn, so that what else the machine does meets all alike.
  init(of row: Row, rounds: Int, with programs: Programs) {
    self.row = row
    for round in 1...rounds {
      for contender in row.contenders {
        complain("\(row.name), round \(round) of \(rounds): \(contender.name)")
        do throws(BenchmarkError) {
          try Interruption.check()
          add(try row.measure(contender, programs), of: contender)
        } catch {
          failure = "\(contender.name): \(error.text)"
          return
        }
      }
    }
  }

  private mutating func add(_ values: [Double], of contender: Contender) {
    precondition(values.count == row.figures.count, "a value for each figure")
    let empty = [[Double]](repeating: [], count: values.count)
    for (place, value) in values.enumerated() {
      samples[contender, default: empty][place].append(value)
    }
  }

  /// One value for all rounds; not a number if it was not measured.
  func value(of contender: Contender, _ figure: Int) -> Double {
    row.figures[figure].value(of: samples[contender]?[figure] ?? [])
  }

  /// The row's limits, judged.
  var verdicts: [Verdict] {
    row.limits.map { limit in
      let ours = value(of: .sockcat, limit.figure)
      let theirs = limit.reference.map { value(of: $0, limit.figure) }
      return Verdict(limit: limit, measured: theirs.map { ours / $0 } ?? ours)
    }
  }

  /// What is not as it should be.
  var complaints: [String] {
    if let failure { return ["\(row.name): \(failure)"] }
    return verdicts.filter { !$0.holds }.map {
      "\(row.name): \(row.figures[$0.limit.figure].name) is \(shortText($0.measured)), "
        + "has to be \($0.limit.text)"
    }
  }
}
