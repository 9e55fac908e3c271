import CLinux
import Glibc
package import SystemPackage

/// A child of ours that leads a process group of its own.
///
/// The number stays the child's, and its group's, until ``reap()`` has returned a reason; nothing may
/// be sent to it after that, for it may be somebody else's then.
package struct SpawnedProcess: Sendable {
  /// The number of the process and of its group.
  package let number: Int32

  /// Starts a program; it runs when this returns.
  ///
  /// `file` is looked up in `PATH` unless it has a slash. The child has the three descriptors as its
  /// standard streams and no others, every signal acts by default there and none is blocked.
  /// `environment` replaces and adds to ours. The corresponding C function is `posix_spawnp`.
  ///
  /// - Throws: why it could not be executed, such as `ENOENT` and `EACCES`; `EINVAL` for a text with
  ///   a zero byte, which the kernel would cut.
  package init(
    spawning file: String, arguments: [String], environment: [String: String],
    streams: [Int32]
  ) throws(Errno) {
    precondition(streams.count == 3, "standard input, output and error")
    let extra = environment.map { $0.key + "=" + $0.value }
    if ([file] + arguments + extra).contains(where: { $0.utf8.contains(0) }) {
      throw .invalidArgument
    }
    let list = CStringList([file] + arguments)
    let variables = CStringList(extra, after: inheritedVariables(without: environment))
    number = try DescriptorLimit.withOriginal { () throws(Errno) in
      try systemCall { linux_spawn(file, list.pointers, variables.pointers, streams) }
    }
  }

  /// A descriptor that is readable when the process has ended.
  ///
  /// The corresponding C function is `pidfd_open`, which old kernels do not have and some sandboxes
  /// refuse; then it is a pipe that a thread holds open which waits for the process.
  package func openDescriptor() throws(Errno) -> Descriptor {
    do throws(Errno) {
      return Descriptor(owning: try systemCall { linux_pidfd_open(number) })
    } catch {
      return try openPipe()
    }
  }

  /// The pipe in place of a `pidfd`, which closes without the status being taken.
  package func openPipe() throws(Errno) -> Descriptor {
    let pair = try PipePair()
    let (end, held) = pair.take { ($0.detach(), $1.detach()) }
    let isStarted = HelperThread.run { [number] in
      var information = siginfo_t()
      let process = id_t(number)
      _ = try? systemCall { waitid(P_PID, process, &information, WEXITED | WNOWAIT) }  // or gone
      Glibc.close(held)
    }
    if isStarted { return Descriptor(owning: end) }
    Glibc.close(held)
    Glibc.close(end)
    throw .resourceTemporarilyUnavailable
  }

  /// Whether it has ended; its status is left to ``reap()``.
  package var hasEnded: Bool {
    var information = siginfo_t()
    let options = WEXITED | WNOWAIT | WNOHANG
    return waitid(P_PID, id_t(number), &information, options) == 0
      && information.si_signo == SIGCHLD
  }

  /// Takes its status, once, if it has ended.
  ///
  /// The corresponding C function is `waitpid`.
  package func reap() -> ExitReason? {
    var status: Int32 = 0
    do throws(Errno) {
      let ended = try systemCall { waitpid(number, &status, WNOHANG) }
      return ended == 0 ? nil : ExitReason(waitStatus: status)
    } catch {
      preconditionFailure("a child's status was taken by somebody else: \(error.rawValue)")
    }
  }

  /// Takes its status on another thread, for those who have killed it and cannot wait.
  package func reapElsewhere() {
    let wait: @Sendable () -> Void = { [number] in
      _ = try? systemCall { waitpid(number, nil, 0) }  // there is nobody to tell
    }
    if !HelperThread.run(wait) { wait() }
  }

  /// Sends a signal to it and to all in its group.
  ///
  /// The corresponding C function is `kill`. That nobody is left is no error, and neither is that
  /// one of them has become another user's.
  package func signalGroup(_ signal: Int32) { _ = kill(-number, signal) }
}

/// Our variables but those of some names.
private func inheritedVariables(
  without names: [String: String]
) -> [UnsafeMutablePointer<CChar>] {
  var kept: [UnsafeMutablePointer<CChar>] = []
  var entry = environ
  while let variable = entry.pointee {
    let name = String(cString: variable).prefix { $0 != "=" }
    if names[String(name)] == nil { kept.append(variable) }
    entry += 1
  }
  return kept
}

/// Copies of strings as C takes a list of them, with a null pointer at the end.
private struct CStringList: ~Copyable {
  let pointers: [UnsafeMutablePointer<CChar>?]
  private let owned: Range<Int>

  init(_ strings: [String], after first: [UnsafeMutablePointer<CChar>] = []) {
    owned = first.count..<first.count + strings.count
    pointers = first + strings.map { strdup($0) } + [nil]
  }

  deinit { for index in owned { free(pointers[index]) } }
}
