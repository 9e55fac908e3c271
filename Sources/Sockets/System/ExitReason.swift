/// How a process ended.
package enum ExitReason: Hashable, Sendable {
  /// By itself, with a status.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)

  /// Whether it says that all went well.
  package var isSuccess: Bool { self == .exited(0) }

  /// Reads what `waitpid` filled in: the macros `WIFEXITED`, `WEXITSTATUS` and `WTERMSIG`.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signalled(signal)
  }
}
