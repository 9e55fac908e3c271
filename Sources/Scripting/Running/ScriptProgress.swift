import Sockets

/// What a run has done so far: the steps that the script's comments name.
final class ScriptProgress: @unchecked Sendable {
  private var steps: [ScriptStep] = []
  private var indexes: [Place: Int] = [:]
  private var current: Int?
  private let start = Deadline.now
  private var stepStart = Deadline.now

  /// Notes a statement: one with a comment begins a step.
  func begin(_ statement: PlacedStatement) {
    guard statement.comment != nil || current == nil else { return }
    endStep()
    stepStart = .now
    if let index = indexes[statement.place] {
      steps[index].count += 1
      current = index
    } else {
      indexes[statement.place] = steps.count
      current = steps.count
      steps.append(ScriptStep(statement.comment ?? "", at: statement.place))
    }
  }

  private func endStep() {
    guard let current else { return }
    steps[current].duration += Deadline.now.since(stepStart)
  }

  /// Ends with what came of it; the step in which a failure was is the last one.
  func result(_ outcome: ScriptResult.Outcome) -> ScriptResult {
    endStep()
    if let current, current != steps.count - 1 { steps.append(steps.remove(at: current)) }
    return ScriptResult(outcome, steps: steps, duration: Deadline.now.since(start))
  }
}
