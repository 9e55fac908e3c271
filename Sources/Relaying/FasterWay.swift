import Sockets

/// Which way is the faster one for bulk that goes to a peer who takes all we can give: the kernel's,
/// or copying.
///
/// What the peer does with the bytes decides. One that moves them on in the kernel as well is several
/// times as fast with the pages of who made them. One that copies them needs pages of its own, and
/// finds some where ours were copied to, unless the processors are busy. So a tenth of the bytes goes
/// the other way, and the way changes when that was clearly faster.
struct FasterWay {
  /// Whether bytes are to be copied now.
  var copies: Bool { isTrial != prefersCopying }
  private var prefersCopying = false
  private var isTrial = false
  /// Bytes of this stretch, and of them those before the clock was looked at.
  private var count = 0
  private var startCount = 0
  private var start: Deadline?
  /// How long a stretch of the preferred way is, in bytes.
  private var usualLength = 32 << 20
  /// Bytes a second of the preferred way, of its last stretch.
  private var usualRate = 0.0
  /// Whether the sink kept us waiting in this stretch.
  var hasWaited = false

  /// What is still on its way when the way changes, in bytes: it is not counted.
  private static let queued = 8 << 20
  private static let trialLength = 24 << 20
  /// Where less passes in a second, in bytes, copying is no loss, and no gain.
  private static let leastRate = Double(256 << 20)
  /// How much faster the other way has to be.
  private static let margin = 1.15

  /// Notes bytes that were moved; `now` is asked rarely.
  mutating func moved(_ bytes: Int, now: () -> Deadline = { .now }) {
    count += bytes
    if start == nil, count >= Self.queued { (start, startCount) = (now(), count) }
    guard let start, count >= (isTrial ? Self.trialLength : usualLength) else { return }
    let nanoseconds = max(now().since(start).wholeNanoseconds, 1)
    judge(rate: Double(count - startCount) / Double(nanoseconds) * 1e9)
    (count, self.start, hasWaited) = (0, nil, false)
  }

  private mutating func judge(rate: Double) {
    if isTrial {
      if rate > usualRate * Self.margin { prefersCopying.toggle() }
      isTrial = false
      usualLength = 232 << 20
    } else {
      usualRate = rate
      isTrial = hasWaited && rate >= Self.leastRate
    }
  }
}
