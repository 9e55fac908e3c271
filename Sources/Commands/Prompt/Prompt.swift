import ByteText
import Glibc
import Relaying
import Scripting
import Sockets
import Terminal
import Transcripts

/// A conversation held by a person: a line that is edited while the peer's bytes arrive, commands
/// that begin with a slash, and a history.
final class Prompt: @unchecked Sendable {
  /// How what comes is shown.
  enum Display: Sendable {
    case text, escaped, dump
    /// Not here: a transcript is the output.
    case transcript
  }

  let settings: PromptSettings
  let context: ConversationContext
  let editor: LineEditor
  let view: TerminalView
  /// What is typed, on its way to the peer.
  let input: TypedInput
  /// What has passed, for `/save`.
  let log = ConversationLog(keepsHidden: true)
  let history: PromptHistory
  var seen = SeenWords()
  weak var conversation: (any PromptConversation)? {
    didSet { view.redraw() }
  }
  var newline: Newline
  var display: Display
  /// Whether the next line is a secret because the person said so.
  var nextIsSecret = false
  /// Whether nothing more is entered because too much waits to be sent.
  var isWaitingForRoom = false
  var willRedraw = false
  /// When `^C` was last typed on an empty line.
  var lastInterrupt: Deadline?
  var decoder: CharacterSetConverter?
  var encoding: ConversationPlan.Encoding?
  var safety = SafeTextEncoder()
  /// The line that the peer has begun and not ended.
  var question: [UInt8] = []
  private var actions: [PromptAction] = []
  /// How the connection is being left.
  var leaving: PromptAction?
  private let hasActions: Wakeup
  private(set) lazy var dump = TranscriptWriter(
    .dump(
      withTime: context.plan.report.isVerbose || settings.showsTimestamps,
      withNumber: context.plan.servesMany), to: printer,
    on: context.loop)
  private(set) lazy var printer = PromptPrinter(self)
  private(set) lazy var output = PromptOutput(self)
  var dumpRecorders: [Recorder] = []
  /// What is done beside the keys.
  private var jobs: [(number: Int, task: Task<Void, Never>)] = []
  private var jobCount = 0
  /// The programs that run.
  var programs: [ObjectIdentifier: ShellCommand] = [:]

  /// Takes the terminal; nil if this was built without a line editor.
  init?(_ settings: PromptSettings, _ context: ConversationContext) throws(StreamError) {
    self.settings = settings
    self.context = context
    let plan = context.plan
    let handle = PromptHandle()
    let advice = LineEditor.Advice(
      complete: { line, cursor in handle.prompt?.complete(line, cursor) },
      hint: { line in handle.prompt?.hint(line) })
    guard let editor = try LineEditor(name: "sockcat", advice: advice, on: context.loop) else {
      return nil
    }
    self.editor = editor
    view = TerminalView(
      editor,
      TerminalView.Style(
        usesColor: settings.usesColor, time: settings.showsTimestamps ? timeOfDay : nil,
        prompt: { handle.prompt?.promptText ?? "" }))
    input = TypedInput(on: context.loop)
    history = PromptHistory(settings, editor, on: context.loop)
    hasActions = Wakeup(on: context.loop)
    newline = settings.newline
    switch plan.output.format {
    case .raw: display = .text
    case .escaped: display = .escaped
    case .dump: display = .dump
    case .json: display = .transcript
    }
    handle.prompt = self
    if let failure = setEncoding(plan.input.encoding) { view.notice(failure) }
    view.redraw()
  }

  // MARK: What is wanted of the conversation

  /// The next thing that the person wants of the connection; nil if the task is cancelled.
  func nextAction() async -> PromptAction? {
    while actions.isEmpty {
      guard await hasActions.wait() else { return nil }
    }
    return actions.removeFirst()
  }

  /// Asks the conversation for something, and says so if it does not know it.
  func ask(_ action: PromptAction) {
    do throws(UsageError) {
      try conversation?.request(action)
    } catch {
      complain(error.message, hint: error.hint)
    }
    view.redraw()
  }

  /// Leaves something for the conversation to take when it looks.
  func leave(_ action: PromptAction) {
    leaving = action
    actions.append(action)
    hasActions.wakeAll()
  }

  // MARK: What takes its time

  /// Does what may have to wait for somebody else while the person types on.
  func beside(_ body: @escaping @Sendable () async -> Void) {
    jobCount += 1
    let number = jobCount
    let task = Task(executorPreference: context.loop) { [weak self] in
      await body()
      self?.jobs.removeAll { $0.number == number }
    }
    jobs.append((number, task))
  }

  /// Stops what was begun last; false if there is nothing.
  func stopJob() -> Bool {
    guard let job = jobs.popLast() else { return false }
    job.task.cancel()
    return true
  }

  // MARK: Messages

  /// Says what went wrong with what was typed, and what could be typed instead.
  func complain(_ text: String, hint: String? = nil) {
    view.notice("sockcat: " + text + "\n" + (hint.map { "sockcat: hint: " + $0 + "\n" } ?? ""))
  }

  /// Ends the programs that still run, and gives the terminal back.
  func close() async {
    while stopJob() {}
    keepLine()
    await withTaskGroup(of: Void.self) { group in
      for program in programs.values { group.addTask { await program.end() } }
    }
    endReceiving()
    // What a terminal does not take by then is not shown, as with all else.
    try? await dump.finish(by: .after(.milliseconds(200)))
    await editor.close()
    await history.finish()
  }
}

/// What a prompt's state is called in places that compare it.
enum PromptState {
  static let connecting = "connecting"
  static let listening = "listening"
  static let connected = "connected"
  static let halfClosed = "half-closed"
  static let closed = "closed"
}

/// The way back to a prompt from what is made before it.
private final class PromptHandle: @unchecked Sendable {
  weak var prompt: Prompt?
}

/// The local time of day with milliseconds.
@Sendable func timeOfDay() -> String {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  var seconds = time.tv_sec
  var parts = tm()
  localtime_r(&seconds, &parts)
  let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { twoDigits(Int($0)) }
  let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
  return clock.joined(separator: ":") + "." + milliseconds
}

private func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
