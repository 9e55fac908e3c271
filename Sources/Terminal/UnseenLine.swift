import Glibc

/// One line that is typed on the process's terminal without being shown, wherever the standard
/// streams go.
package final class UnseenLine: @unchecked Sendable {
  private let descriptor: Int32
  private var settings = termios()

  /// Asks on the terminal, whose settings are other ones until ``restore()``; nil if there is none,
  /// or others have it: whoever changes it then is stopped.
  package init?(question: String) {
    descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard isInForeground(of: descriptor), tcgetattr(descriptor, &settings) == 0 else {
      close(descriptor)
      return nil
    }
    var unseen = settings
    // Each key comes as it is, so that none stops us, or leaves a core, with the settings changed.
    unseen.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    tcsetattr(descriptor, TCSAFLUSH, &unseen)
    show(question)
  }

  deinit { close(descriptor) }

  /// Waits for the line, of which its end is left away.
  ///
  /// An interrupt is one for the whole foreground, as everywhere on a terminal; whoever lives on is
  /// still asked. May be called on any thread.
  package func read() -> [UInt8] {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 4096, Glibc.read(descriptor, &byte, 1) == 1 {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 4: return line
      case 3, 28: kill(0, SIGINT)
      case 8, 127: _ = line.popLast()
      case 21: line.removeAll()
      default: line.append(byte)
      }
    }
    return line
  }

  /// Puts the terminal's settings back.
  package func restore() {
    // Whoever has it meanwhile has settings of their own.
    if isInForeground(of: descriptor) { tcsetattr(descriptor, TCSAFLUSH, &settings) }
    show("\n")
  }

  private func show(_ text: String) {
    let bytes = Array(text.utf8)
    // Nobody is left to ask where it fails.
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}

/// Whether a terminal is ours now: any other process that changes it is stopped by the kernel.
///
/// The corresponding C function is `tcgetpgrp`.
func isInForeground(of terminal: Int32) -> Bool { tcgetpgrp(terminal) == getpgrp() }
