import Glibc

/// A point in time on the monotonic clock, or never.
///
/// A timeout is a length, a deadline a point: however often a wait starts again, its deadline stays
/// where it is.
public struct Deadline: Hashable, Comparable, Sendable {
  /// Nanoseconds of `CLOCK_MONOTONIC`.
  public let nanoseconds: UInt64

  /// Names a point of `CLOCK_MONOTONIC`.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The deadline that does not come.
  public static let never = Deadline(nanoseconds: .max)

  /// This moment.
  public static var now: Deadline {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Deadline(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// This moment and a length; a length of nil never ends.
  public static func after(_ length: Duration?) -> Deadline {
    guard let length else { return .never }
    return now + length
  }

  /// Whether it has come.
  public var hasPassed: Bool { self != .never && self <= .now }

  /// The time from another deadline to this one; zero if this one came first.
  public func since(_ earlier: Deadline) -> Duration {
    .nanoseconds(Int64(clamping: nanoseconds(since: earlier)))
  }

  /// The same in nanoseconds.
  func nanoseconds(since earlier: Deadline) -> UInt64 {
    nanoseconds - min(nanoseconds, earlier.nanoseconds)
  }

  /// A later point, at most ``never``.
  public static func + (left: Deadline, right: Duration) -> Deadline {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.wholeNanoseconds)
    return overflow ? .never : Deadline(nanoseconds: sum)
  }

  /// Orders by time.
  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// The length in nanoseconds, 0 if it is negative, at most about 292 years.
  public var wholeNanoseconds: UInt64 {
    UInt64(min(max(0, attoseconds / 1_000_000_000), 9_000_000_000_000_000_000))
  }
}
