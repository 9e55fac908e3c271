extension Reporter {
  /// The results as the XML of JUnit: a test suite for each script file, a test case for each run.
  ///
  /// Steps are no test cases: those that a failed script did not come to would be missing, and CI
  /// servers, which know a test case by its name, would lose its history. They stand in its output.
  package func junit(of runs: [ScriptRun], elapsed: Duration) -> String {
    let suites = runs.map { suite(of: $0) }
    var root = XMLElement("testsuites", [("name", "sockcat")])
    root.addCounts(
      tests: suites.reduce(0) { $0 + $1.cases.count },
      suites.reduce([]) { $0 + $1.cases.map(\.outcome) }, time: elapsed)
    root.children = suites.map(\.element)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + joined(root.lines)
  }

  private func suite(of run: ScriptRun) -> (element: XMLElement, cases: [JUnitCase]) {
    let cases = self.cases(of: run)
    var element = XMLElement("testsuite", [("name", safe(run.name))])
    element.addCounts(tests: cases.count, cases.map(\.outcome), time: run.duration)
    element.children = cases.map { $0.element(in: safe(run.name)) }
    return (element, cases)
  }

  private func cases(of run: ScriptRun) -> [JUnitCase] {
    let name = safe(run.name)
    switch run.content {
    case .skipped(let reason):
      return [JUnitCase(name: name, outcome: .skipped, message: safe(reason))]
    case .malformed(let mistakes):
      return [
        JUnitCase(
          name: name, outcome: .error, message: malformedText(mistakes), kind: "syntax",
          text: joined(mistakeLines(mistakes)))
      ]
    case .ran(let script, let results, let repetition):
      return results.enumerated().map { index, result in
        let number = " (" + repetition.rawValue + " " + String(index + 1) + ")"
        return self.case(
          named: results.count > 1 ? name + number : name, result, of: script, per: repetition)
      }
    }
  }

  private func `case`(
    named name: String, _ result: ScriptResult, of script: Script,
    per repetition: ScriptRun.Repetition
  ) -> JUnitCase {
    var shown = JUnitCase(name: name, outcome: .passed, time: result.duration)
    shown.steps = joined(stepLines(result.steps, withTimes: true))
    if let failure = result.failure {
      let isFailure = if case .expectation = failure.kind { true } else { false }
      shown.outcome = isFailure ? .failure : .error
      shown.kind = kindName(of: failure)
      shown.message = message(of: failure)
      shown.text = joined(failureLines(of: [result], of: script, per: repetition))
    } else if !result.isPassed {
      (shown.outcome, shown.kind, shown.message) = (.error, "cancelled", "interrupted")
      if let stopped = interruptedRun(result, of: script) {
        shown.message = headline(of: stopped)
        shown.text = joined(lines(of: stopped))
      }
    }
    return shown
  }

  /// The word for a kind of failure.
  func kindName(of failure: ScriptFailure) -> String {
    switch failure.kind {
    case .expectation: "expectation"
    case .stream: "stream"
    case .script: "script"
    }
  }
}

/// One test case.
private struct JUnitCase {
  enum Outcome: String {
    case passed, failure, error, skipped
  }

  var name: String
  var outcome: Outcome
  var message = ""
  var kind: String?
  var text = ""
  var time: Duration = .zero
  var steps = ""

  func element(in suite: String) -> XMLElement {
    var element = XMLElement(
      "testcase",
      [("name", name), ("classname", suite), ("file", suite), ("time", time.decimalSeconds)])
    if outcome != .passed {
      let type = kind.map { [("type", $0)] } ?? []
      element.children.append(
        XMLElement(outcome.rawValue, [("message", message)] + type, text: text))
    }
    if !steps.isEmpty { element.children.append(XMLElement("system-out", [], text: steps)) }
    return element
  }
}

extension XMLElement {
  fileprivate mutating func addCounts(
    tests: Int, _ outcomes: [JUnitCase.Outcome], time: Duration
  ) {
    attributes += [
      ("tests", String(tests)),
      ("failures", String(outcomes.count { $0 == .failure })),
      ("errors", String(outcomes.count { $0 == .error })),
      ("skipped", String(outcomes.count { $0 == .skipped })),
      ("time", time.decimalSeconds),
    ]
  }
}
