import ByteText
import Glibc
import Sockets
import Terminal
import Transcripts

/// What stands before the line, and what may stand in it.
extension Prompt {
  /// The prompt with its names replaced, safe to show.
  var promptText: String {
    let statistics = conversation?.statistics
    return safeLine(
      expanded(settings.template) { name in
        switch name {
        case "peer": return statistics?.peer?.description ?? context.plan.endpoint.description
        case "bytes-in": return String(statistics?.bytesReceived ?? 0)
        case "bytes-out": return String(statistics?.bytesSent ?? 0)
        case "state": return conversation?.state ?? PromptState.connecting
        default: return nil
        }
      })
  }

  /// Whether the prompt tells how much has passed.
  var countsBytes: Bool { settings.template.utf8.start(of: "{bytes-".utf8) != nil }

  /// Draws the prompt anew once what has just passed is counted.
  func redrawSoon() {
    guard countsBytes, !willRedraw else { return }
    willRedraw = true
    Task(executorPreference: context.loop) { [self] in
      await context.loop.yield()
      willRedraw = false
      view.redraw()
    }
  }

  /// What may stand at the place of the cursor.
  func complete(_ line: [UInt8], _ cursor: Int) -> LineEditor.Completion? {
    let peers = conversation?.peers ?? []
    let completer = PromptCompleter(
      protocolWords: settings.words,
      peers: peers.map { String($0.number) } + (peers.isEmpty ? [] : ["all"]),
      encodings: DynamicValues.encodings([], 0, ""), seenWords: seen.words,
      home: getenv("HOME").map { String(cString: $0) })
    let found = completer.complete(line, cursor: cursor)
    return LineEditor.Completion(
      start: found.start, candidates: found.candidates, arePaths: found.isPath,
      append: found.appends.utf8.first)
  }

  /// What the command in the line takes.
  func hint(_ line: [UInt8]) -> String? {
    guard let usage = PromptCompleter().hint(for: line) else { return nil }
    return line.last == UInt8(ascii: " ") ? usage : " " + usage
  }

  /// A text in which names in braces are replaced; others stay as they are.
  private func expanded(_ template: String, _ value: (Substring) -> String?) -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[open...]
      if let close = rest.firstIndex(of: "}"),
        let value = value(rest[rest.index(after: open)..<close])
      {
        text += value
        rest = rest[rest.index(after: close)...]
      } else {
        text += "{"
        rest = rest.dropFirst()
      }
    }
    return text + rest
  }
}

/// A path whose `~/` is the user's home.
func expandedHome(_ path: String) -> String {
  guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
  return String(cString: home) + path.dropFirst()
}

/// A source that counts what it gave, and tells when its turn has come.
final class CountedSource: ByteSource, @unchecked Sendable {
  private let base: any ByteSource
  private(set) var count = 0
  /// When it was first asked for something.
  private(set) var begun: Deadline?

  init(_ base: any ByteSource) { self.base = base }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    begun = begun ?? .now
    let attempt = try base.tryRead(into: &buffer)
    if case .moved(let moved) = attempt { count += moved }
    return attempt
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
  }
}
