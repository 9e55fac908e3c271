import Glibc
import Sockets
import SystemPackage

extension ProgramLaunch {
  /// Starts it with three descriptors as its standard streams.
  ///
  /// What the kernel cannot execute although it may, such as a script without `#!`, is the shell's,
  /// as `execvp` has it.
  func spawn(_ streams: [Int32]) throws(Errno) -> SpawnedProcess {
    do throws(Errno) {
      return try SpawnedProcess(
        spawning: executable, arguments: arguments, environment: environment, streams: streams)
    } catch {
      guard error.rawValue == ENOEXEC, let path = pathOfExecutable else { throw error }
      return try SpawnedProcess(
        spawning: "/bin/sh", arguments: [path] + arguments, environment: environment,
        streams: streams)
    }
  }

  /// The file that was found to be executable.
  private var pathOfExecutable: String? {
    if executable.utf8.contains(UInt8(ascii: "/")) { return executable }
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
    return folders.split(separator: ":", omittingEmptySubsequences: false)
      .map { ($0.isEmpty ? "." : $0) + "/" + executable }
      .first { access($0, X_OK) == 0 }
  }
}
