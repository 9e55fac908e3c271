/// Tells what was pasted from what was typed, by the marks that a terminal puts around a paste
/// (bracketed paste, `ESC [ 200 ~` and `ESC [ 201 ~`), in pieces cut anywhere.
package struct PasteScanner: Sendable {
  /// A stretch of input.
  package enum Piece: Sendable, Hashable {
    case typed([UInt8])
    case pasted([UInt8])
    /// The paste has ended.
    case pasteEnded
  }

  private static let begin = Array("\u{1b}[200~".utf8)
  private static let end = Array("\u{1b}[201~".utf8)
  /// Whether what comes next is pasted.
  package private(set) var isPasting = false
  private var held: [UInt8] = []

  /// Begins outside of a paste.
  package init() {}

  /// Whether something waits that may be the beginning of a mark, and was perhaps only a key.
  package var isHoldingKeys: Bool { !isPasting && !held.isEmpty }

  /// Takes what was read; what may be the beginning of a mark is held back.
  package mutating func scan(_ bytes: [UInt8]) -> [Piece] {
    var rest = (held + bytes)[...]
    held = []
    var pieces: [Piece] = []
    while !rest.isEmpty {
      let mark = isPasting ? Self.end : Self.begin
      let (place, isWhole) = Self.find(mark, in: rest)
      add(rest[rest.startIndex..<place], to: &pieces)
      guard isWhole else {
        held = Array(rest[place...])
        break
      }
      if isPasting { pieces.append(.pasteEnded) }
      isPasting.toggle()
      rest = rest[(place + mark.count)...]
    }
    return pieces
  }

  /// What was held back and turned out to be keys.
  package mutating func release() -> [Piece] {
    guard isHoldingKeys else { return [] }
    defer { held = [] }
    return [.typed(held)]
  }

  private func add(_ bytes: ArraySlice<UInt8>, to pieces: inout [Piece]) {
    if bytes.isEmpty { return }
    pieces.append(isPasting ? .pasted(Array(bytes)) : .typed(Array(bytes)))
  }

  /// Where the mark, or at the end its beginning, stands.
  private static func find(
    _ mark: [UInt8], in bytes: ArraySlice<UInt8>
  ) -> (place: Int, isWhole: Bool) {
    var place = bytes.startIndex
    while let escape = bytes[place...].firstIndex(of: mark[0]) {
      let candidate = bytes[escape...].prefix(mark.count)
      if candidate.elementsEqual(mark.prefix(candidate.count)) {
        return (escape, candidate.count == mark.count)
      }
      place = escape + 1
    }
    return (bytes.endIndex, false)
  }
}
