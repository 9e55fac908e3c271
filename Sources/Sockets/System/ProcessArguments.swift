import CLinux

/// The words of the command line.
public enum ProcessArguments {
  /// All of them, the program's name first.
  ///
  /// `CommandLine.arguments` is read from `/proc/self/cmdline`: where `/proc` is missing it is
  /// empty. What is no UTF-8 is repaired, as it is there.
  public static var all: [String] {
    (0..<linux_argument_count()).map { String(cString: linux_argument($0)) }
  }
}
