import ArgumentParser
import Scripting
import Sockets

/// `sockcat run`: scripts that open their own peers.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run scripts that open their own peers.",
    discussion: """
      Each script opens its peers by statements such as
      peer api = connect localhost:8080, and talks to several at once. A folder
      stands for the *.sct files in it. The status is that of the first failure,
      or 64 if one of them makes no sense.

      Examples:
        sockcat run proxy.sct
        sockcat run --jobs 4 --report junit --report-file out.xml tests/
        sockcat run --repeat 100 flaky.sct
        sockcat run --check tests/*.sct
      """)

  @Argument(
    help: ArgumentHelp("Scripts, and folders of them; - is standard input.", valueName: "file"),
    completion: .file(extensions: ["sct"]))
  var files: [String] = []

  @Flag(help: "Only read the scripts and tell what is wrong with them.")
  var check = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run so many at the same time (default: 1).", valueName: "n"))
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Run only those whose name matches this regular expression.", valueName: "pattern"))
  var filter: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run each so many times, and tell whether that differs.", valueName: "n"))
  var `repeat`: Int?

  @OptionGroup(title: "Script") var script: ScriptRunOptions
  @OptionGroup var timeouts: TotalTimeoutOptions

  @Flag(name: .shortAndLong, help: "Tell every fact, one a line, on standard error.")
  var verbose = false

  func run() throws { Program.runScripts(plan) }

  func plan() throws(UsageError) -> ScriptSuitePlan {
    guard !files.isEmpty else { throw UsageError("run needs a script", hint: "sockcat run FILE") }
    var plan = ScriptSuitePlan()
    for file in files { plan.files.append(try fileName(file, "run")) }
    plan.onlyChecks = check
    plan.jobs = try checked(jobs, "--jobs", 1...1000) ?? 1
    plan.repetitions = try checked(`repeat`, "--repeat", 1...1_000_000) ?? 1
    plan.filter = try filter.map { text throws(UsageError) in try pattern(text) }
    plan.values = try script.values()
    if let limit = script.expectLimit {
      plan.expectLimit = try checked(limit.bytes, "--expect-limit", 1...1 << 30) ?? 1 << 20
    }
    plan.report = try script.reportPlan()
    plan.totalTimeout = timeouts.timeout?.duration
    plan.isVerbose = verbose
    if check {
      try refuse(
        "--check",
        [
          ("--jobs", jobs != nil), ("--repeat", `repeat` != nil),
          ("--report", script.report != nil),
        ])
    }
    return plan
  }

  private func pattern(_ text: String) throws(UsageError) -> BytePattern {
    do throws(ScriptError) {
      return try BytePattern(text)
    } catch {
      throw UsageError("--filter: " + error.message)
    }
  }
}

/// How long all of it may take.
struct TotalTimeoutOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("End all of it after so long, with status 4.", valueName: "duration"))
  var timeout: DurationValue?
}
