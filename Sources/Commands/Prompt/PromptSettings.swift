import ByteText
import Glibc
import Scripting
import Sockets

/// How the prompt is to be: the command line, then the configuration, then what is usual.
struct PromptSettings: Sendable {
  let usesColor: Bool
  let showsTimestamps: Bool
  let template: String
  let newline: Newline
  let historySize: Int
  let history: HistoryPlaces?
  let stays: Bool
  /// What an unfinished line of the peer's looks like behind which a secret is typed.
  let secretPatterns: [BytePattern]
  let words: [String]

  /// A question for a password, at the end of what came.
  static let passwordQuestion = #"(?i)(password|passphrase|passcode|pin)[^\n]*[:?]\s*$"#

  /// Reads what the user has set.
  init(
    _ plan: ConversationPlan, _ directories: UserDirectories = .current
  ) throws(UsageError) {
    let configuration = try Configuration.load(directories)
    let prompt = plan.prompt
    usesColor = Self.usesColor(prompt.color, configuration.color)
    showsTimestamps = prompt.showsTimestamps ?? configuration.showsTimestamps ?? false
    template = prompt.template ?? configuration.prompt ?? "> "
    newline = plan.input.sendsCRLF ? .crlf : configuration.newline ?? .lf
    historySize = configuration.historySize
    stays = prompt.stays
    let keepsHistory = prompt.keepsHistory && configuration.historySize > 0
    history =
      keepsHistory
      ? HistoryPlaces(endpoint: plan.endpoint.description, directories: directories) : nil
    secretPatterns = try Self.patterns(configuration.secretPatterns)
    words = try Self.words(plan, directories)
  }

  private static func usesColor(_ asked: ColorChoice?, _ configured: ColorChoice?) -> Bool {
    switch asked ?? configured ?? .auto {
    case .always: return true
    case .never: return false
    case .auto:
      // https://no-color.org: any value but an empty one.
      if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
      return true
    }
  }

  private static func patterns(
    _ configured: [Configuration.SecretPattern]
  ) throws(UsageError) -> [BytePattern] {
    var patterns: [BytePattern] = []
    let usual = Configuration.SecretPattern(text: passwordQuestion, place: "")
    for pattern in [usual] + configured {
      do throws(ScriptError) {
        patterns.append(try BytePattern(pattern.text))
      } catch {
        throw UsageError(pattern.place + ": secret-pattern: " + error.message)
      }
    }
    return patterns
  }

  /// The protocol that is usual on an endpoint's port.
  private static func protocolName(of endpoint: Endpoint) -> String? {
    switch endpoint {
    case .host(_, .number(let port)), .loopback(.number(let port)), .everywhere(.number(let port)):
      ProtocolWords.name(forPort: port)
    case .host(_, .service(let name)), .loopback(.service(let name)),
      .everywhere(.service(let name)):
      ProtocolWords.names(in: nil).contains(name) ? name : nil
    default: nil
    }
  }

  private static func words(
    _ plan: ConversationPlan, _ directories: UserDirectories
  ) throws(UsageError) -> [String] {
    guard let name = plan.prompt.protocolName ?? protocolName(of: plan.endpoint) else { return [] }
    return try ProtocolWords(protocol: name, directory: directories.words).words
  }
}
