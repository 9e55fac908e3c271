import ByteText

extension Reporter {
  /// All that is known about a failure but its headline, a line each.
  func details(
    of failure: ScriptFailure, in result: ScriptResult, of script: Script
  ) -> [String] {
    let excerpt = SourceExcerpt(of: script, at: failure.place, in: result.steps)
    let details =
      callers(of: failure, in: script) + (failure.expected.map { received($0) } ?? [])
      + ["failed after " + result.duration.reportText]
    return excerpt.rows(sourceLine) + details.map { "    " + $0 }
  }

  /// The steps that were passed, and the failed one if the excerpt does not show it.
  func stepLines(
    before failure: ScriptFailure, in result: ScriptResult, of script: Script
  ) -> [String] {
    let excerpt = SourceExcerpt(of: script, at: failure.place, in: result.steps)
    let others = result.steps.enumerated().filter { $0.offset != excerpt.step }.map(\.element)
    return stepLines(others)
  }

  /// Steps by their comments; those without one are left out.
  func stepLines(_ steps: [ScriptStep], withTimes: Bool = false) -> [String] {
    steps.filter { !$0.title.isEmpty }.map { step in
      let count = step.count > 1 ? " (" + String(step.count) + " times)" : ""
      let time = withTimes ? "  " + step.duration.reportText : ""
      return "# " + safe(step.title) + count + time
    }
  }

  func callers(of failure: ScriptFailure, in script: Script) -> [String] {
    failure.callers.map { place in
      let line = SourceExcerpt(of: script, at: place).lines.last?.text ?? ""
      let text = line.drop { $0 == " " || $0 == "\t" }
      return "from " + self.text(of: place, in: script) + ": " + safe(String(text))
    }
  }

  func sourceLine(_ text: String) -> String {
    // Tabs stay, so that the lines stand below each other as in an editor.
    mask.masked(text).split(separator: "\t", omittingEmptySubsequences: false)
      .map { safeLine(String($0)) }.joined(separator: "\t")
  }

  private func received(_ expected: ScriptFailure.Expected) -> [String] {
    let bytes = ReportedBytes(expected.received, of: expected.receivedCount)
    let end =
      " in " + expected.waited.reportText + (expected.hasEnded ? ", then the peer ended" : "")
    guard bytes.count > 0 else { return ["received nothing" + end] }
    let part = bytes.isWhole ? "" : ", the last " + String(bytes.shown.count) + " of them"
    let head = "received, " + byteCount(bytes.count) + part + "," + end + ":"
    let rows = bytes.rows
    let nearMiss = expected.nearMiss.map { text(of: $0) }
    guard let first = rows.first, rows.count == 1, isReportedAsText(bytes.shown) else {
      return [head] + rows.map { "  " + $0 } + (nearMiss.map { [$0] } ?? [])
    }
    return [head + " " + first] + (nearMiss.map { [$0] } ?? [])
  }

  private func text(of nearMiss: NearMiss) -> String {
    let place = nearMiss.offset > 0 ? " from byte " + String(nearMiss.offset) + " on" : ""
    let other = nearMiss.received.isEmpty ? "nothing more" : shortText(nearMiss.received)
    return "alike for " + byteCount(nearMiss.matchedCount) + place + ", then "
      + shortText(nearMiss.expected) + " was expected and " + other + " came"
  }

  private func byteCount(_ count: Int) -> String {
    String(count) + (count == 1 ? " byte" : " bytes")
  }
}
