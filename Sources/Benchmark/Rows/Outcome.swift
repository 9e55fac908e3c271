import ByteText

/// What became of a row.
struct Outcome {
  let row: Row
  /// A list for each figure, of each who was measured.
  private(set) var samples: [Contender: [[Double]]] = [:]
  /// Why nobody could be measured, or we could not.
  private(set) var failure: String?
  /// Why one of the others could not in some round, who is left out after the second one.
  private(set) var absences: [Contender: String] = [:]

  /// Measures everybody in turn, so that what else the machine does meets all alike; each round
  /// begins with another one and goes the other way round, so that nobody always follows the same.
  init(of row: Row, rounds: Int, with programs: Programs) {
    self.row = row
    defer { MemoryFile.forgetSources() }
    var failureCounts: [Contender: Int] = [:]
    for round in 1...rounds {
      let first = (round - 1) % row.contenders.count
      let order = row.contenders[first...] + row.contenders[..<first]
      for contender in round % 2 == 1 ? Array(order) : order.reversed()
      where failureCounts[contender, default: 0] < 2 {
        complain("\(row.name), round \(round) of \(rounds): \(contender.name)")
        do throws(BenchmarkError) {
          try Interruption.check()
          add(try row.measure(contender, programs), of: contender)
        } catch {
          if contender == .sockcat || error == .interrupted {
            failure = "\(contender.name): \(error.text)"
            return
          }
          absences[contender] = error.text
          failureCounts[contender, default: 0] += 1
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
      let ours = value(of: limit.subject, limit.figure)
      guard let reference = limit.reference else {
        return Verdict(limit: limit, measured: ours, opponent: nil)
      }
      guard let other = contender(for: reference) else {
        return Verdict(limit: limit, measured: .nan, opponent: nil)
      }
      return Verdict(
        limit: limit, measured: ours / value(of: other, limit.figure), opponent: other)
    }
  }

  /// Who is meant; nil if no peer was measured.
  private func contender(for reference: Limit.Reference) -> Contender? {
    switch reference {
    case .contender(let contender): contender
    case .bestPeer(let figure):
      row.contenders.filter { $0.role == .peer && samples[$0] != nil }
        .max { value(of: $0, figure) < value(of: $1, figure) }
    }
  }

  /// What a limit is about: a figure, and whose, where it is not simply ours.
  func name(of limit: Limit) -> String {
    let figure = row.figures[limit.figure].name
    return limit.subject == .sockcat ? figure : "\(figure) of \(limit.subject.name)"
  }

  /// What is not as it should be.
  var complaints: [String] {
    if let failure { return ["\(row.name): \(failure)"] }
    let missing = row.contenders.compactMap { contender in
      absences[contender].map { "\(row.name): \(contender.name): not measured: \($0)" }
    }
    return missing
      + verdicts.filter { !$0.holds }.map {
        "\(row.name): \(name(of: $0.limit)) \($0.finding), has to be \($0.text)"
      }
  }
}

/// A limit of a row, and what it is held against.
struct Verdict {
  let limit: Limit
  let measured: Double
  /// Who it is compared with, where it is.
  let opponent: Contender?
  var holds: Bool { limit.holds(for: measured) }

  /// What was found.
  var finding: String {
    measured.isNaN ? "could not be compared" : "is \(shortText(measured))"
  }

  /// The limit, with the name of the best peer.
  var text: String {
    guard case .bestPeer = limit.reference, let opponent else { return limit.text }
    return "\(limit.text), \(opponent.name)"
  }
}
