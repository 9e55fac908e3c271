import Scripting
import Sockets
import Transcripts

/// A script that failed: its report says all, and its status is that of its first failure.
struct ScriptFailed: LayerError {
  let failure: FailureClass
  let text = "its script failed"
}

/// Tells what became of scripts, where the plan says.
struct ScriptReports: Sendable {
  let plan: ConversationPlan.ReportPlan
  let reporter: Reporter
  private let messages: Messages

  init(
    _ plan: ConversationPlan.ReportPlan, secrets: [[UInt8]], isVerbose: Bool,
    _ timeouts: TimeoutNames, _ messages: Messages
  ) {
    self.plan = plan
    self.messages = messages
    let words = Reporter.Words(
      text: { $0.text(timeouts) }, status: { ExitStatus($0).rawValue })
    reporter = Reporter(words, secrets: secrets, showsSteps: isVerbose)
  }

  /// What the runs come to: an error whose status is the first failure's; nil if all have passed.
  func failure(of runs: [ScriptRun]) -> StreamError? {
    let status = ExitStatus(rawValue: reporter.status(of: runs)) ?? .answerIsNo
    guard let failure = FailureClass(status) else { return nil }
    return StreamError(.read, .endpoint(""), .layer(ScriptFailed(failure: failure)))
  }

  /// The report that was asked for; nil if none was.
  func text(of runs: [ScriptRun], elapsed: Duration) -> [UInt8]? {
    guard let format = plan.format else { return nil }
    return Array(reporter.report(runs, as: format, elapsed: elapsed).utf8)
  }

  /// Writes a report where it is to go.
  func write(
    _ text: [UInt8], to sink: any ByteSink, on loop: EventLoop, by deadline: Deadline
  ) async throws(StreamError) {
    guard let path = plan.file else { return try await sink.write(text, by: deadline) }
    let file = try await OutputFile.open(path, isAtomic: true, appends: false, on: loop)
    try await file.write(text, by: deadline)
    try await file.closeWrite(by: deadline)
    try file.finish(isClean: true)
  }

  /// Tells a run that has just ended on standard error, unless a report was asked for: what failed,
  /// and with `-v` what passed too.
  func tell(_ run: ScriptRun, passedToo: Bool = false) {
    guard plan.format == nil else { return }
    if passedToo || run.verdict != .passed || reporter.showsSteps {
      messages.write(reporter.text(of: run))
    }
  }
}

extension FailureClass {
  /// The class that has a status; nil for success, and for a bug of ours.
  init?(_ status: ExitStatus) {
    guard let found = Self.allCases.first(where: { ExitStatus($0) == status }) else { return nil }
    self = found
  }
}
