import ByteText
import Sockets

/// What a person sees: what came and what went, line by line, above the line that is being typed.
///
/// The beginning of a line whose end has not come yet, such as a server's own prompt, stands where
/// our prompt would, so that what is typed follows it as on any terminal.
package final class TerminalView: @unchecked Sendable {
  /// How it looks.
  package struct Style: Sendable {
    /// Whether what was sent is told from what came by its colour.
    package var usesColor: Bool
    /// The time of day to put before each line; nil for none.
    package var time: (@Sendable () -> String)?
    /// What stands before the line that is typed; safe to show.
    package var prompt: @Sendable () -> String

    /// Looks so.
    package init(
      usesColor: Bool, time: (@Sendable () -> String)?, prompt: @escaping @Sendable () -> String
    ) {
      self.usesColor = usesColor
      self.time = time
      self.prompt = prompt
    }
  }

  private let editor: LineEditor
  private let style: Style
  /// The line whose end has not come, as it is shown, and when it began.
  private var partial: [UInt8] = []
  private var partialTime = ""
  /// What stands in place of the prompt while something is going on; safe to show.
  package var status: String? { didSet { if status != oldValue { redraw() } } }

  /// A longer line is shown in parts, each with a backslash at its end: what has left the screen at
  /// its top could not be taken off it.
  private var partialLimit: Int { min(2048, max(40, editor.screenSize / 2)) }

  /// Shows things above an editor's line.
  package init(_ editor: LineEditor, _ style: Style) {
    self.editor = editor
    self.style = style
  }

  /// What the peer's unfinished line says so far.
  package var unfinishedLine: [UInt8] { partial }

  /// Shows text that came; it is to be safe already.
  package func received(_ text: [UInt8]) {
    var lines: [UInt8] = []
    var rest = text[...]
    if rest.isEmpty { return }
    while let end = rest.firstIndex(of: lineFeed) {
      begin(&rest, upTo: end)
      if partial.last == carriageReturn { partial.removeLast() }
      finishLine(into: &lines)
      rest = rest[(end + 1)...]
    }
    begin(&rest, upTo: rest.endIndex)
    if partial.count > partialLimit {
      partial.append(backslash)
      finishLine(into: &lines)
    }
    show(lines)
  }

  private func begin(_ rest: inout ArraySlice<UInt8>, upTo end: Int) {
    if partial.isEmpty { partialTime = time }
    partial += rest[rest.startIndex..<end]
  }

  private func finishLine(into lines: inout [UInt8]) {
    lines += Array((dim(partialTime)).utf8) + partial + [lineFeed]
    partial = []
  }

  /// Shows a line that was entered behind what it was typed after.
  package func sent(_ line: [UInt8], isSecret: Bool = false) {
    let text = isSecret ? "" : colored(safeLine(line))
    var line = dim(partial.isEmpty ? time : partialTime)
    line += partial.isEmpty ? style.prompt() : String(decoding: partial, as: UTF8.self)
    partial = []
    show(Array((line + text + "\n").utf8))
  }

  /// Shows whole lines that are no text of the peer's, such as a dump; they are to be safe.
  package func lines(_ bytes: [UInt8]) { show(bytes) }

  /// Says something to the person: whole lines, safe to show.
  package func notice(_ text: String) { show(Array(text.utf8)) }

  /// Shows a command that was entered; what the peer has begun to say stays where it is.
  package func entered(_ command: [UInt8]) {
    show(Array((style.prompt() + dim(safeLine(command)) + "\n").utf8))
  }

  /// Shows a line that was begun and is not sent.
  package func abandoned(_ line: [UInt8]) {
    show(Array((style.prompt() + dim(safeLine(line)) + "\n").utf8))
  }

  /// Draws the prompt anew.
  package func redraw() { show([]) }

  private func show(_ lines: [UInt8]) { editor.show(lines, prompt: prompt) }

  private var prompt: String {
    if let status { return status }
    if partial.isEmpty { return style.prompt() }
    let text = String(decoding: partial, as: UTF8.self)
    // A tab has no width that readline knows.
    let shown = text.map { $0 == "\t" ? "        " : String($0) }.joined()
    return hidden(dim(partialTime)) + shown
  }

  // MARK: Looks

  private var time: String { style.time.map { $0() + " " } ?? "" }

  private func dim(_ text: String) -> String {
    style.usesColor && !text.isEmpty ? "\u{1b}[2m" + text + "\u{1b}[0m" : text
  }

  private func colored(_ text: String) -> String {
    style.usesColor && !text.isEmpty ? "\u{1b}[36m" + text + "\u{1b}[0m" : text
  }

  /// Tells readline which part of a prompt takes no column.
  private func hidden(_ text: String) -> String {
    guard style.usesColor else { return text }
    return text.split(separator: "\u{1b}", omittingEmptySubsequences: false).enumerated().map {
      (index, part) in
      guard index > 0, let end = part.firstIndex(of: "m") else { return String(part) }
      return "\u{1}\u{1b}" + part[...end] + "\u{2}" + part[part.index(after: end)...]
    }.joined()
  }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let backslash = UInt8(ascii: "\\")
