import ByteText
import Serving
import Sockets

// From what was typed about clients, answers and programs to what it means.

extension ClientOptions {
  /// Whether more clients than one are meant.
  var isForMany: Bool {
    keepOpen || broker || chat || maxClients != nil || exitAfter != nil || slowClient != nil
  }

  func apply(to plan: inout ConversationPlan.Serving) throws(UsageError) {
    plan.keepsOpen = isForMany
    plan.reportsPrograms = !keepOpen
    plan.clientLimit = try checked(maxClients, "--max-clients", 1...1_000_000)
    plan.countLimit = try checked(exitAfter, "--exit-after", 1...Int.max) ?? (isForMany ? nil : 1)
    if slowClient == .wait { plan.slowClient = .wait }
    if let grace { plan.grace = grace.duration }
    plan.tagsLines = tag
    if outputDir == "" { throw UsageError("--output-dir needs a folder's name") }
    plan.folder = outputDir
    if broker && chat { throw UsageError("--broker and --chat exclude each other") }
    if broker { plan.answer = .broker }
    if chat { plan.answer = .chat }
  }

  /// What says that more clients than one are meant.
  var name: String {
    keepOpen
      ? "--keep-open"
      : broker
        ? "--broker"
        : chat
          ? "--chat"
          : exitAfter != nil
            ? "--exit-after" : maxClients != nil ? "--max-clients" : "--slow-client"
  }
}

/// What was typed about who answers, in one place: only one of it can be meant.
struct AnswerChoice {
  var answers: AnswerOptions?
  var messages: MessageProgramOptions?
  var shell: String?
  var program: [String]

  private var chosen: [String] {
    let isCommand = answers?.shellFromPeer == true
    let all: [(name: String, isGiven: Bool)] = [
      ("--echo", answers?.echo == true), ("--discard", answers?.discard == true),
      ("--chargen", answers?.chargen == true), ("--respond", answers?.respond != nil),
      ("--shell-from-peer", isCommand), ("--shell", shell != nil),
      ("--shell-each", messages?.shellEach != nil),
      ("-- " + safeLine(program.first ?? ""), !program.isEmpty),
    ]
    return all.filter(\.isGiven).map(\.name)
  }

  /// What was typed, as messages call it.
  var name: String { chosen.first ?? "" }

  /// The answer; nil if none was typed.
  func answer() throws(UsageError) -> ConversationPlan.Answer? {
    let chosen = chosen
    if chosen.count > 1 {
      throw UsageError(chosen[0] + " and " + chosen[1] + " exclude each other")
    }
    if program.first == "" { throw UsageError("-- needs a program's name") }
    let boundary: MessageBoundary = answers?.message == .chunk ? .chunk : .line
    if answers?.message != nil, !takesMessages {
      throw UsageError("--message needs --respond, --each or --shell-each")
    }
    if messages?.each == true {
      guard !program.isEmpty || answers?.shellFromPeer == true else {
        throw UsageError(
          "--each needs a program", hint: "--each -- PROGRAM, or --shell-each COMMAND")
      }
    }
    if answers?.echo == true { return .echo }
    if answers?.discard == true { return .discard }
    if answers?.chargen == true { return .chargen }
    if let text = answers?.respond { return .respond(try template(text), boundary) }
    if answers?.shellFromPeer == true { return .commandsFromPeer }
    if let command = messages?.shellEach { return .programPerMessage(.shell(command), boundary) }
    if let shell { return .program(.shell(shell)) }
    guard let name = program.first else { return nil }
    let launch = ProgramLaunch(name, Array(program.dropFirst()))
    return messages?.each == true ? .programPerMessage(launch, boundary) : .program(launch)
  }

  private var takesMessages: Bool {
    answers?.respond != nil || messages?.each == true && answers?.shellFromPeer != true
      || messages?.shellEach != nil
  }
}

/// Reads the text of `--respond`.
func template(_ text: String) throws(UsageError) -> ResponseTemplate {
  do throws(TextFormatError) {
    return ResponseTemplate(try decodeEscapes(text))
  } catch {
    throw UsageError("--respond: " + error.description)
  }
}

extension ProgramRunOptions {
  /// How programs run; refused where none does.
  func plan(
    _ status: ProgramStatusOptions? = nil, runsPrograms: Bool
  ) throws(UsageError) -> ConversationPlan.Programs {
    let execStatus = status?.execStatus ?? false
    if !runsPrograms {
      for (name, isGiven) in [("--exec-stderr", execStderr != nil), ("--exec-status", execStatus)]
      where isGiven {
        throw UsageError(name + " needs a program", hint: "-- PROGRAM")
      }
    }
    var plan = ConversationPlan.Programs()
    plan.passesStatus = execStatus
    switch execStderr {
    case nil, "inherit": break
    case "merge": plan.errorStream = .merge
    case "": throw UsageError("--exec-stderr needs inherit, merge or a file's name")
    case .some(let path): plan.errorStream = .file(path)
    }
    return plan
  }
}

extension AccessOptions {
  func sources(_ unix: UnixAccessOptions? = nil) -> AccessList.Sources {
    var sources = AccessList.Sources()
    sources.allow = allow
    sources.deny = deny
    sources.allowFiles = allowFile
    sources.denyFiles = denyFile
    sources.allowUsers = unix?.allowUser ?? []
    sources.allowGroups = unix?.allowGroup ?? []
    return sources
  }
}

extension UnixAccessOptions {
  func check(for endpoint: Endpoint) throws(UsageError) {
    switch endpoint {
    case .unix, .abstract, .descriptor, .activation: return
    case .host, .loopback, .everywhere, .vsock: break
    }
    for (name, list) in [("--allow-user", allowUser), ("--allow-group", allowGroup)]
    where !list.isEmpty {
      throw UsageError(name + " needs a Unix endpoint", hint: "--allow LIST")
    }
  }
}

extension UnixModeOptions {
  func apply(to settings: inout SocketSettings, for endpoint: Endpoint) throws(UsageError) {
    guard let unixMode else { return }
    guard case .unix = endpoint else {
      throw UsageError("--unix-mode needs a Unix path", hint: "unix:PATH")
    }
    settings.unixMode = unixMode.bits
  }
}
