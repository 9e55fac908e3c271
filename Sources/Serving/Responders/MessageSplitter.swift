/// What of a stream is one message to be answered.
package enum MessageBoundary: Sendable, Hashable {
  /// A line; the last one may lack its line feed.
  case line
  /// What one read gave.
  case chunk
}

/// Cuts a stream into messages, each as it came: a line with its line feed.
///
/// A line longer than the limit is cut there, so that each part is a message: nothing of it is lost,
/// and nobody makes us keep more.
struct MessageSplitter {
  private let boundary: MessageBoundary
  private let limit: Int
  /// A line whose end has not come.
  private var beginning: [UInt8] = []

  init(_ boundary: MessageBoundary, limit: Int = 1 << 20) {
    self.boundary = boundary
    self.limit = limit
  }

  /// Takes what came next and hands over each message that is complete.
  mutating func take<Failure: Error>(
    _ bytes: RawSpan, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let bytes = bytes.withUnsafeBytes { Array($0) }
    guard boundary == .line else { return try body(bytes) }
    var start = 0
    while start < bytes.count {
      let room = min(bytes.count, start + limit - beginning.count)
      let feed = bytes[start..<room].firstIndex(of: UInt8(ascii: "\n"))
      let end = feed.map { $0 + 1 } ?? room
      beginning += bytes[start..<end]
      start = end
      if feed != nil || beginning.count == limit { try body(takeBeginning()) }
    }
  }

  /// The line that the end of the stream has cut; nil if there is none.
  mutating func takeRest() -> [UInt8]? { beginning.isEmpty ? nil : takeBeginning() }

  private mutating func takeBeginning() -> [UInt8] {
    defer { beginning = [] }
    return beginning
  }
}

/// A line without what ends it.
func withoutLineEnd(_ line: [UInt8]) -> [UInt8] {
  guard line.last == UInt8(ascii: "\n") else { return line }
  let text = line.dropLast()
  return Array(text.last == UInt8(ascii: "\r") ? text.dropLast() : text)
}
