import ByteText

/// What a part of recorded bytes is written as.
enum BytePart: Equatable {
  /// Text up to a newline or where it ends.
  case line(Range<Int>)
  /// No text.
  case binary(Range<Int>)
  /// The end, of which only the length is told.
  case rest(from: Int)
}

/// Divides recorded bytes into lines, binary parts, and what is too long to be told.
struct ByteParts {
  private let bytes: [UInt8]
  private let droppedCount: Int
  private let isExpected: Bool
  private(set) var parts: [BytePart] = []

  /// From which length on a body is only counted, and lines are while that is longer.
  private static let longCount = 4096
  /// A longer line is cut.
  private static let lineLimit = 1024

  /// Divides known bytes, behind which so many follow that are not; only what is expected may end
  /// with a number.
  init(_ bytes: [UInt8], droppedCount: Int = 0, isExpected: Bool) {
    (self.bytes, self.droppedCount) = (bytes, droppedCount)
    self.isExpected = isExpected
    let head = endOfHead ?? (isBinary(0..<bytes.count) ? 0 : bytes.count)
    guard appendLines(0..<head), head < bytes.count else { return }
    if isLong(from: head) {
      parts.append(.rest(from: head))
    } else if isBinary(head..<bytes.count) {
      parts.append(.binary(head..<bytes.count))
    } else {
      _ = appendLines(head..<bytes.count)
    }
  }

  /// Behind the first empty line.
  private var endOfHead: Int? {
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = bytes[start..<end]
      if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { return end + 1 }
      start = end + 1
    }
    return nil
  }

  private func isLong(from start: Int) -> Bool {
    isExpected && bytes.count - start + droppedCount > Self.longCount
  }

  /// Appends lines; false if there were enough of them and what follows is too long.
  private mutating func appendLines(_ range: Range<Int>) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound {
      if start - range.lowerBound > Self.longCount, isLong(from: start) {
        parts.append(.rest(from: start))
        return false
      }
      let end = endOfLine(from: start, limit: range.upperBound)
      append(start..<end)
      start = end
    }
    return true
  }

  private func endOfLine(from start: Int, limit: Int) -> Int {
    let cut = start + Self.lineLimit
    let newline = bytes[start..<min(cut, limit)].firstIndex(of: UInt8(ascii: "\n"))
    if let newline { return newline + 1 }
    if limit <= cut { return limit }
    // A character stays whole, and so does CRLF.
    let isInside = { (place: Int) in
      bytes[place] & 0xc0 == 0x80 || bytes[place] == UInt8(ascii: "\n")
    }
    return (cut - 3...cut).last { !isInside($0) } ?? cut
  }

  /// Appends a line, or what should be one; binary lines join.
  private mutating func append(_ range: Range<Int>) {
    guard isBinary(range) else { return parts.append(.line(range)) }
    if case .binary(let before)? = parts.last {
      parts[parts.count - 1] = .binary(before.lowerBound..<range.upperBound)
    } else {
      parts.append(.binary(range))
    }
  }

  /// Tells whether more than a quarter of it could only be written as numbers.
  private func isBinary(_ range: Range<Int>) -> Bool {
    let part = Array(bytes[range])
    let isUTF8 = isValidUTF8(part.span.bytes)
    let strangeCount = part.count { byte in
      switch byte {
      case 0x07...0x0d, 0x1b: false
      case 0x80...: !isUTF8
      default: byte < 0x20 || byte == 0x7f
      }
    }
    return strangeCount * 4 > part.count
  }
}
