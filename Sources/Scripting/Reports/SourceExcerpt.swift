import ByteText

/// The lines of a script around a failure: from the comment of its step to its statement.
struct SourceExcerpt {
  private static let limit = 12

  /// With their numbers; a gap in those is a gap in the text.
  let lines: [(number: Int, text: String)]
  /// Whether the step's own comment is among them.
  let hasStep: Bool

  /// Cuts the lines out.
  init(of script: Script, at place: Place, in step: ScriptStep?) {
    guard script.files.indices.contains(place.file) else {
      (lines, hasStep) = ([], false)
      return
    }
    let all = script.files[place.file].source.lines
    let begin = Self.begin(of: step, before: place, in: script)
    hasStep = begin != nil
    var first = min(max(begin ?? place.line, 1), all.count)
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

  /// The line in which the step begins, if the failure stands in what follows it.
  private static func begin(
    of step: ScriptStep?, before place: Place, in script: Script
  ) -> Int? {
    guard let step, step.place.file == place.file, step.place.line <= place.line else { return nil }
    // What stands between a call and its procedure is not the way from the one to the other.
    let isElsewhere = script.procedures.values.contains {
      $0.place.file == place.file && (step.place.line + 1..<place.line).contains($0.place.line)
    }
    return isElsewhere ? nil : step.place.line
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
