import ByteText

extension Reporter {
  /// What became of one script, for people; to be written as soon as it has ended.
  package func text(of run: ScriptRun) -> String {
    joined(lines(of: run))
  }

  /// How many scripts came to what, in a line; nil where there was only one.
  package func summary(of runs: [ScriptRun], elapsed: Duration) -> String? {
    guard runs.count > 1 else { return nil }
    let verdicts = ScriptRun.Verdict.allCases.map { verdict in
      (verdict, runs.count { $0.verdict == verdict })
    }
    let counts = verdicts.filter { $0.1 > 0 }.map { String($0.1) + " " + $0.0.rawValue }
    return String(runs.count) + " scripts: " + counts.joined(separator: ", ") + ", in "
      + elapsed.reportText + "\n"
  }

  private func lines(of run: ScriptRun) -> [String] {
    switch run.content {
    case .skipped(let reason):
      return showsSteps ? ["skip " + safe(run.name) + "  " + safe(reason)] : []
    case .malformed(let mistakes):
      return mistakeLines(mistakes) + ["FAIL " + safe(run.name) + "  " + malformedText(mistakes)]
    case .ran(let script, let results, let repetition):
      let failures = failureLines(of: results, of: script, per: repetition)
      let stopped = interruptedRun(of: run).map { lines(of: $0) } ?? []
      let isAll = results.count == 1 && !(failures + stopped).isEmpty
      return failures + stopped + (isAll ? [] : passedSteps(of: results) + [lastLine(of: run)])
    }
  }

  /// Such as `2 errors`.
  func malformedText(_ mistakes: [ScriptFileError]) -> String {
    String(mistakes.count) + (mistakes.count == 1 ? " error" : " errors")
  }

  /// Every error with its place, the line and a caret.
  func mistakeLines(_ mistakes: [ScriptFileError]) -> [String] {
    mistakes.flatMap { mistake in
      let error = mistake.error
      let shown = ScriptError(
        safe(error.message), line: error.line, column: error.column,
        sourceLine: mask.masked(error.sourceLine))
      let hint = error.hint.map { ["hint: " + safe($0)] } ?? []
      let text = shown.rendered(in: mask.masked(mistake.file))
      return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) } + hint
    }
  }

  /// Each failure with its steps, headline and details.
  func failureLines(
    of results: [ScriptResult], of script: Script, per repetition: ScriptRun.Repetition
  ) -> [String] {
    var lines: [String] = []
    for group in FailureGroup.groups(of: results) {
      let place = text(of: group.failure.place, in: script)
      let text = group.text(of: results.count, repetition)
      let numbers = results.count > 1 ? " (" + text + ")" : ""
      lines += stepLines(before: group.failure, in: group.result, of: script)
      lines.append("FAIL " + place + ": " + message(of: group.failure) + numbers)
      lines += details(of: group.failure, in: group.result, of: script)
    }
    return lines
  }

  private func passedSteps(of results: [ScriptResult]) -> [String] {
    guard showsSteps, let first = results.first, first.failure == nil else { return [] }
    return stepLines(first.steps, withTimes: true)
  }

  private func lastLine(of run: ScriptRun) -> String {
    let word =
      switch run.verdict {
      case .passed: "ok   "
      case .flaky: "FLAKY "
      case .cancelled: "stop "
      case .failed, .malformed, .skipped: "FAIL "
      }
    return word + safe(run.name) + "  " + countsText(of: run)
  }

  /// How often it passed or failed, and how long that took.
  func countsText(of run: ScriptRun) -> String {
    let results = run.results
    guard run.verdict != .cancelled else { return "interrupted after " + run.duration.reportText }
    guard results.count != 1, case .ran(_, _, let repetition) = run.content else {
      return run.duration.reportText
    }
    let failed = results.count { $0.failure != nil }
    let total = String(results.count) + " " + repetition.rawValue + (results.count == 1 ? "" : "s")
    let counts = failed == 0 ? total : String(failed) + " of " + total + " failed"
    guard let timings = ScriptTimings(of: results) else { return counts }
    let times = [
      "fastest " + timings.fastest.reportText, "median " + timings.median.reportText,
      "slowest " + timings.slowest.reportText,
    ]
    return ([counts] + times).joined(separator: ", ")
  }

  func joined(_ lines: [String]) -> String {
    lines.map { $0 + "\n" }.joined()
  }
}
