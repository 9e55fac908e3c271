// The standard library's own search for one collection in another belongs to its regular
// expressions: linked statically, using it costs two megabytes.

extension Collection<UInt8> {
  /// Finds where the bytes first stand; nothing stands at the start.
  package func start(of pattern: some Collection<UInt8>) -> Index? {
    guard let first = pattern.first else { return startIndex }
    var rest = self[...]
    while let start = rest.firstIndex(of: first) {
      if rest[start...].starts(with: pattern) { return start }
      rest = rest[index(after: start)...]
    }
    return nil
  }
}

extension StringProtocol {
  /// Cuts the text where the mark first stands, which goes.
  package func cut(at mark: String) -> (before: SubSequence, behind: SubSequence)? {
    guard let start = utf8.start(of: mark.utf8) else { return nil }
    return (self[..<start], self[utf8.index(start, offsetBy: mark.utf8.count)...])
  }
}
