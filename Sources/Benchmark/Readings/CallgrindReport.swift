import ByteText

/// What `valgrind --tool=callgrind` says on standard error.
enum CallgrindReport {
  /// How many instructions were executed, nil if it does not say.
  static func instructionCount(_ text: String) -> Int? {
    for line in text.split(separator: "\n") {
      guard let colon = line.lastIndex(of: ":"), line[..<colon].cut(at: "Collected") != nil else {
        continue
      }
      return Int(line[line.index(after: colon)...].filter { $0 != " " })
    }
    return nil
  }
}
