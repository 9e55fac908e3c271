import CLinux
import Glibc

/// What a program does with signals, for its start and its end.
public enum ProcessSignals {
  /// Whether a signal is ignored, as `nohup` or a shell may have arranged before the start.
  public static func isIgnored(_ signal: Int32) -> Bool { linux_signal_is_ignored(signal) == 1 }

  /// Makes a write that nobody reads, or that a file may not grow by, an error instead of the end of
  /// the program: `EPIPE` and `EFBIG`.
  public static func ignoreWriteSignals() {
    linux_signal_ignore(SIGPIPE)
    linux_signal_ignore(SIGXFSZ)
  }

  /// Lets the kernel keep the exit status of children until they are waited for; where SIGCHLD is
  /// ignored, as a parent may have arranged, it throws it away.
  public static func keepChildStatuses() { linux_signal_default(SIGCHLD) }

  /// Lets signals act by their default again, at once if they come.
  public static func unblockAll() { linux_unblock_all_signals() }

  /// Ends this process by a signal, so that its parent sees the truth.
  public static func die(of signal: Int32) -> Never {
    linux_die_of(signal)
    fatalError("a signal's default action returned")
  }
}
