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
  let log = ConversationLog()
  let history: PromptHistory
  private(set) var seen = SeenWords()
  weak var conversation: (any PromptConversation)? {
    didSet { view.redraw() }
  }
  var newline: Newline
  var display: Display
  /// Whether the next line is a secret because the person said so.
  var nextIsSecret = false
  private var decoder: CharacterSetConverter?
  private(set) var encoding: ConversationPlan.Encoding?
  private var safety = SafeTextEncoder()
  private var actions: [PromptAction] = []
  private let hasActions: Wakeup
  private(set) lazy var dump = TranscriptWriter(
    .dump(withTime: context.plan.report.isVerbose || settings.showsTimestamps), to: printer,
    on: context.loop)
  private(set) lazy var printer = PromptPrinter(self)
  private(set) lazy var output = PromptOutput(self)
  private var dumpRecorders: [Recorder] = []

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
    history = PromptHistory(settings, editor)
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

  // MARK: What the person does

  /// Serves the person until he leaves; the conversation is told what he wants of it.
  func run() async {
    while let event = await editor.next() {
      switch event {
      case .line(let line): await enter(line)
      case .endOfInput: endOfInput()
      case .hangUp:
        ask(.quit)
        return
      }
    }
  }

  private func enter(_ line: TypedLine) async {
    if line.isSecret {
      nextIsSecret = false
      await send(line.bytes, text: "", isSecret: true)
      return updateSecrecy()
    }
    let isSlashed = line.bytes.first == UInt8(ascii: "/") && !line.isPasted
    history.add(line.bytes)
    guard isSlashed else { return await send(line.bytes, text: nil) }
    let rest = Array(line.bytes.dropFirst())
    if rest.first == UInt8(ascii: "/") { return await send(rest, text: nil) }
    view.entered(line.bytes)
    await carryOut(String(decoding: rest, as: UTF8.self))
  }

  /// Sends a typed line with what ends it.
  private func send(_ line: [UInt8], text: String?, isSecret: Bool = false) async {
    guard mayBeSent(), let bytes = encoded(line), fits(bytes) else { return }
    if !isSecret { seen.send(line) }
    input.add(.message(messageBytes(bytes), isSecret: isSecret))
    view.sent(line, isSecret: isSecret)
    await input.waitForRoom()
  }

  /// A datagram has an end of its own and needs no newline.
  private func messageBytes(_ line: [UInt8]) -> [UInt8] {
    context.plan.isDatagram ? line : line + newline.bytes
  }

  /// Whether a datagram can hold so much; says so if not.
  private func fits(_ bytes: [UInt8]) -> Bool {
    let limit = DatagramSocket.payloadLimit
    if !context.plan.isDatagram || bytes.count <= limit { return true }
    complain("a datagram holds at most " + String(limit) + " bytes, nothing was sent")
    return false
  }

  /// Whether there is, or will be, somebody to send to; says why not.
  func mayBeSent() -> Bool {
    if conversation?.state == PromptState.closed {
      complain("not connected, nothing was sent", hint: "/reconnect")
      return false
    }
    if input.isEnded {
      complain("the half-close was sent, nothing can be sent any more")
      return false
    }
    return true
  }

  private func endOfInput() {
    if input.isEnded || conversation?.state == PromptState.closed { return ask(.quit) }
    ask(.halfClose)
  }

  /// Takes what a signal is for at a prompt; false if it is to end the process.
  func take(_ signal: Int32) async -> Bool {
    switch signal {
    case SIGINT: return interrupt()
    case SIGWINCH: editor.resize()
    case SIGTSTP: await editor.stopProcess()
    case SIGCONT: editor.resume()
    default: return false
    }
    return true
  }

  /// `^C`: stops what is going on, or empties the line; false if there was nothing, a second time.
  func interrupt() -> Bool {
    if input.stopSource() { return true }
    if nextIsSecret {
      nextIsSecret = false
      updateSecrecy()
    }
    if editor.clearLine() {
      lastInterrupt = nil
      return true
    }
    // The second within a while ends.
    if let lastInterrupt, !(lastInterrupt + .seconds(3)).hasPassed { return false }
    lastInterrupt = .now
    view.notice("^C again, or /quit, leaves\n")
    return true
  }

  private var lastInterrupt: Deadline?

  // MARK: What the conversation does

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
    actions.append(action)
    hasActions.wakeAll()
  }

  /// Recorders of a new connection: for the dump that can be switched on, and for `/save`.
  func recorders(for connection: TranscriptConnection) -> [Recorder] {
    let recorder = Recorder(connection, in: dump)
    recorder.isEnabled = display == .dump
    dumpRecorders = dumpRecorders.suffix(63) + [recorder]
    return [recorder, Recorder(connection, in: log)]
  }

  func show(_ display: Display) {
    self.display = display
    for recorder in dumpRecorders { recorder.isEnabled = display == .dump }
  }

  /// Shows what came.
  func received(_ bytes: RawSpan) {
    var text: [UInt8] = []
    if let decoder {
      // What is no character is replaced, so that nothing can fail.
      try? decoder.convert(bytes, into: &text)
    } else {
      text = bytes.withUnsafeBytes { Array($0) }
    }
    seen.receive(text)
    switch display {
    case .text:
      var safe: [UInt8] = []
      safety.encode(text.span.bytes, into: &safe)
      view.received(safe)
      updateSecrecy()
    case .escaped:
      var line: [UInt8] = []
      appendEscaped(bytes, to: &line)
      view.lines(line + [10])
    case .dump, .transcript: view.redraw()
    }
  }

  /// The connection has ended: what was held back is shown.
  func endReceiving() {
    var rest: [UInt8] = []
    safety.finish(into: &rest)
    safety = SafeTextEncoder()
    if !view.unfinishedLine.isEmpty { rest.append(10) }
    view.received(rest)
    updateSecrecy()
  }

  /// Types unseen behind a question for a password.
  func updateSecrecy() {
    let question = view.unfinishedLine.suffix(1024)
    let isAsked =
      !question.isEmpty
      && settings.secretPatterns.contains { pattern in
        // Behind what a pattern cannot decide about, rather too much is hidden than too little.
        (try? pattern.matches(Array(question))) ?? true
      }
    let before = editor.isSecret
    editor.setSecret(nextIsSecret || isAsked)
    if before != editor.isSecret { view.redraw() }
  }

  // MARK: Character sets

  /// Speaks another character set from here on; what is wrong with it, if anything.
  func setEncoding(_ encoding: ConversationPlan.Encoding?) -> String? {
    self.encoding = encoding
    guard let encoding else {
      decoder = nil
      return nil
    }
    decoder = CharacterSetConverter(
      from: encoding.peer, to: encoding.local, onError: .replace, subject: .standardOutput)
    return decoder == nil ? "unknown character set\n" : nil
  }

  /// A line as the peer is to get it; nil, and a message, if it has no such characters.
  private func encoded(_ line: [UInt8]) -> [UInt8]? {
    guard let encoding,
      let converter = CharacterSetConverter(
        from: encoding.local, to: encoding.peer, onError: .fail, subject: .standardInput)
    else { return line }
    var bytes: [UInt8] = []
    do throws(StreamError) {
      try converter.convert(line.span.bytes, into: &bytes)
      try converter.finish(into: &bytes)
      return bytes
    } catch {
      complain(error.text(context.timeouts) + ", nothing was sent")
      return nil
    }
  }

  // MARK: Messages

  /// Says what went wrong with what was typed, and what could be typed instead.
  func complain(_ text: String, hint: String? = nil) {
    view.notice("sockcat: " + text + "\n" + (hint.map { "sockcat: hint: " + $0 + "\n" } ?? ""))
  }

  /// Gives the terminal back.
  func close() async {
    endReceiving()
    await editor.close()
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
