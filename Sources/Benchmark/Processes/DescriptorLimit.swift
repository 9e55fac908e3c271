import Glibc

/// How many descriptors this process may have.
///
/// A child inherits the soft limit, so servers are started under the one that we were started with:
/// that they raise it themselves is part of what is measured.
enum DescriptorLimit {
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  private static let original = current

  private static var current: rlimit {
    var limits = rlimit()
    getrlimit(resource, &limits)
    return limits
  }

  /// Raises it as far as it goes.
  static func raise() {
    var limits = original
    limits.rlim_cur = limits.rlim_max
    setrlimit(resource, &limits)
  }

  /// Runs something under the limit that we were started with.
  static func withOriginal<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var limits = original
    setrlimit(resource, &limits)
    defer { raise() }
    return try body()
  }
}
