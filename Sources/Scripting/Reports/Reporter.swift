import ByteText
package import Sockets

/// Makes text of what became of scripts, in one of the formats.
///
/// Nothing of a peer or a script can act on a terminal in any of them, and secrets stand in none.
package struct Reporter: Sendable {
  /// How errors below are told; the layer that has the words and the statuses knows.
  package struct Words: Sendable {
    let text: @Sendable (StreamError) -> String
    let status: @Sendable (StreamError) -> Int32

    /// Takes both from there.
    package init(
      text: @escaping @Sendable (StreamError) -> String,
      status: @escaping @Sendable (StreamError) -> Int32
    ) {
      (self.text, self.status) = (text, status)
    }
  }

  /// Whether passed scripts tell their steps too.
  package var showsSteps: Bool
  let words: Words
  let mask: SecretMask

  /// Makes a reporter in whose texts the secrets appear nowhere.
  package init(_ words: Words, secrets: [[UInt8]] = [], showsSteps: Bool = false) {
    self.words = words
    self.showsSteps = showsSteps
    mask = SecretMask(secrets)
  }

  /// All of it; `elapsed` is the time by the clock, which is less than all scripts' if some were
  /// run at the same time.
  package func report(
    _ runs: [ScriptRun], as format: ReportFormat, elapsed: Duration
  ) -> String {
    switch format {
    case .text:
      runs.map { text(of: $0) }.joined() + (summary(of: runs, elapsed: elapsed) ?? "")
    case .tap: tap(of: runs)
    case .junit: junit(of: runs, elapsed: elapsed)
    case .json: runs.map { json(of: $0) }.joined() + jsonSummary(of: runs, elapsed: elapsed)
    }
  }

  /// The exit status that a failure asks for.
  package func status(of failure: ScriptFailure) -> Int32 {
    switch failure.kind {
    case .expectation: 1
    case .stream(let error): words.status(error)
    case .script: 64
    }
  }

  /// The exit status that a script's first failure asks for; nil if there is none to tell, as the
  /// script was skipped or cancelled.
  package func status(of run: ScriptRun) -> Int32? {
    switch run.verdict {
    case .passed: 0
    case .failed, .flaky: run.results.lazy.compactMap(\.failure).first.map { status(of: $0) }
    case .malformed: 64
    case .skipped, .cancelled: nil
    }
  }

  /// The exit status for all of them: 64 if one does not parse, else the first failure's.
  package func status(of runs: [ScriptRun]) -> Int32 {
    let statuses = runs.compactMap { status(of: $0) }
    if runs.contains(where: { $0.verdict == .malformed }) { return 64 }
    return statuses.first { $0 != 0 } ?? 0
  }

  /// A text of a script or a peer, in one line and safe to show.
  func safe(_ text: String) -> String {
    safeLine(mask.masked(text))
  }

  /// What failed, in one line: the peer, what the script wanted, and what the world said.
  func message(of failure: ScriptFailure) -> String {
    var parts = [peerName(of: failure) ?? "", failure.message]
    if case .stream(let error) = failure.kind { parts.append(words.text(error)) }
    return safe(parts.filter { !$0.isEmpty }.joined(separator: ": "))
  }

  /// The peer's name, where there are several: the only one is called `peer`, and none else can be.
  func peerName(of failure: ScriptFailure) -> String? {
    failure.peer == "peer" ? nil : failure.peer
  }

  /// File, line and column.
  func text(of place: Place, in script: Script) -> String {
    fileName(of: place, in: script) + ":" + String(place.line) + ":" + String(place.column)
  }

  /// The file of a place.
  func fileName(of place: Place, in script: Script) -> String {
    script.files.indices.contains(place.file) ? safe(script.files[place.file].name) : "?"
  }
}
