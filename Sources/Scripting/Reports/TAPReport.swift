import ByteText

extension Reporter {
  /// The results in the Test Anything Protocol, version 14: one test point a script.
  ///
  /// Steps stand before their test point as comments. They are no subtests: those that a failed
  /// script did not come to would be missing, and the plan would differ from run to run.
  package func tap(of runs: [ScriptRun]) -> String {
    joined(
      ["TAP version 14", "1.." + String(runs.count)]
        + runs.enumerated().flatMap { tapLines(of: $0.element, number: $0.offset + 1) })
  }

  private func tapLines(of run: ScriptRun, number: Int) -> [String] {
    let point = String(number) + " - " + description(of: run.name)
    switch run.content {
    case .skipped(let reason): return ["ok " + point + " # SKIP " + description(of: reason)]
    case .malformed(let mistakes):
      var block = YAMLBlock()
      block.add("message", malformedText(mistakes))
      block.add("status", number: "64")
      block.add("details", mistakeLines(mistakes))
      return ["not ok " + point] + block.lines
    case .ran(let script, let results, let repetition):
      let isPassed = run.verdict == .passed
      return comments(of: run, in: script) + [(isPassed ? "ok " : "not ok ") + point]
        + block(of: run, in: script, per: repetition, results, isPassed: isPassed)
    }
  }

  private func comments(of run: ScriptRun, in script: Script) -> [String] {
    guard let failed = FailureGroup.groups(of: run.results).first else {
      if let stopped = interruptedRun(of: run) {
        return stepLines(before: stopped.statement, in: stopped.result, of: script)
      }
      return showsSteps ? stepLines(run.results.first?.steps ?? [], withTimes: true) : []
    }
    return stepLines(before: failed.failure, in: failed.result, of: script)
  }

  private func block(
    of run: ScriptRun, in script: Script, per repetition: ScriptRun.Repetition,
    _ results: [ScriptResult], isPassed: Bool
  ) -> [String] {
    var block = YAMLBlock()
    let failed = FailureGroup.groups(of: results).first
    let stopped = interruptedRun(of: run)
    if let failed {
      block.add("message", message(of: failed.failure))
      block.add(failed.failure.place, fileName(of: failed.failure.place, in: script))
      block.add("status", number: String(status(of: failed.failure)))
    } else if let stopped {
      block.add("message", "interrupted after " + stopped.result.duration.reportText)
      block.add(stopped.statement.place, fileName(of: stopped.statement.place, in: script))
    } else if !isPassed {
      block.add("message", countsText(of: run))
    }
    block.add("duration_ms", number: run.duration.decimalMilliseconds)
    addCounts(of: run, per: repetition, to: &block)
    let details =
      failureLines(of: results, of: script, per: repetition)
      + (stopped.map { lines(of: $0) } ?? [])
    if !details.isEmpty { block.add("details", details) }
    return block.lines
  }

  private func addCounts(
    of run: ScriptRun, per repetition: ScriptRun.Repetition, to block: inout YAMLBlock
  ) {
    guard run.results.count != 1 else { return }
    block.add("verdict", run.verdict.rawValue)
    block.add(repetition.rawValue + "s", number: String(run.results.count))
    block.add("failures", number: String(run.results.count { $0.failure != nil }))
    guard let timings = ScriptTimings(of: run.results) else { return }
    block.add("fastest_ms", number: timings.fastest.decimalMilliseconds)
    block.add("median_ms", number: timings.median.decimalMilliseconds)
    block.add("slowest_ms", number: timings.slowest.decimalMilliseconds)
  }

  /// A text in which no `#` begins a directive.
  private func description(of text: String) -> String {
    var description = ""
    for character in safe(text).unicodeScalars {
      if character == "#" || character == "\\" { description += "\\" }
      description.unicodeScalars.append(character)
    }
    return description
  }
}

/// A YAML block below a test point; each text is a JSON string, which YAML knows too.
private struct YAMLBlock {
  private var content: [String] = []

  var lines: [String] {
    content.isEmpty ? [] : (["---"] + content + ["..."]).map { "  " + $0 }
  }

  mutating func add(_ name: String, number: String) {
    content.append(name + ": " + number)
  }

  mutating func add(_ name: String, _ text: String) {
    add(name, number: Self.string(text))
  }

  mutating func add(_ place: Place, _ file: String) {
    add("file", file)
    add("line", number: String(place.line))
    add("column", number: String(place.column))
  }

  mutating func add(_ name: String, _ texts: [String]) {
    content.append(name + ":")
    content += texts.map { "  - " + Self.string($0) }
  }

  private static func string(_ text: String) -> String {
    var output: [UInt8] = []
    appendJSONString(text, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}
