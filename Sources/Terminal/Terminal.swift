import CReadline
import Glibc

/// The terminal that the process was started on.
package enum Terminal {
  /// Whether a person can hold a conversation there: both standard streams are the terminal, which can
  /// move its cursor, and we are in its foreground.
  package static var isConversational: Bool {
    guard isatty(0) == 1, isatty(1) == 1, terminal_is_ours(0) != 0 else { return false }
    guard let kind = getenv("TERM") else { return false }
    return strcmp(kind, "dumb") != 0
  }
}
