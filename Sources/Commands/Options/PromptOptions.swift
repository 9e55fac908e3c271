import ArgumentParser

/// How the prompt looks and behaves where a person types.
struct PromptOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tell sent from received by colour.", valueName: "when"))
  var color: ColorChoice?

  @Flag(inversion: .prefixedNo, help: "Show the time of each line.")
  var timestamps: Bool?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Text before the line, with {peer} {bytes-in} {bytes-out} {state}.", valueName: "text"))
  var prompt: String?

  @Flag(help: "Show no prompt before the line.")
  var noPrompt = false

  @Flag(help: "Stay when the peer has ended, until /reconnect or /quit.")
  var stay = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Complete the verbs of a protocol.", valueName: "name"),
    completion: .custom(DynamicValues.protocols))
  var `protocol`: String?

  @Flag(help: "Keep no history of what is typed.")
  var noHistory = false
}

/// When something is coloured.
enum ColorChoice: String, WordValue, Sendable {
  /// On a terminal that can, unless `NO_COLOR` is set.
  case auto
  case always, never
}

extension PromptOptions {
  func plan() throws(UsageError) -> ConversationPlan.Prompt {
    if prompt != nil && noPrompt { throw UsageError("--prompt and --no-prompt exclude each other") }
    // Unknown is unknown, also where nobody types.
    if let name = `protocol` {
      _ = try ProtocolWords(protocol: name, directory: UserDirectories.current.words)
    }
    var plan = ConversationPlan.Prompt()
    plan.color = color
    plan.showsTimestamps = timestamps
    plan.template = noPrompt ? "" : prompt
    plan.stays = stay
    plan.protocolName = `protocol`
    plan.keepsHistory = !noHistory
    return plan
  }
}
