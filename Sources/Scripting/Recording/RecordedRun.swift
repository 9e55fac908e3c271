/// Bytes in one direction that no other event parted.
struct RecordedRun: Sendable {
  let isOurs: Bool
  let isHidden: Bool
  /// Whether its beginning is written already.
  let isContinued: Bool
  private(set) var bytes: [UInt8] = []
  /// How many stand behind them that are not kept.
  private(set) var droppedCount = 0

  /// How many bytes are kept of what is expected: more than are ever told.
  private static let keptCount = 64 << 10

  /// Begins with nothing.
  init(isOurs: Bool, isHidden: Bool, isContinued: Bool) {
    (self.isOurs, self.isHidden, self.isContinued) = (isOurs, isHidden, isContinued)
  }

  var isLong: Bool { bytes.count >= Self.keptCount }

  mutating func append(_ more: [UInt8], isExpected: Bool) {
    let isCounted = isExpected && !isHidden
    let room = isCounted ? max(0, Self.keptCount - bytes.count) : more.count
    bytes += more.prefix(room)
    droppedCount += max(0, more.count - room)
  }

  /// Its lines without their newlines.
  var secrets: [[UInt8]] {
    bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(Array.init)
  }
}
