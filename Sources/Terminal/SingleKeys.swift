import Glibc

/// Has the terminal of standard input give each key as it is pressed, and show none.
///
/// What interrupts still does: whoever waits for a key calls ``restore()`` when that ends the wait.
package struct SingleKeys: Sendable {
  private static let changed = tcflag_t(ICANON | ECHO)
  /// Those that were set before; none where somebody else waits for a key already.
  private let flags: tcflag_t

  /// Changes the settings, and throws away what was typed before; nil if there is no
  /// terminal, or others have it.
  package init?() {
    var settings = termios()
    guard isInForeground(of: 0), tcgetattr(0, &settings) == 0 else { return nil }
    flags = settings.c_lflag & Self.changed
    settings.c_lflag &= ~Self.changed
    tcflush(0, TCIFLUSH)
    // Not TCSADRAIN: a terminal that was stopped with ^S would stop us.
    tcsetattr(0, TCSANOW, &settings)
  }

  /// Puts the settings back.
  package func restore() {
    var settings = termios()
    guard isInForeground(of: 0), tcgetattr(0, &settings) == 0 else { return }
    settings.c_lflag |= flags
    tcsetattr(0, TCSANOW, &settings)
  }
}
