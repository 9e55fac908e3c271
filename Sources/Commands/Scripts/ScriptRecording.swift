import ByteText
import Scripting
import Sockets
import Transcripts

/// Writes what is said as scripts, when it is over.
final class ScriptRecording: Sendable {
  private let targets: [(path: String, role: ScriptRole)]
  private let log: ConversationLog
  private let context: ConversationContext

  /// How much of a conversation is kept, in bytes; a script of what is longer would be no use.
  private static let limit = 64 << 20

  /// Nil if the plan wants none.
  init?(_ context: ConversationContext) {
    var targets: [(path: String, role: ScriptRole)] = []
    if let path = context.plan.output.recordedScript { targets.append((path, .ours)) }
    if let path = context.plan.output.recordedMock { targets.append((path, .peer)) }
    if targets.isEmpty { return nil }
    self.targets = targets
    self.context = context
    log = ConversationLog(limit: Self.limit, keepsHidden: true)
  }

  /// Records a connection.
  func recorder(for connection: TranscriptConnection) -> Recorder { Recorder(connection, in: log) }

  /// Writes the scripts, one for each connection.
  func finish(by deadline: Deadline) async throws(StreamError) {
    let lost = log.dropped.sent + log.dropped.received
    if lost > 0 {
      context.messages.say(
        "the conversation is too long for a script: its first " + String(lost)
          + " bytes are missing")
    }
    let connections = log.connections.filter { $0.contains(where: \.isSaid) }
    for (index, pieces) in connections.enumerated() {
      for target in targets {
        let text = scriptText(
          of: pieces, as: target.role,
          secrets: context.plan.script?.values.namedSecrets ?? [:])
        try await write(text, to: numbered(target.path, index), by: deadline)
      }
    }
  }

  private func write(
    _ text: String, to path: String, by deadline: Deadline
  ) async throws(StreamError) {
    let file = try await OutputFile.open(path, isAtomic: true, appends: false, on: context.loop)
    try await file.write(Array(text.utf8), by: deadline)
    try await file.closeWrite(by: deadline)
    try file.finish(isClean: true)
  }

  /// The name for a connection: the second one's has `-2` before its extension.
  private func numbered(_ path: String, _ index: Int) -> String {
    guard index > 0 else { return path }
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let dot = path[slash...].lastIndex(of: ".") ?? path.endIndex
    return path[..<dot] + "-" + String(index + 1) + path[dot...]
  }
}

/// The script of one connection.
///
/// Secrets that have names are written by them, and nothing else needs to be hidden then.
func scriptText(
  of pieces: [ConversationLog.Piece], as role: ScriptRole, secrets: [String: [UInt8]] = [:]
) -> String {
  var writer = ScriptWriter(role, secrets: secrets)
  var text = ""
  // Datagrams have no end that the other side could see.
  let hasEnds = !pieces.contains { if case .datagram = $0 { true } else { false } }
  var wasReset = false
  for piece in pieces {
    if case .event(let event) = piece {
      // Behind a reset there is nothing left to close.
      if !hasEnds || wasReset && event == .closed { continue }
      wasReset = event == .reset
    }
    if let event = RecordedEvent(piece, hides: secrets.isEmpty) { writer.add(event, to: &text) }
  }
  writer.finish(&text)
  return text
}

extension ConversationLog.Piece {
  /// Whether it belongs to a conversation, and not to what came before it.
  fileprivate var isSaid: Bool {
    if case .event(let event) = self { event == .connected } else { true }
  }
}

extension RecordedEvent {
  /// What a script says of it; nil if that is nothing.
  fileprivate init?(_ piece: ConversationLog.Piece, hides: Bool) {
    switch piece {
    case .bytes(let bytes, .sent, let isHidden): self = .sent(bytes, isHidden: isHidden && hides)
    case .bytes(let bytes, .received, _): self = .received(bytes)
    case .datagram(let bytes, let direction, let isHidden):
      self = .datagram(bytes, isOurs: direction == .sent, isHidden: isHidden && hides)
    case .event(.connected): self = .connected
    case .event(.halfClosed(by: .local)): self = .halfClosed
    case .event(.halfClosed(by: .peer)): self = .peerEnded
    case .event(.reset): self = .peerReset
    case .event(.closed): self = .closed
    case .event: return nil
    }
  }
}
