import Sockets
import SystemPackage
import Terminal

/// Puts lines into a history file beside the loop, which may have to wait while somebody else holds the
/// file; in order, and again until it has been done.
final class HistoryWriter: @unchecked Sendable {
  private let file: HistoryFile
  private let loop: EventLoop
  private var waiting: [[UInt8]] = []
  private var isWriting = false
  private let progress: Wakeup

  init(_ file: HistoryFile, on loop: EventLoop) {
    self.file = file
    self.loop = loop
    progress = Wakeup(on: loop)
  }

  /// Adds a line; it is written soon.
  func add(_ line: [UInt8]) {
    waiting.append(line)
    guard !isWriting else { return }
    isWriting = true
    Task(executorPreference: loop) { [self] in await write() }
  }

  private func write() async {
    while !waiting.isEmpty {
      let lines = waiting
      let count = await loop.offload { [file] in HistoryWriter.append(lines, to: file) }
      waiting.removeFirst(count ?? lines.count)
    }
    isWriting = false
    progress.wakeAll()
  }

  /// How many of the lines need no further attempt.
  private static func append(_ lines: [[UInt8]], to file: HistoryFile) -> Int {
    for (index, line) in lines.enumerated() {
      do throws(Errno) {
        try file.append(line)
      } catch {
        // Another process has held it all the time. Any other failure, as of a full disk, ends no
        // conversation.
        if error == .wouldBlock { return index }
      }
    }
    return lines.count
  }

  /// Suspends until everything is written, or the deadline has come.
  func finish(by deadline: Deadline) async {
    while isWriting, !deadline.hasPassed { await progress.wait(by: deadline) }
  }
}
