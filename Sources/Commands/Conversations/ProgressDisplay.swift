import Relaying
import Sockets
import Transcripts

/// Rate, amount, and where the size is known percent and time left, in one line that renews itself.
struct ProgressDisplay: Sendable {
  private let flows: Flows
  private let size: Int?
  private let context: ConversationContext
  private let begun = Deadline.now

  /// Nil if nobody wants it.
  ///
  /// By default it is drawn only when standard error is a terminal, standard output is not, and the
  /// input is a regular file or the output goes to a file.
  init?(_ local: LocalSide, _ flows: Flows, _ context: ConversationContext) {
    let isUseful =
      context.messages.isTerminal && !local.outputIsTerminal
      && (local.inputSize != nil || local.outputIsFile)
    guard context.plan.report.progress ?? isUseful else { return nil }
    self.flows = flows
    self.context = context
    size = local.inputSize
  }

  /// Draws until it is cancelled, and once more then.
  func run() async {
    let interval: Duration = context.messages.isTerminal ? .milliseconds(200) : .seconds(1)
    while await context.loop.sleep(until: .after(interval)) { draw() }
    draw()
  }

  private func draw() {
    let line = text(after: Deadline.now.since(begun))
    if context.messages.isTerminal {
      context.messages.draw(line)
    } else {
      context.messages.say(line)
    }
  }

  func text(after elapsed: Duration) -> String {
    let sent = flows.sent.bytesWritten
    let received = flows.received.bytesWritten
    let isSending = size != nil || sent > received
    return progressText(isSending ? sent : received, of: size, after: elapsed)
  }
}

/// An amount, its rate, and where the whole is known percent and time left.
func progressText(_ amount: Int, of size: Int?, after elapsed: Duration) -> String {
  let seconds = Double(elapsed.wholeNanoseconds) / 1e9
  var parts = [unitText(Double(amount)), rateText(amount, in: seconds), clockText(Int(seconds))]
  if let size, size > 0 {
    parts.insert(String(min(100, amount * 100 / size)) + "%", at: 0)
    if amount > 0, amount < size {
      parts.append(clockText(Int(seconds * Double(size - amount) / Double(amount))) + " left")
    }
  }
  return parts.joined(separator: "  ")
}

private func clockText(_ seconds: Int) -> String {
  let minutes = seconds / 60 % 60
  let rest = seconds % 60
  let tail =
    (minutes < 10 ? "0" : "") + String(minutes) + ":" + (rest < 10 ? "0" : "") + String(rest)
  return seconds >= 3600 ? String(seconds / 3600) + ":" + tail : tail
}
