import Sockets

/// A command line without options, a command and its endpoint, and a script at the end perhaps: the
/// parser is not needed for it.
///
/// The parser looks at each option that there is before it reads the first word. That takes several
/// times as long as a short conversation, and most command lines of scripts have no option.
struct PlainCommandLine {
  private enum Command: String {
    case connect, listen
    case sendDatagrams = "udp-send"
    case receiveDatagrams = "udp-recv"
  }

  private let command: Command
  private let words: [String]
  private let script: String?

  /// Takes what stands behind the program's name, if it is as simple as that.
  init?(_ arguments: ArraySlice<String>) {
    guard let name = arguments.first, let command = Command(rawValue: name) else { return nil }
    let hasScript = arguments.dropLast().last == "--script"
    let words = arguments.dropFirst().dropLast(hasScript ? 2 : 0)
    script = hasScript ? arguments.last : nil
    guard (1...2).contains(words.count), words.allSatisfy(Self.isPlain),
      script.map(Self.isPlain) ?? true
    else { return nil }
    self.command = command
    self.words = Array(words)
  }

  private static func isPlain(_ word: String) -> Bool {
    word.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
  }

  /// What the parser would have made of it: what is done where no option says otherwise.
  func plan() throws(UsageError) -> ConversationPlan {
    var plan = try planWithoutScript()
    plan.script = script.map { ConversationPlan.ScriptPlan(origin: .file($0)) }
    return plan
  }

  private func planWithoutScript() throws(UsageError) -> ConversationPlan {
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
