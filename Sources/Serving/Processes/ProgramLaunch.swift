/// How a program is to be started.
package struct ProgramLaunch: Sendable {
  /// What one of the program's standard streams becomes.
  package enum Stream: Hashable, Sendable {
    /// `/dev/null`.
    case null
    /// A pipe whose other end is ours.
    case pipe
    /// The same as ours.
    case inherit
    /// A copy of a descriptor, which stays ours.
    ///
    /// Programs expect one whose calls wait: `Descriptor.setNonBlocking(false, of:)` first, if it is
    /// nobody else's.
    case descriptor(Int32)
    /// Where standard output goes; for standard error alone.
    case merge
  }

  /// The program: a path if it has a slash, otherwise looked up in `PATH`.
  package var executable: String
  /// What follows its name on its command line, each as it is.
  package var arguments: [String]
  /// Variables that replace ours or are added to them.
  package var environment: [String: String] = [:]
  /// Its standard input.
  package var standardInput = Stream.null
  /// Its standard output.
  package var standardOutput = Stream.inherit
  /// Its standard error.
  package var standardError = Stream.inherit

  /// Describes a program that reads nothing and writes where we write.
  package init(_ executable: String, _ arguments: [String] = []) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Describes a command in the shell's language.
  package static func shell(_ command: String) -> ProgramLaunch {
    ProgramLaunch("/bin/sh", ["-c", command])
  }
}
