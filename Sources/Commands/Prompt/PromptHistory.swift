import ByteText
import Sockets
import Terminal

/// What was typed before: to go back to, and in the files.
final class PromptHistory: @unchecked Sendable {
  private let editor: LineEditor
  private let writers: [HistoryWriter]
  private var lines: [[UInt8]] = []
  private let limit: Int

  /// Reads the files: what was typed to this endpoint is nearer than what was typed to others.
  init(_ settings: PromptSettings, _ editor: LineEditor, on loop: EventLoop) {
    self.editor = editor
    limit = max(1, settings.historySize)
    editor.limitHistory(to: limit)
    guard let places = settings.history else {
      writers = []
      return
    }
    let common = HistoryFile(path: places.common, limit: limit)
    let own = HistoryFile(path: places.own, limit: limit)
    writers = [common, own].map { HistoryWriter($0, on: loop) }
    let ours = own.load()
    let known = Set(ours)
    for line in common.load() where !known.contains(line) { remember(line) }
    for line in ours { remember(line) }
  }

  private func remember(_ line: [UInt8]) {
    if lines.last == line { return }
    lines.append(line)
    if lines.count > 2 * limit { lines.removeFirst(lines.count - limit) }
    editor.addHistory(line)
  }

  /// Keeps a line, unless it is empty or begins with a space.
  ///
  /// What a file does not take is still there to go back to.
  func add(_ line: [UInt8]) {
    if line.isEmpty || line.first == UInt8(ascii: " ") { return }
    remember(line)
    for writer in writers { writer.add(line) }
  }

  /// Suspends until the files have everything, or somebody else holds them for too long.
  func finish() async {
    let deadline = Deadline.after(.seconds(6))
    for writer in writers { await writer.finish(by: deadline) }
  }

  /// The lines that have a text, oldest first.
  func lines(with text: String?) -> [[UInt8]] {
    guard let text, !text.isEmpty else { return lines }
    let wanted = Array(text.utf8)
    return lines.filter { $0.start(of: wanted) != nil }
  }
}
