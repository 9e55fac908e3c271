import ByteText
import Glibc
import Scripting
import Sockets
import SystemPackage
import Transcripts

/// The scripts of `run`, read and then run, some of them at the same time.
final class ScriptSuite: @unchecked Sendable {
  private let plan: ScriptSuitePlan
  private let start: Program.Start
  private let loop: EventLoop
  private let messages: Messages
  private let reports: ScriptReports
  private let output: any ByteSink
  private var runs: [ScriptRun] = []
  /// Whether a script could not be read at all.
  private var hasUnreadable = false
  private var next = 0
  private let begun = Deadline.now

  init(_ plan: ScriptSuitePlan, _ start: Program.Start, _ messages: Messages, on loop: EventLoop) {
    (self.plan, self.start, self.messages, self.loop) = (plan, start, messages, loop)
    reports = ScriptReports(
      plan.report, secrets: plan.values.secrets, isVerbose: plan.isVerbose, TimeoutNames(), messages
    )
    output =
      start.closedDescriptors.contains(1)
      ? ClosedSink(subject: .standardOutput, on: loop)
      : DescriptorSink(1, subject: .standardOutput, on: loop)
  }

  /// Reads all, and runs those that make sense.
  func run() async {
    read()
    if plan.onlyChecks { return }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(plan.jobs, runs.count) {
        group.addTask { [self] in await work() }
      }
    }
  }

  private func work() async {
    while next < runs.count, !Task.isCancelled {
      let index = next
      next += 1
      guard let script = runs[index].script else { continue }
      await run(script, at: index)
      reports.tell(runs[index], passedToo: true)
    }
  }

  private func run(_ script: Script, at index: Int) async {
    var results: [ScriptResult] = []
    for _ in 0..<plan.repetitions where !Task.isCancelled {
      let environment = environment(named: runs[index].name)
      results.append(await ScriptRunner(script, environment).run())
    }
    runs[index].content = .ran(script, results, per: .run)
  }

  private func environment(named name: String) -> ScriptEnvironment {
    let context = PeerContext(start: start, loop: loop, messages: messages)
    var environment = ScriptEnvironment(
      plan.values, expectLimit: plan.expectLimit, start, messages, on: loop, print: printer)
    environment.opener = CommandPeers(context)
    if plan.isVerbose, runs.count > 1 {
      environment.log = { [messages] in messages.say(safeLine(name) + ": " + $0) }
    }
    return environment
  }

  private var printer: @Sendable ([UInt8]) async throws(StreamError) -> Void {
    if plan.report.takesOutput {
      return { [messages] bytes throws(StreamError) in messages.write(safeText(bytes)) }
    }
    return { [output] bytes throws(StreamError) in try await output.write(bytes) }
  }

  // MARK: Reading

  private func read() {
    for path in plan.files.flatMap(scripts) {
      runs.append(ScriptRun(path, content(of: path)))
    }
    for run in runs where run.script == nil { reports.tell(run, passedToo: true) }
  }

  /// A folder's scripts, by name, or the one script.
  private func scripts(in path: String) -> [String] {
    guard TextFile.kind(of: path) == S_IFDIR else { return [path] }
    let folder = path.hasSuffix("/") ? path : path + "/"
    return TextFile.names(in: path).filter { $0.hasSuffix(".sct") }.sorted().map { folder + $0 }
  }

  private func content(of path: String) -> ScriptRun.Content {
    do throws(PatternLimitError) {
      if let filter = plan.filter, try !filter.matches(Array(path.utf8)) {
        return .skipped("--filter leaves it out")
      }
    } catch {
      return .skipped("--filter: " + error.description)
    }
    let file: ScriptFile
    do throws(ScriptLoadFailure) {
      file = try scriptFile(path)
    } catch {
      messages.write(error.text)
      hasUnreadable = true
      return .skipped("it cannot be read")
    }
    var (script, errors) = parse(file, .manyPeers)
    if plan.onlyChecks, !errors.isEmpty {
      // It may be meant for a command that brings its one peer.
      let other = parse(file, .onePeer(isDatagram: false))
      if other.errors.count < errors.count { (script, errors) = other }
    }
    errors += errors.isEmpty ? mistakes(in: script) : []
    return errors.isEmpty ? .ran(script, [], per: .run) : .malformed(errors)
  }

  /// What is wrong with the command lines of its peers.
  private func mistakes(in script: Script) -> [ScriptFileError] {
    script.peerRequests.compactMap { request, place in
      guard let mistake = CommandPeers.mistake(in: request) else { return nil }
      let file = script.files[place.file]
      let offset = file.source.offset(of: place)
      let error = file.source.error(mistake.message, at: offset, hint: mistake.hint)
      return ScriptFileError(error, in: file.name)
    }
  }

  private func parse(
    _ file: ScriptFile, _ kind: ScriptParser.Setting.Kind
  ) -> (script: Script, errors: [ScriptFileError]) {
    let variables = Set(plan.values.variables.keys)
    return ScriptParser.parse(
      [file], in: ScriptParser.Setting(kind, variables: variables, load: includedFile))
  }

  // MARK: The end

  /// Writes the report, and says what all of it comes to.
  func finish(by deadline: Deadline) async -> ExitStatus {
    let elapsed = Deadline.now.since(begun)
    var status = ExitStatus(rawValue: reports.reporter.status(of: runs)) ?? .answerIsNo
    if status == .success, hasUnreadable { status = .local }
    if runs.allSatisfy({ $0.verdict == .skipped }), !hasUnreadable {
      messages.say(
        "run: there is no script to run", hint: plan.filter == nil ? "FILE.sct" : "--filter PATTERN"
      )
      status = .usage
    }
    if plan.onlyChecks { return status }
    if let text = reports.text(of: runs, elapsed: elapsed) {
      do throws(StreamError) {
        try await reports.write(text, to: output, on: loop, by: deadline)
      } catch {
        messages.say(error.text())
        status = status == .success ? .local : status
      }
    } else if let summary = reports.reporter.summary(of: runs, elapsed: elapsed) {
      messages.write(summary)
    }
    return status
  }
}
