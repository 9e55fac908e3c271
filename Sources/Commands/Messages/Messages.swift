import ByteText
import Sockets

/// Every line on standard error.
///
/// The rules: `sockcat: ` first, then subject, then cause in the system's own words, lower case, no
/// full stop; an optional second line with a hint that can be typed. A standard error that is
/// broken, closed or stuck never ends or delays anything: what it does not take waits in a bounded
/// queue.
final class Messages: @unchecked Sendable {
  /// Whether facts are told, not only failures.
  let isVerbose: Bool
  /// Whether a person reads them.
  let isTerminal: Bool
  /// Standard error itself, for whoever else writes there: a descriptor is registered only once.
  let sink: any ByteSink
  private let loop: EventLoop
  private var queue: [UInt8] = []
  private var hasProgress = false
  private var isFlushing = false
  private var isBroken = false
  /// Where lines are shown instead, while a person types on the same terminal.
  var redirection: (@Sendable ([UInt8]) -> Void)?

  private static let queueLimit = 64 * 1024

  /// Writes to standard error.
  init(isVerbose: Bool, isClosed: Bool, on loop: EventLoop) {
    self.isVerbose = isVerbose
    self.loop = loop
    if isClosed {
      sink = DiscardSink(on: loop)
      isTerminal = false
    } else {
      let standardError = DescriptorSink(2, subject: .standardError, on: loop)
      sink = standardError
      isTerminal = standardError.isTerminal
    }
  }

  /// Says one line, and perhaps what could be typed next.
  func say(_ text: String, hint: String? = nil) {
    write("sockcat: " + text + "\n" + (hint.map { "sockcat: hint: " + $0 + "\n" } ?? ""))
  }

  /// Says one line if facts are wanted.
  func note(_ text: @autoclosure () -> String) {
    if isVerbose { say(text()) }
  }

  /// Prints lines that are not messages, such as figures in JSON.
  func write(_ text: String) { write(Array(text.utf8)) }

  /// Prints bytes that are whole lines.
  func write(_ bytes: [UInt8]) {
    if let redirection { return redirection(bytes) }
    if hasProgress { append(Array("\r\u{1b}[K".utf8)) }
    hasProgress = false
    append(bytes)
  }

  /// Draws a line that the next one replaces; on a terminal only.
  func draw(_ line: String) {
    guard redirection == nil else { return }
    // Where the last one still waits, a newer one would only make it later.
    guard queue.isEmpty else { return }
    hasProgress = true
    append(Array(("\r" + line + "\u{1b}[K").utf8))
  }

  /// Ends the line that was drawn last, so that it stays.
  func endProgress() {
    if hasProgress { append([10]) }
    hasProgress = false
  }

  private func append(_ bytes: [UInt8]) {
    guard !isBroken, queue.count + bytes.count <= Self.queueLimit else { return }
    queue += bytes
    flush()
    if !queue.isEmpty { flushInBackground() }
  }

  private func flush() {
    do throws(StreamError) {
      while !queue.isEmpty {
        let unwritten = queue
        guard case .moved(let count) = try sink.tryWrite(unwritten.span.bytes) else { return }
        queue.removeFirst(count)
      }
    } catch {
      isBroken = true
      queue = []
    }
  }

  private func flushInBackground() {
    guard !isFlushing else { return }
    isFlushing = true
    Task(executorPreference: loop) { [self] in
      defer { isFlushing = false }
      while !queue.isEmpty {
        do throws(StreamError) {
          try await sink.waitWritable(by: .never)
        } catch {
          isBroken = true
          queue = []
        }
        flush()
      }
    }
  }

  /// Gives what waits a moment to go out, at the end.
  func finish() async {
    let deadline = Deadline.after(.milliseconds(200))
    while !queue.isEmpty, !deadline.hasPassed {
      try? await sink.waitWritable(by: deadline)  // a late message is dropped
      flush()
    }
  }
}

extension Duration {
  /// As people write it: `500ms`, `2s`, `1.5s`, `2m`.
  var text: String {
    let milliseconds = wholeNanoseconds / 1_000_000
    if milliseconds == 0, self > .zero { return String(wholeNanoseconds / 1000) + "us" }
    if milliseconds < 1000 { return String(milliseconds) + "ms" }
    if milliseconds % 60_000 == 0 { return String(milliseconds / 60_000) + "m" }
    if milliseconds % 1000 == 0 { return String(milliseconds / 1000) + "s" }
    var fraction = String(milliseconds % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction = fraction.dropLast() }
    return String(milliseconds / 1000) + "." + fraction + "s"
  }
}
