import ByteText

/// The lines of a script around a failure: from the comment of its step to its statement.
struct SourceExcerpt {
  private static let limit = 12

  /// With their numbers; a gap in those is a gap in the text.
  let lines: [(number: Int, text: String)]
  /// Which of the steps begins with them, if one does.
  let step: Int?

  /// Cuts the lines out.
  init(of script: Script, at place: Place, in steps: [ScriptStep] = []) {
    step = Self.step(around: place, among: steps, in: script)
    guard script.files.indices.contains(place.file) else {
      lines = []
      return
    }
    let all = script.files[place.file].source.lines
    let begin = step.map { steps[$0].place.line } ?? place.line
    var first = min(max(begin, 1), all.count)
    while first > 1, Self.isComment(all[first - 2]), !(first == 2 && all[0].hasPrefix("#!")) {
      first -= 1
    }
    let numbers = Array(first...max(first, min(place.line, all.count)))
    let isLong = numbers.count > Self.limit
    let shown = isLong ? numbers.prefix(1) + numbers.suffix(Self.limit - 2) : numbers[...]
    lines = shown.map { ($0, all[$0 - 1]) }
  }

  /// The lines with their numbers, the last one marked.
  func rows(_ shown: (String) -> String) -> [String] {
    let width = max(4, String(lines.last?.number ?? 0).count + 2)
    var rows: [String] = []
    var before: Int?
    for (number, text) in lines {
      if let before, number > before + 1 { rows.append(padding(width + 1) + "\u{2026}") }
      before = number
      let mark = number == lines.last?.number ? " >" : "  "
      let digits = String(number)
      rows.append(mark + padding(width - digits.count) + digits + "  " + shown(text))
    }
    return rows
  }

  private func padding(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  /// The nearest step before a place; what runs at the same time has its own.
  private static func step(
    around place: Place, among steps: [ScriptStep], in script: Script
  ) -> Int? {
    let before = steps.indices.filter {
      steps[$0].place.file == place.file && steps[$0].place.line <= place.line
    }
    guard let nearest = before.max(by: { steps[$0].place.line < steps[$1].place.line }) else {
      return nil
    }
    // What stands between a call and its procedure is not the way from the one to the other.
    let between = steps[nearest].place.line + 1..<max(place.line, steps[nearest].place.line + 1)
    let isElsewhere = script.procedures.values.contains {
      $0.place.file == place.file && between.contains($0.place.line)
    }
    return isElsewhere ? nil : nearest
  }

  private static func isComment(_ line: String) -> Bool {
    line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#")
  }
}

extension ScriptSource {
  /// Its lines without their ends.
  fileprivate var lines: [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      let line = $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
      return String(decoding: line, as: UTF8.self)
    }
  }
}
