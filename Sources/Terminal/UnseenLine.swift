import Glibc

/// One line that is typed on the process's terminal without being shown, wherever the standard
/// streams go.
package final class UnseenLine: @unchecked Sendable {
  private let descriptor: Int32
  private var settings = termios()

  /// Asks on the terminal, whose settings are other ones until ``restore()``; nil if there is none.
  package init?(question: String) {
    descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard tcgetattr(descriptor, &settings) == 0 else {
      close(descriptor)
      return nil
    }
    var unseen = settings
    unseen.c_lflag &= ~tcflag_t(ECHO)
    unseen.c_lflag |= tcflag_t(ICANON | ISIG)
    tcsetattr(descriptor, TCSAFLUSH, &unseen)
    show(question)
  }

  deinit { close(descriptor) }

  /// Waits for the line, of which the newline is left away; may be called on any thread.
  package func read() -> [UInt8] {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 4096, Glibc.read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    return line
  }

  /// Puts the terminal's settings back.
  package func restore() {
    tcsetattr(descriptor, TCSAFLUSH, &settings)
    show("\n")
  }

  private func show(_ text: String) {
    let bytes = Array(text.utf8)
    // Where that fails, nobody is left to ask.
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}
