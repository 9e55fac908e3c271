/// Runs of a script that failed at the same place for the same reason: told once.
struct FailureGroup {
  let failure: ScriptFailure
  /// The first of them.
  let result: ScriptResult
  /// Which they are, counted from 1.
  private(set) var numbers: [Int]

  /// The failures among results, in the order in which they were first seen.
  static func groups(of results: [ScriptResult]) -> [FailureGroup] {
    var groups: [FailureGroup] = []
    for (index, result) in results.enumerated() {
      guard let failure = result.failure else { continue }
      let known = groups.firstIndex {
        $0.failure.place == failure.place && $0.failure.message == failure.message
      }
      if let known {
        groups[known].numbers.append(index + 1)
      } else {
        groups.append(FailureGroup(failure: failure, result: result, numbers: [index + 1]))
      }
    }
    return groups
  }

  /// Such as `runs 2, 5 and 9 of 20`.
  func text(of count: Int, _ repetition: ScriptRun.Repetition) -> String {
    let limit = 8
    let shown = numbers.prefix(limit).map { String($0) }
    let name = repetition.rawValue + (numbers.count == 1 ? " " : "s ")
    let list =
      numbers.count > limit
      ? shown.joined(separator: ", ") + " and " + String(numbers.count - limit) + " more"
      : (shown.count > 1 ? shown.dropLast().joined(separator: ", ") + " and " : "")
        + (shown.last ?? "")
    return name + list + " of " + String(count)
  }
}
