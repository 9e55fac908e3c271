import Sockets

/// Bytes on their way to one member: pieces that the queues of other members share.
struct PieceQueue {
  /// What a piece costs beside its bytes, so that many small ones are bounded too.
  static let pieceOverhead = 32

  private var pieces: [[UInt8]] = []
  private var first = 0
  /// How much of the first piece is gone.
  private var offset = 0
  /// What waits, in bytes, each piece's overhead included.
  private(set) var cost = 0
  /// How many bytes wait.
  private(set) var byteCount = 0

  var isEmpty: Bool { byteCount == 0 }

  mutating func append(_ piece: [UInt8]) {
    guard !piece.isEmpty else { return }
    pieces.append(piece)
    byteCount += piece.count
    cost += piece.count + Self.pieceOverhead
  }

  /// Moves what fits into a buffer and returns how much that was.
  mutating func take(into buffer: inout OutputRawSpan) -> Int {
    var moved = 0
    while !isEmpty, buffer.freeCapacity > 0 {
      let piece = pieces[first]
      let count = min(piece.count - offset, buffer.freeCapacity)
      piece.withUnsafeBytes { bytes in
        buffer.append(copying: bytes[offset..<offset + count])
      }
      offset += count
      moved += count
      byteCount -= count
      cost -= count
      if offset == piece.count { dropFirst() }
    }
    return moved
  }

  private mutating func dropFirst() {
    pieces[first] = []
    cost -= Self.pieceOverhead
    offset = 0
    first += 1
    if isEmpty {
      pieces = []
      first = 0
    } else if first >= 64, first * 2 >= pieces.count {
      pieces.removeFirst(first)
      first = 0
    }
  }

  mutating func removeAll() { self = PieceQueue() }
}
