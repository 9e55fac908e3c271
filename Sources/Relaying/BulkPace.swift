import Sockets

/// Whether bytes come in bulk, and what is worth doing then.
///
/// Small pieces are copied: that takes the fewest system calls. In bulk the kernel moves the bytes,
/// pipes are enlarged, and a TCP connection wakes us for a good part at a time.
struct BulkPace {
  /// Whether the kernel does not move bytes between these two.
  var isRefused = false
  /// Until the source once was empty after little.
  private var comesInBulk = true
  private var hasEnlarged = false
  /// Bytes since we waited, and how many waits in a row came after much.
  private var bytesThisTime = 0
  private var timesInARow = 0
  private var isRaised = false
  /// How many waits in a row it takes.
  ///
  /// More whenever bytes then were held back in vain: messages that are smaller than the mark and wait
  /// for an answer look like bulk.
  private var timesNeeded = 32
  /// Whether the mark was taken back because nothing had come for too long.
  private var wasImpatient = false

  /// From this size on a piece is bulk, in bytes.
  private static let piece = 16 * 1024
  /// What a TCP connection collects before it wakes us, in bytes.
  private static let lowWaterMark: Int32 = 128 * 1024
  /// How long less than that may wait there.
  static let patience = Duration.milliseconds(10)

  /// Whether the next move is one for the kernel.
  var isForKernel: Bool { comesInBulk && !isRefused }

  /// Notes a move.
  mutating func moved(_ count: Int, from source: any ByteSource, to sink: any ByteSink) {
    bytesThisTime += count
    if wasImpatient { timesNeeded = min(timesNeeded * 4, 1 << 20) }
    wasImpatient = false
    guard count >= Self.piece else { return }
    comesInBulk = true
    guard !hasEnlarged else { return }
    hasEnlarged = true
    source.readPort?.enlarge()
    sink.writePort?.enlarge()
  }

  /// Notes that we have to wait for the source, and says whether to come back soon: a connection
  /// that brings much, again and again, then collects it.
  mutating func hurries(_ port: Port?) -> Bool {
    // Nothing was held back either.
    wasImpatient = false
    // A wait may end early, with nothing there.
    if bytesThisTime > 0 {
      comesInBulk = bytesThisTime >= Self.piece
      // Whoever brings less between two waits is waited for already.
      timesInARow = bytesThisTime >= Self.lowWaterMark ? timesInARow + 1 : 0
      bytesThisTime = 0
    }
    if !isRaised, timesInARow >= timesNeeded, let port, port.collects {
      port.setLowWaterMark(Self.lowWaterMark)
      isRaised = true
    }
    return isRaised
  }

  /// Has the connection wake us for every byte again: nothing has come for too long.
  mutating func losePatience(_ port: Port?) {
    wasImpatient = isRaised
    calm(port)
  }

  /// Has the connection wake us for every byte again.
  mutating func calm(_ port: Port?) {
    timesInARow = 0
    guard isRaised else { return }
    isRaised = false
    port?.setLowWaterMark(1)
  }
}
