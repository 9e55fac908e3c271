import ByteText

/// Words out of what was received and sent, for completion.
///
/// Only so many are kept, and those go first that were not seen for the longest time. What was typed
/// unseen must not be told to it.
struct SeenWords {
  private let limit: Int
  /// When each word was last seen.
  private var times: [String: Int] = [:]
  /// Each time that a word was seen, in order; those that are not its last are skipped later.
  private var order: [(word: String, time: Int)] = []
  private var oldest = 0
  private var time = 0
  /// The beginning of a word whose rest is yet to be received.
  private var begun: [UInt8] = []

  private static let lengths = 3...64
  /// More of one chunk is not looked at: most of it would be forgotten at its end.
  private static let chunkLimit = 16 * 1024
  /// Longer than any word can be, as a character has four bytes at most, and punctuation may end it.
  private static let byteLimit = 4 * 64 + 16

  init(limit: Int = 2000) { self.limit = limit }

  /// Notes the words of bytes that came, where a word may go on in those that come next.
  mutating func receive(_ bytes: [UInt8]) {
    // What it is cut in is no word.
    if bytes.count > Self.chunkLimit { begun = [UInt8](repeating: 0, count: Self.byteLimit) }
    let bytes = bytes.suffix(Self.chunkLimit)
    let parts = bytes.split(omittingEmptySubsequences: false, whereSeparator: Self.isBlank)
    for (index, part) in parts.enumerated() {
      if index > 0 { endWord() }
      // One that is too long stays so, whatever follows.
      begun += part.prefix(max(0, Self.byteLimit - begun.count))
    }
  }

  /// Notes the words of a line that was sent.
  mutating func send(_ line: [UInt8]) {
    for part in line.split(whereSeparator: Self.isBlank) { note(part) }
  }

  /// All of them, those seen last first.
  var words: [String] {
    order[oldest...].reversed().filter { times[$0.word] == $0.time }.map(\.word)
  }

  private mutating func endWord() {
    note(begun[...])
    begun.removeAll(keepingCapacity: true)
  }

  private mutating func note(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count < Self.byteLimit else { return }
    guard let word = Self.word(in: bytes) else { return }
    time += 1
    times[word] = time
    order.append((word, time))
    while times.count > limit { forgetOldest() }
    // Words that are seen again and again would let it grow for ever.
    if order.count > 4 * limit + 64 {
      order = order[oldest...].filter { times[$0.word] == $0.time }
      oldest = 0
    }
  }

  private mutating func forgetOldest() {
    let entry = order[oldest]
    oldest += 1
    if times[entry.word] == entry.time { times[entry.word] = nil }
  }

  /// What is left of it without the punctuation around it, if that is a word.
  private static func word(in bytes: ArraySlice<UInt8>) -> String? {
    var bytes = bytes.drop { opening.contains($0) }
    while let last = bytes.last, closing.contains(last) { bytes.removeLast() }
    guard bytes.count >= lengths.lowerBound else { return nil }
    let word = String(decoding: bytes, as: UTF8.self)
    if bytes.contains(where: { $0 >= 0x80 }) {
      guard safeLine(Array(bytes)).utf8.elementsEqual(bytes) else { return nil }
    }
    return lengths.contains(word.unicodeScalars.count) ? word : nil
  }

  private static let opening = Set("\"'([{<".utf8)
  private static let closing = Set(".,;:!?\"')]}>".utf8)

  /// Blanks and controls, between which words stand.
  private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7f }
}
