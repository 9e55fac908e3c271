/// A run that something else has ended, such as a signal, and where it was then.
struct InterruptedRun {
  let script: Script
  let result: ScriptResult
  /// What was under way.
  let statement: ScriptFailure
}

extension Reporter {
  /// The last run of a script, if something else has ended it and it is known where.
  func interruptedRun(of run: ScriptRun) -> InterruptedRun? {
    guard let script = run.script, let last = run.results.last else { return nil }
    return interruptedRun(last, of: script)
  }

  /// The same of one result.
  func interruptedRun(_ result: ScriptResult, of script: Script) -> InterruptedRun? {
    guard case .cancelled = result.outcome, let statement = result.interruption else { return nil }
    return InterruptedRun(script: script, result: result, statement: statement)
  }

  /// Where that was and after what time, in one line; whom it was said to, where there are several.
  func headline(of run: InterruptedRun) -> String {
    let peer = peerName(of: run.statement).map { safe($0) + ": " } ?? ""
    return text(of: run.statement.place, in: run.script) + ": " + peer + "interrupted after "
      + run.result.duration.reportText
  }

  /// The steps up to there, the headline, and the lines of the script around it.
  func lines(of run: InterruptedRun) -> [String] {
    let excerpt = SourceExcerpt(of: run.script, at: run.statement.place, in: run.result.steps)
    return stepLines(before: run.statement, in: run.result, of: run.script)
      + ["stop " + headline(of: run)] + excerpt.rows(sourceLine)
      + callers(of: run.statement, in: run.script).map { "    " + $0 }
  }
}
