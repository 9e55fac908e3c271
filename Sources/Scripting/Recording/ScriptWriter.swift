/// Writes the script of a conversation while that goes on.
///
/// The script passes when it is run against the same peer again: what changes with every run, such
/// as a date, becomes a regular expression. How bytes were cut into pieces leaves no trace. Hidden
/// bytes become variables, also where they are said back. As a script of one peer has one
/// connection, each that follows is only marked; to run them, every connection needs a writer.
package struct ScriptWriter: Sendable {
  private let role: ScriptRole
  private var run: RecordedRun?
  private var secrets: [NamedSecret]
  private var connectionCount = 0
  /// Whether something stands before, which a blank line would part from what follows.
  private var hasText = false

  /// Writes for one side; known secrets keep their names, wherever they are said.
  package init(_ role: ScriptRole = .ours, secrets: [String: [UInt8]] = [:]) {
    self.role = role
    self.secrets = secrets.sorted { $0.key < $1.key }.map {
      NamedSecret(name: $0.key, bytes: $0.value, isKnown: true)
    }
  }

  /// Appends to the script what is certain once this has happened.
  package mutating func add(_ event: RecordedEvent, to script: inout String) {
    switch event {
    case .connected: connect(&script)
    case .sent(let bytes, let isHidden): append(bytes, isOurs: true, isHidden: isHidden, &script)
    case .datagram(let bytes, let isOurs, let isHidden):
      put(datagram: bytes, isOurs: isOurs, isHidden: isHidden, &script)
    case .received(let bytes): append(bytes, isOurs: false, isHidden: false, &script)
    case .halfClosed: put(role == .ours ? "half-close" : "expect eof", &script)
    case .peerEnded: put(role == .ours ? "expect eof" : "half-close", &script)
    case .peerReset: put(role == .ours ? "expect reset" : "reset", &script)
    case .closed: put(role == .ours ? "close" : "expect close", &script)
    }
  }

  /// Appends what is left, as nothing more happens.
  package mutating func finish(_ script: inout String) {
    flush(&script)
    run = nil
  }

  private mutating func connect(_ script: inout String) {
    finish(&script)
    connectionCount += 1
    guard connectionCount > 1 else { return }
    script += (hasText ? "\n" : "") + "# connection \(connectionCount)\n"
    hasText = false
  }

  private mutating func append(
    _ bytes: [UInt8], isOurs: Bool, isHidden: Bool, _ script: inout String
  ) {
    if bytes.isEmpty { return }
    if run?.isOurs != isOurs || run?.isHidden != isHidden {
      flush(&script)
      let isContinued = run?.isOurs == isOurs && run?.isContinued == true
      run = RecordedRun(isOurs: isOurs, isHidden: isHidden, isContinued: isContinued)
    }
    let isExpected = isExpected(isOurs)
    run?.append(bytes, isExpected: isExpected)
    if run?.isLong == true, !isExpected, !isHidden { flush(&script) }
  }

  private func isExpected(_ isOurs: Bool) -> Bool { isOurs == (role == .peer) }

  /// Writes the run so far, its beginning with a comment where it is long.
  private mutating func flush(_ script: inout String) {
    guard let run, !run.bytes.isEmpty else { return }
    if run.isHidden { remember(run.secrets) }
    let statements = ScriptStatements(isExpected: isExpected(run.isOurs), secrets: secrets)
    let lines = statements.write(run)
    if !run.isContinued { begin(run.isOurs, lineCount: lines.count, &script) }
    script += lines.map { $0 + "\n" }.joined()
    hasText = true
    self.run = RecordedRun(isOurs: run.isOurs, isHidden: run.isHidden, isContinued: true)
  }

  private mutating func remember(_ new: [[UInt8]]) {
    for secret in new where !secrets.contains(where: { $0.bytes == secret }) {
      let name = secretName(secrets.count { !$0.isKnown })
      secrets.append(NamedSecret(name: name, bytes: secret, isKnown: false))
    }
  }

  /// Lets each question stand together with its answer.
  private func begin(_ isOurs: Bool, lineCount: Int, _ script: inout String) {
    if isOurs, hasText { script += "\n" }
    guard lineCount > 2 else { return }
    script += isOurs ? "# the client sends\n" : "# the server answers\n"
  }

  private mutating func put(
    datagram bytes: [UInt8], isOurs: Bool, isHidden: Bool, _ script: inout String
  ) {
    finish(&script)
    var run = RecordedRun(isOurs: isOurs, isHidden: isHidden, isContinued: false)
    run.append(bytes, isExpected: isExpected(isOurs))
    if isHidden { remember(run.secrets) }
    let statements = ScriptStatements(isExpected: isExpected(isOurs), secrets: secrets)
    begin(isOurs, lineCount: 1, &script)
    script += statements.datagram(run) + "\n"
    hasText = true
  }

  private mutating func put(_ statement: String, _ script: inout String) {
    finish(&script)
    script += statement + "\n"
    hasText = true
  }
}
