import Glibc
package import Sockets
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

  /// Finds the program before a client needs it.
  ///
  /// - Throws: `ENOENT` if it is nowhere in `PATH`, `EACCES` if it may not be executed.
  package func check() throws(StreamError) {
    let path = pathOfExecutable
    let isNamed = executable.utf8.contains(UInt8(ascii: "/"))
    if path != nil, !isNamed || access(executable, X_OK) == 0 { return }
    let cause = isNamed ? Errno(rawValue: errno) : .noSuchFileOrDirectory
    throw StreamError(.start, .program(executable), .system(cause))
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
