import Glibc
import Synchronization

/// Whether somebody wants this program to end, which it does after it has ended its servers.
enum Interruption {
  private static let isAsked = Atomic(false)

  /// Remembers signals from now on, instead of ending at once.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.isAsked.store(true, ordering: .relaxed) }
    }
  }

  /// Ends what is being measured if a signal has come.
  static func check() throws(BenchmarkError) {
    if isAsked.load(ordering: .relaxed) { throw .interrupted }
  }
}
