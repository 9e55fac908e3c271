import Sockets

/// A command line of a command and its endpoint, with a script or what is to be told at its end
/// perhaps: the parser is not needed for it.
///
/// The parser looks at each option that there is before it reads the first word. That takes several
/// times as long as a short conversation, and most command lines of scripts have no other option.
struct PlainCommandLine {
  private enum Command: String {
    case connect, listen
    case sendDatagrams = "udp-send"
    case receiveDatagrams = "udp-recv"
  }

  private let command: Command
  private let words: [String]
  private var script: String?
  private var report = ConversationPlan.Report()

  /// Takes what stands behind the program's name, if it is as simple as that.
  init?(_ arguments: ArraySlice<String>) {
    guard let name = arguments.first, let command = Command(rawValue: name) else { return nil }
    let words = arguments.dropFirst().prefix(while: Self.isPlain)
    guard (1...2).contains(words.count) else { return nil }
    self.command = command
    self.words = Array(words)
    var rest = arguments[words.endIndex...]
    while let option = rest.popFirst() {
      guard takes(option, &rest) else { return nil }
    }
    // They exclude each other, which is the parser's to say.
    if script != nil, report.progress != nil { return nil }
  }

  /// Takes one option and its value; false if the parser has to.
  private mutating func takes(_ option: String, _ rest: inout ArraySlice<String>) -> Bool {
    switch (option, command) {
    case ("--script", _) where script == nil:
      script = rest.popFirst()
      return script.map(Self.isPlain) ?? false
    case ("--stats", _) where report.stats == nil:
      report.stats = rest.popFirst().flatMap { StatsFormat(rawValue: $0) }
      return report.stats != nil
    case ("-v", _), ("--verbose", _): report.isVerbose = true
    case ("--progress", .connect), ("--progress", .listen): report.progress = true
    default: return false
    }
    return true
  }

  private static func isPlain(_ word: String) -> Bool {
    word.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
  }

  /// What the parser would have made of it: what is done where no option says otherwise.
  func plan() throws(UsageError) -> ConversationPlan {
    var plan = try planWithoutOptions()
    plan.report = report
    plan.script = script.map { ConversationPlan.ScriptPlan(origin: .file($0)) }
    return plan
  }

  private func planWithoutOptions() throws(UsageError) -> ConversationPlan {
    switch command {
    case .connect:
      ConversationPlan(.connect(.init()), try Endpoint.planned(words, role: .connect))
    case .listen:
      ConversationPlan(.listen(.init()), try Endpoint.planned(words, role: .listen))
    case .sendDatagrams:
      ConversationPlan(
        .sendDatagrams(.init()), try Endpoint.plannedForDatagrams(words, role: .connect))
    case .receiveDatagrams:
      ConversationPlan(
        .receiveDatagrams(.init()), try Endpoint.plannedForDatagrams(words, role: .listen))
    }
  }
}
