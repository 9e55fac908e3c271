import Scripting
import TestSupport
import Testing

@Suite struct RecordedScriptTests {
  @Test(arguments: 0..<8, [ScriptRole.ours, .peer])
  func `a script has the conversation it was written from again`(
    seed: Int, role: ScriptRole
  ) throws {
    var random = SeededGenerator(state: UInt64(seed))
    for _ in 0..<6 {
      let conversation = RandomConversation(using: &random)
      var writer = ScriptWriter(role)
      var text = ""
      for event in conversation.events {
        writer.add(event, to: &text)
      }
      writer.finish(&text)
      var replay = Replay(conversation.runs, conversation.secrets, role)
      try replay.play(parse(text))
      #expect(replay.problem == nil, "\(text)")
      #expect(replay.isOver)
    }
  }

  private func parse(_ text: String) throws -> Block {
    let setting = ScriptParser.Setting(
      .onePeer(isDatagram: false), variables: Set((1...99).map { secretName($0) })
    ) { _ in .success([]) }
    let (script, errors) = ScriptParser.parse(ScriptSource(text), name: "recorded", in: setting)
    #expect(errors.isEmpty, "\(text)")
    return script.statements
  }
}

private func secretName(_ number: Int) -> String { number == 1 ? "secret" : "secret\(number)" }

/// What one side said until the other one did.
private struct Run {
  let isOurs: Bool
  var bytes: [UInt8]
}

/// Bytes in both directions, and the pieces in which they came.
private struct RandomConversation {
  private(set) var runs: [Run] = []
  private(set) var events: [RecordedEvent] = []
  /// The lines of what is hidden, each once.
  private(set) var secrets: [[UInt8]] = []
  private var hidden: [UInt8] = []

  init(using random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let isOurs = Bool.random(using: &random)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        add(random.piece(), isOurs, isHidden: isOurs && Int.random(in: 0..<6, using: &random) == 0)
      }
    }
    endHidden()
  }

  private mutating func endHidden() {
    for secret in hidden.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }).map(Array.init)
    where !secrets.contains(secret) {
      secrets.append(secret)
    }
    hidden = []
  }

  private mutating func add(_ bytes: [UInt8], _ isOurs: Bool, isHidden: Bool) {
    if isHidden { hidden += bytes } else if !bytes.isEmpty { endHidden() }
    events.append(isOurs ? .sent(bytes, isHidden: isHidden) : .received(bytes))
    if runs.last?.isOurs == isOurs {
      runs[runs.count - 1].bytes += bytes
    } else if !bytes.isEmpty {
      runs.append(Run(isOurs: isOurs, bytes: bytes))
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func piece() -> [UInt8] {
    let lines = [
      "220 ready\r\n", "say \"${x}\" $\\ `\n", "\r\n", "Date: Tue, 05 Nov 2024 09:01:02 GMT\r\n",
      "/a(b)[c]*{2}^$|.+?\\\r\n",
      "\u{e4}\u{20ac}\u{200b} 12:00:01 #x\n", "login: ",
      "<1896.697170952@pop.example> \u{b}\u{8}!\r\n",
      "0123456789abcdef0123\u{1}\n", "\r", "}", "${secret}", "pid 77\n",
      String(repeating: "long ", count: 700) + "\n",
      String(repeating: "\u{20ac}", count: 500),
    ]
    switch Int.random(in: 0..<10, using: &self) {
    case 0:
      return (0..<Int.random(in: 0...90, using: &self)).map { _ in
        .random(in: 0...255, using: &self)
      }
    case 1: return [UInt8](repeating: 0x78, count: Int.random(in: 4000...9000, using: &self))
    default: return Array((lines.randomElement(using: &self) ?? "").utf8)
    }
  }
}

/// Holds statements against what was said.
private struct Replay {
  private var runs: ArraySlice<Run>
  private let role: ScriptRole
  private(set) var problem: String?

  private let secrets: [[UInt8]]

  init(_ runs: [Run], _ secrets: [[UInt8]], _ role: ScriptRole) {
    (self.runs, self.secrets, self.role) = (runs[...], secrets, role)
  }

  var isOver: Bool { runs.isEmpty }

  mutating func play(_ block: Block) throws {
    for statement in block where problem == nil {
      switch statement.statement {
      case .send(let values): take(bytes(values).count, as: bytes(values), isSent: true)
      case .expect(let expectation): try expect(expectation.pattern)
      case .repeated(.number(let count), _, let block): for _ in 0..<count { try play(block) }
      default: problem = "\(statement.statement)"
      }
    }
  }

  private mutating func expect(_ pattern: Pattern) throws {
    let prepared: PreparedPattern =
      switch pattern {
      case .literal(let values): .literal(bytes(values))
      case .regular(let pattern): .regular(pattern)
      case .bytes(.number(let count)): .bytes(Int(count))
      default: .line
      }
    let waiting = runs.first?.bytes ?? []
    var matcher = Matcher([prepared])
    var verdict = try matcher.look(at: waiting.span.bytes)
    // What ends with a number at the end of what came has to wait whether more of it comes.
    if verdict == .undecided, waiting.last != 0x0a {
      verdict = try matcher.look(at: waiting.span.bytes, isFinal: true)
    }
    guard let range = verdict.match?.range, range.lowerBound == 0 else {
      problem = "\(pattern): \(verdict)"
      return
    }
    take(range.count, as: nil, isSent: false)
  }

  private mutating func take(_ count: Int, as bytes: [UInt8]?, isSent: Bool) {
    guard var run = runs.popFirst(), run.isOurs == (isSent == (role == .ours)) else {
      problem = "the other side should speak"
      return
    }
    if let bytes, !run.bytes.starts(with: bytes) { problem = "other bytes are sent" }
    run.bytes.removeFirst(min(count, run.bytes.count))
    if !run.bytes.isEmpty { runs.insert(run, at: runs.startIndex) }
  }

  private func bytes(_ values: [Value]) -> [UInt8] {
    values.flatMap { value -> [UInt8] in
      switch value {
      case .hex(let bytes): bytes
      case .text(let parts): parts.flatMap { bytes($0) }
      default: []
      }
    }
  }

  private func bytes(_ part: TextPart) -> [UInt8] {
    switch part {
    case .bytes(let bytes): bytes
    case .variable(let name):
      secrets.indices.first { secretName($0 + 1) == name }.map { secrets[$0] } ?? []
    }
  }
}
