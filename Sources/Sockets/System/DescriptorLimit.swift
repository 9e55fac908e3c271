import Glibc
import SystemPackage
import Synchronization

/// How many descriptors this process may have.
///
/// The kernel's soft limit is low for the sake of programs that use `select(2)`: our children get it
/// back. The corresponding C function is `setrlimit` with `RLIMIT_NOFILE`.
package enum DescriptorLimit {
  /// What the soft limit was before it was raised.
  private static let original = Mutex<rlimit?>(nil)

  /// Raises it as far as it may be raised; where that fails, fewer clients are served at a time.
  package static func raise() {
    original.withLock { original in
      guard original == nil, let now = current, now.rlim_cur < now.rlim_max else { return }
      if set(rlimit(rlim_cur: now.rlim_max, rlim_max: now.rlim_max)) { original = now }
    }
  }

  /// Runs something under the limit that we were started with.
  static func withOriginal<Value>(_ body: () throws(Errno) -> Value) throws(Errno) -> Value {
    guard let before = original.withLock({ $0 }), let now = current, set(before) else {
      return try body()
    }
    defer { _ = set(now) }
    return try body()
  }

  /// Whether so many descriptors more can be opened now; one stands for each, for a moment.
  package static func hasRoom(for count: Int) -> Bool {
    var numbers: [Int32] = []
    defer { for number in numbers { close(number) } }
    for _ in 0..<count {
      let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
      if number < 0 { return false }
      numbers.append(number)
    }
    return true
  }

  private static var current: rlimit? {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
  }

  private static func set(_ limit: rlimit) -> Bool {
    var limit = limit
    return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
  }
}
