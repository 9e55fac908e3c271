import ByteText

extension Reporter {
  /// A script's line: the frozen schema of the manual.
  package func json(of run: ScriptRun) -> String {
    var object = JSONObject()
    object.add("type", "script")
    object.add("name", safe(run.name))
    object.add("verdict", run.verdict.rawValue)
    if let status = status(of: run) { object.add("status", Int(status)) }
    object.add("seconds", run.duration.jsonSeconds)
    switch run.content {
    case .skipped(let reason): object.add("reason", safe(reason))
    case .malformed(let mistakes): object.add("errors", objects: mistakes.map { json(of: $0) })
    case .ran(let script, let results, let repetition):
      object.add("passed", results.count { $0.isPassed })
      object.add("failed", results.count { $0.failure != nil })
      if let timings = ScriptTimings(of: results) {
        object.add("fastest", timings.fastest.jsonSeconds)
        object.add("median", timings.median.jsonSeconds)
        object.add("slowest", timings.slowest.jsonSeconds)
      }
      object.add(repetition.rawValue + "s", objects: results.map { json(of: $0, in: script) })
    }
    return line(object)
  }

  /// The line for all scripts.
  package func jsonSummary(of runs: [ScriptRun], elapsed: Duration) -> String {
    var object = JSONObject()
    object.add("type", "summary")
    object.add("scripts", runs.count)
    for verdict in ScriptRun.Verdict.allCases {
      object.add(verdict.rawValue, runs.count { $0.verdict == verdict })
    }
    // Where nothing is wrong but that a signal or the time has ended a run, they decide.
    let status = status(of: runs)
    if status != 0 || !runs.contains(where: { $0.verdict == .cancelled }) {
      object.add("status", Int(status))
    }
    object.add("seconds", elapsed.jsonSeconds)
    return line(object)
  }

  private func json(of mistake: ScriptFileError) -> JSONObject {
    var object = JSONObject()
    object.add("file", safe(mistake.file))
    object.add("line", mistake.error.line)
    object.add("column", mistake.error.column)
    object.add("message", safe(mistake.error.message))
    if let hint = mistake.error.hint { object.add("hint", safe(hint)) }
    return object
  }

  private func json(of result: ScriptResult, in script: Script) -> JSONObject {
    var object = JSONObject()
    let outcome: ScriptRun.Verdict =
      result.isPassed ? .passed : result.failure == nil ? .cancelled : .failed
    object.add("outcome", outcome.rawValue)
    object.add("seconds", result.duration.jsonSeconds)
    object.add("steps", objects: result.steps.map { json(of: $0, in: script) })
    if let failure = result.failure { object.add("failure", json(of: failure, in: script)) }
    if let stopped = interruptedRun(result, of: script) {
      object.add("interrupted", json(of: stopped))
    }
    return object
  }

  private func json(of stopped: InterruptedRun) -> JSONObject {
    let (statement, script) = (stopped.statement, stopped.script)
    var object = json(of: statement.place, in: script)
    addParty(of: statement, in: script, to: &object)
    return object
  }

  /// Whom it was said to, where there are several, and the calls that led there.
  private func addParty(of failure: ScriptFailure, in script: Script, to object: inout JSONObject) {
    if let peer = peerName(of: failure) { object.add("peer", safe(peer)) }
    if failure.callers.isEmpty { return }
    object.add("callers", objects: failure.callers.map { json(of: $0, in: script) })
  }

  private func json(of step: ScriptStep, in script: Script) -> JSONObject {
    var object = json(of: step.place, in: script)
    object.add("title", safe(step.title))
    object.add("count", step.count)
    object.add("seconds", step.duration.jsonSeconds)
    return object
  }

  private func json(of place: Place, in script: Script) -> JSONObject {
    var object = JSONObject()
    object.add("file", fileName(of: place, in: script))
    object.add("line", place.line)
    object.add("column", place.column)
    return object
  }

  private func json(of failure: ScriptFailure, in script: Script) -> JSONObject {
    var object = json(of: failure.place, in: script)
    object.add("kind", kindName(of: failure))
    object.add("status", Int(status(of: failure)))
    object.add("message", message(of: failure))
    addParty(of: failure, in: script, to: &object)
    if let expected = failure.expected { object.add("expected", json(of: expected)) }
    return object
  }

  private func json(of expected: ScriptFailure.Expected) -> JSONObject {
    let bytes = ReportedBytes(expected.received, of: expected.receivedCount)
    var object = JSONObject()
    object.add("what", safe(expected.text))
    object.add("waited", expected.waited.jsonSeconds)
    object.add("ended", expected.hasEnded)
    object.add("received", json(of: bytes))
    if let nearMiss = expected.nearMiss {
      var part = JSONObject()
      part.add("offset", nearMiss.offset)
      part.add("alike", nearMiss.matchedCount)
      part.add("expected", json(of: ReportedBytes(beginningOf: nearMiss.expected)))
      part.add("received", json(of: ReportedBytes(beginningOf: nearMiss.received)))
      object.add("near-miss", part)
    }
    return object
  }

  /// Bytes as transcripts have them: `text`, or `base64` where they are none.
  private func json(of bytes: ReportedBytes) -> JSONObject {
    var object = JSONObject()
    object.add("bytes", bytes.count)
    if isValidUTF8(bytes.shown.span.bytes) {
      object.add("text", text: bytes.shown.span.bytes)
    } else {
      object.add("base64", base64: bytes.shown.span.bytes)
    }
    return object
  }

  private func line(_ object: JSONObject) -> String {
    var output: [UInt8] = []
    object.finish(into: &output)
    return String(decoding: output, as: UTF8.self)
  }
}
