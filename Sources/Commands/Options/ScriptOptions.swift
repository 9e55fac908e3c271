import ArgumentParser
import ByteText
import Scripting
import Sockets

/// What scripts are given, and how their results are told.
struct ScriptRunOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Set a variable of the script.", valueName: "name=value"))
  var set: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Set a variable to what a file holds, and show it nowhere.", valueName: "name=file"))
  var setFile: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much may come without a match (default: 1Mi).", valueName: "size"))
  var expectLimit: SizeValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print a report in this form on standard output.", valueName: "form"))
  var report: ReportFormValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write the report to a file instead.", valueName: "file"),
    completion: .file())
  var reportFile: String?
}

/// The script of one conversation.
struct ScriptOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Have a script talk instead of standard input and output; - is standard input.",
      valueName: "file"),
    completion: .file(extensions: ["sct"]))
  var script: String?

  @Option(
    name: [.customShort("e"), .long], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Do what a statement of a script says; may be repeated.", valueName: "statement"))
  var execute: [String] = []

  @OptionGroup var run: ScriptRunOptions
}

/// The form of a report.
enum ReportFormValue: String, WordValue {
  case text, tap, junit, json

  var format: ReportFormat {
    switch self {
    case .text: .text
    case .tap: .tap
    case .junit: .junit
    case .json: .json
    }
  }
}

extension ScriptOptions {
  /// Whether a script talks.
  var isGiven: Bool { script != nil || !execute.isEmpty }

  /// What was typed, as messages call it.
  var name: String { script == nil ? "-e" : "--script" }

  /// Refuses what a script makes useless.
  func refuseBeside(_ others: [(name: String, isGiven: Bool)]) throws(UsageError) {
    if isGiven { try refuse(name, others) }
  }

  /// Adds the script to a plan; what it makes useless must not be given.
  func apply(
    to plan: inout ConversationPlan, excluding others: [(name: String, isGiven: Bool)]
  ) throws(UsageError) {
    guard isGiven else { return try run.refuseWithoutScript() }
    if script != nil && !execute.isEmpty {
      throw UsageError("--script and -e exclude each other")
    }
    try refuse(name, others)
    let origin: ConversationPlan.ScriptPlan.Origin =
      if let path = try fileName(script, "--script") { .file(path) } else { .statements(execute) }
    var scriptPlan = ConversationPlan.ScriptPlan(origin: origin)
    scriptPlan.values = try run.values()
    if let limit = run.expectLimit {
      scriptPlan.expectLimit = try checked(limit.bytes, "--expect-limit", 1...1 << 30) ?? 1 << 20
    }
    scriptPlan.report = try run.reportPlan()
    if scriptPlan.report.takesOutput, plan.output.format != .raw {
      throw UsageError(
        "--report and -x, --json or --output-format ask for the same output",
        hint: "--report-file FILE")
    }
    plan.script = scriptPlan
  }
}

extension ScriptRunOptions {
  /// Refuses what concerns scripts, where there is none.
  func refuseWithoutScript() throws(UsageError) {
    let given: [(name: String, isGiven: Bool)] = [
      ("--set", !set.isEmpty), ("--set-file", !setFile.isEmpty),
      ("--expect-limit", expectLimit != nil), ("--report", report != nil),
      ("--report-file", reportFile != nil),
    ]
    for option in given where option.isGiven {
      throw UsageError(option.name + " needs a script", hint: "--script FILE")
    }
  }

  /// The variables that were typed.
  func values() throws(UsageError) -> ScriptValues {
    var values = ScriptValues()
    for text in set {
      let (name, value) = try parts(of: text, "--set", "NAME=VALUE")
      values.variables[name] = Array(value.utf8)
    }
    for text in setFile {
      let (name, path) = try parts(of: text, "--set-file", "NAME=FILE")
      if values.variables[name] != nil {
        throw UsageError("--set and --set-file both set " + safeLine(name))
      }
      values.secretFiles.append((name, path))
      values.variables[name] = []
    }
    return values
  }

  func reportPlan() throws(UsageError) -> ConversationPlan.ReportPlan {
    let file = try fileName(reportFile, "--report-file")
    if file != nil && report == nil {
      throw UsageError("--report-file needs --report", hint: "--report junit")
    }
    return ConversationPlan.ReportPlan(format: report?.format, file: file)
  }

  private func parts(
    of text: String, _ option: String, _ form: String
  ) throws(UsageError) -> (name: String, value: String) {
    guard let sign = text.firstIndex(of: "="), isName(String(text[..<sign])) else {
      throw UsageError(option + ": \"" + safeLine(text) + "\" is not " + form)
    }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }
}
