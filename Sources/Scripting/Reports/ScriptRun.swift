import Sockets

/// What became of one script file among those that were to be run.
package struct ScriptRun: Sendable {
  /// What there is to tell.
  package enum Content: Sendable {
    /// It was run, once or several times.
    case ran(Script, [ScriptResult], per: Repetition)
    /// It makes no sense, and nothing of it was run.
    case malformed([ScriptFileError])
    /// It was left out, and why.
    case skipped(String)
  }

  /// What several results of one script are.
  package enum Repetition: String, Sendable {
    /// The same once more: some passed and some failed makes the script flaky.
    case run
    /// One for each client of a server: they differ because the clients do.
    case client
  }

  /// What the results of a script come to; the words that stand in reports.
  package enum Verdict: String, Sendable, CaseIterable {
    case passed, failed
    /// It passed and it failed.
    case flaky
    case malformed, skipped
    /// It was ended before there was a result.
    case cancelled
  }

  /// As messages call the script.
  package var name: String
  package var content: Content

  /// Names what became of a script.
  package init(_ name: String, _ content: Content) {
    (self.name, self.content) = (name, content)
  }

  /// The results, in the order in which they came; none if it was not run.
  package var results: [ScriptResult] {
    if case .ran(_, let results, _) = content { results } else { [] }
  }

  /// The script as it was read; nil if it was not run.
  package var script: Script? {
    if case .ran(let script, _, _) = content { script } else { nil }
  }

  /// What it comes to.
  package var verdict: Verdict {
    switch content {
    case .malformed: .malformed
    case .skipped: .skipped
    case .ran(_, let results, let repetition): Self.verdict(on: results, per: repetition)
    }
  }

  private static func verdict(
    on results: [ScriptResult], per repetition: Repetition
  ) -> Verdict {
    let hasPassed = results.contains { $0.isPassed }
    if results.contains(where: { $0.failure != nil }) {
      return hasPassed && repetition == .run ? .flaky : .failed
    }
    return results.allSatisfy(\.isPassed) && (hasPassed || repetition == .client)
      ? .passed : .cancelled
  }
}

extension ScriptResult {
  /// Whether it ended as it should.
  package var isPassed: Bool {
    if case .passed = outcome { true } else { false }
  }
}
