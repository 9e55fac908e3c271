import ByteText
import Glibc
import Relaying
import Scripting
import Sockets
import Terminal
import Transcripts

/// What a person types.
extension Prompt {
  /// Serves the person until he leaves; the conversation is told what he wants of it.
  func run() async {
    while let event = await editor.next() {
      switch event {
      case .line(let line):
        await enter(line)
        await waitForRoom()
      case .endOfInput: endOfInput()
      case .hangUp:
        ask(.quit)
        return
      }
    }
  }

  /// Suspends while more waits to be sent or shown than should, and reads the keys all the time.
  private func waitForRoom() async {
    defer { isWaitingForRoom = false }
    while input.isFull || !hasRoomOnScreen, !Task.isCancelled {
      isWaitingForRoom = true
      await withTaskGroup(of: Void.self) { group in
        group.addTask { [self] in
          await input.waitForRoom()
          try? await waitForRoomOnScreen(by: .never)  // only a cancellation ends it before
        }
        group.addTask { [editor] in await editor.readAhead() }
        await group.next()
        group.cancelAll()
      }
      // A terminal that is gone shows nothing any more.
      if editor.output.failure != nil { return }
    }
  }

  private func enter(_ line: TypedLine) async {
    if line.isSecret {
      nextIsSecret = false
      await send(line.bytes, isSecret: true)
      return updateSecrecy()
    }
    let isSlashed = line.bytes.first == UInt8(ascii: "/")
    remember(line.bytes, isText: line.isText)
    guard isSlashed, !line.isText else { return await send(line.bytes) }
    let rest = Array(line.bytes.dropFirst())
    if rest.first == UInt8(ascii: "/") { return await send(rest) }
    view.entered(line.bytes)
    await carryOut(String(decoding: rest, as: UTF8.self))
  }

  /// Leaves a line that was begun on the screen, and in the history.
  func keepLine() {
    let line = editor.line
    guard !line.isEmpty, !editor.isSecret else { return }
    remember(line, isText: !editor.isCommand)
    _ = editor.clearLine()
    view.abandoned(line)
  }

  /// Keeps a line in the history, where a slash tells a command: text that begins with one has two.
  private func remember(_ line: [UInt8], isText: Bool) {
    let slash = UInt8(ascii: "/")
    history.add(isText && line.first == slash ? [slash] + line : line)
  }

  /// Sends a typed line with what ends it.
  private func send(_ line: [UInt8], isSecret: Bool = false) async {
    guard mayBeSent(), let bytes = encoded(line), fits(bytes) else { return }
    if !isSecret { seen.send(line) }
    input.add(.message(messageBytes(bytes), isSecret: isSecret))
    // What was asked is answered.
    question = []
    view.sent(line, isSecret: isSecret)
  }

  /// A datagram has an end of its own and needs no newline.
  private func messageBytes(_ line: [UInt8]) -> [UInt8] {
    context.plan.isDatagram ? line : line + newline.bytes
  }

  /// Whether a datagram can hold so much; says so if not.
  private func fits(_ bytes: [UInt8]) -> Bool {
    let limit = context.plan.datagramLimit
    if bytes.isEmpty, context.plan.isDatagram, context.plan.tls.isOn {
      complain("DTLS carries no empty datagrams, nothing was sent")
      return false
    }
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
      complain(whyEnded + ", nothing was sent")
      return false
    }
    return true
  }

  /// Why nothing can be given any more.
  private var whyEnded: String {
    switch leaving {
    case .reconnect: "the connection is about to be made again"
    case .some: "the connection is about to be closed"
    case nil where conversation?.state == PromptState.halfClosed: "the half-close was sent"
    case nil: "the peer has ended"
    }
  }

  private func endOfInput() {
    if input.isEnded || conversation?.state == PromptState.closed { return ask(.quit) }
    ask(.endOfInput)
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
    if input.stopSource() || stopJob() { return true }
    if isWaitingForRoom {
      let count = input.dropMessages() + editor.dropAhead() + editor.line.count
      _ = editor.clearLine()
      complain(amountText(count) + " that waited to be sent were thrown away")
      return true
    }
    let wasSecret = nextIsSecret
    nextIsSecret = false
    let hadText = editor.clearLine()
    // Not before the line is empty: it would be shown.
    updateSecrecy()
    if hadText || wasSecret {
      lastInterrupt = nil
      return true
    }
    // The second within a while ends.
    if let lastInterrupt, !(lastInterrupt + .seconds(3)).hasPassed { return false }
    lastInterrupt = .now
    view.notice("^C again, or /quit, leaves\n")
    return true
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
}
