import Scripting

/// Which scripts `run` runs, and how.
struct ScriptSuitePlan: Sendable {
  /// Scripts, and folders of them.
  var files: [String] = []
  var onlyChecks = false
  /// How many run at the same time.
  var jobs = 1
  /// How often each one does.
  var repetitions = 1
  /// What the names of those that run match.
  var filter: BytePattern?
  var values = ScriptValues()
  /// How many bytes may come without a match.
  var expectLimit = 1 << 20
  var report = ConversationPlan.ReportPlan()
  /// All of it, from the start.
  var totalTimeout: Duration?
  var isVerbose = false
}
