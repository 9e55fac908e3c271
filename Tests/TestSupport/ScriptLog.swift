/// What a script did so far, kept phase by phase for the report of a failure.
struct ScriptLog {
  private static let outputLimit = 4096

  private var phases: [(title: String, entries: [String])] = []
  /// The programs whose end has been told in the current phase.
  private var shown: Set<ObjectIdentifier> = []

  mutating func add(_ line: Script.Line) {
    if line.isComment || phases.isEmpty {
      phases.append((line.isComment ? line.text : "", []))
      shown = []
    }
    if !line.isComment { append("> \(line.text)") }
  }

  /// Adds what became of a program and what it wrote.
  mutating func add(_ program: ChildProgram, as name: String) {
    shown.insert(ObjectIdentifier(program))
    // Only a program that still runs has no status, and that is said.
    let status = program.hasEnded ? try? program.status(within: .zero) : nil
    append("[\(name): \(status.map { "status \($0)" } ?? "still running")]")
    for stream in [ChildProgram.Stream.output, .error] {
      let content = program.contents(of: stream)
      if !content.isEmpty { append("[\(name): \(stream.rawValue)]\n\(Self.shown(content))") }
    }
  }

  /// Adds a program that is not yet in the phase which the report will show in full.
  mutating func addUnlessShown(_ program: ChildProgram, as name: String) {
    if !shown.contains(ObjectIdentifier(program)) { add(program, as: name) }
  }

  private mutating func append(_ entry: String) {
    if phases.isEmpty { phases.append(("", [])) }
    phases[phases.count - 1].entries.append(entry)
  }

  /// The report, in the manner of Go's testscript: the broken phase in full, the others by name.
  func report(_ name: String, _ failedLine: Script.Line?, _ message: String) -> String {
    var report = phases.dropLast().map(\.title).filter { !$0.isEmpty }
    if let broken = phases.last {
      let failed = failedLine.map { "> \($0.text)" }
      report.append(broken.title)
      for (index, entry) in broken.entries.enumerated() {
        let isFailed = index == broken.entries.lastIndex { $0 == failed }
        report.append(isFailed ? "FAIL \(entry)" : entry)
      }
    }
    report.append("FAIL \(name):\(failedLine?.number ?? 1): \(message)")
    return report.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The text of an output: cut in the middle, and what could move a terminal's cursor escaped.
  private static func shown(_ content: [UInt8]) -> String {
    guard content.count > outputLimit else { return escaped(content[...]) }
    return escaped(content.prefix(outputLimit / 2))
      + "\n… \(content.count - outputLimit) bytes …\n"
      + escaped(content.suffix(outputLimit / 2))
  }

  private static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isPlain = scalar == "\n" || scalar == "\t" || !scalar.properties.isControl
      let code = String(scalar.value, radix: 16)
      text += isPlain ? String(scalar) : code.count == 1 ? "\\x0\(code)" : "\\x\(code)"
    }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control }
}
