import Glibc
package import Sockets
import SystemPackage

/// A program that we started, the leader of a process group of its own.
///
/// Its status is kept by the kernel until somebody waits for it, so whoever starts one calls
/// ``wait()``, and does so after the end of what it writes. One that nobody has waited for is killed
/// with its group when this object goes. A program's own children that outlive it are left alone
/// otherwise: they keep what they have open, so its output ends when they are done with it too.
package final class ChildProcess: @unchecked Sendable {
  /// Our end of its standard input, if that is a pipe.
  package let standardInput: PipeSink?
  /// Our end of its standard output, if that is a pipe.
  package let standardOutput: PipeSource?
  /// Our end of its standard error, if that is a pipe.
  package let standardError: PipeSource?
  /// How it ended, once somebody has waited for that.
  package private(set) var exitReason: ExitReason?
  private let process: SpawnedProcess
  private let loop: EventLoop
  private var watch: ProcessWatch?
  private var termination: Task<Void, Never>?
  /// Whether its group can still be sent to when its own number may be somebody else's.
  private var groupOutlivesIt = false

  /// The number of the process and of its group.
  package var number: Int32 { process.number }

  /// Whether it is over, also when nobody has waited for it yet.
  package var hasEnded: Bool { exitReason != nil || process.hasEnded }

  /// Starts a program; it runs when this returns.
  ///
  /// - Throws: why it could not be executed, with its name, or that we have no descriptor left.
  package convenience init(_ launch: ProgramLaunch, on loop: EventLoop) throws(StreamError) {
    try self.init(launch, on: loop) { (process) throws(Errno) in try process.openDescriptor() }
  }

  /// Does so with another way to see the end of the process, for tests.
  init(
    _ launch: ProgramLaunch, on loop: EventLoop,
    endOf: (SpawnedProcess) throws(Errno) -> Descriptor
  ) throws(StreamError) {
    let subject = StreamError.Subject.program(launch.executable)
    do throws(Errno) {
      let streams = try LaunchStreams(launch, subject: subject, on: loop)
      // The watch needs a descriptor when it is too late to say that there is none.
      let reserve = try Descriptor(opening: "/dev/null", flags: O_RDONLY)
      let process = try launch.spawn(streams.childEnds)
      try? reserve.close()  // nothing was written to it
      do throws(Errno) {
        watch = ProcessWatch(try endOf(process), on: loop)
      } catch {
        process.signalGroup(SIGKILL)
        process.reapElsewhere()
        throw error
      }
      (standardInput, standardOutput) = (streams.input, streams.output)
      standardError = streams.error
      (self.process, self.loop) = (process, loop)
    } catch {
      throw StreamError(.start, subject, .system(error))
    }
  }

  deinit {
    guard exitReason == nil else { return }
    process.signalGroup(SIGKILL)
    process.reapElsewhere()
  }

  /// Suspends until it has ended and says how; nil if the task is cancelled before.
  ///
  /// Any number of tasks may wait, and may do so again: the answer stays the same.
  package func wait() async -> ExitReason? { await wait(by: .never) }

  private func wait(by deadline: Deadline) async -> ExitReason? {
    while true {
      if let reason = reap() { return reason }
      guard let watch, await watch.wait(by: deadline) else { return reap() }
    }
  }

  private func reap() -> ExitReason? {
    if let exitReason { return exitReason }
    // The last moment at which nobody else can have the number.
    if termination != nil && !groupOutlivesIt && process.hasEnded { process.signalGroup(SIGKILL) }
    exitReason = process.reap()
    if exitReason != nil && termination == nil { watch = nil }
    return exitReason
  }

  /// Sends a signal to it and its group; nothing if it has been waited for.
  package func kill(_ signal: Int32) {
    if exitReason == nil { process.signalGroup(signal) }
  }

  /// Asks it and its group to end (SIGTERM), also if they are stopped, and kills those that have not done so after a time.
  ///
  /// Where the kernel cannot name a group whose leader is gone (before Linux 6.9), the group has
  /// time only as long as the program itself takes it. Calling it again has no effect, nor has it
  /// after ``wait()``.
  package func terminate(grace: Duration = .seconds(2)) {
    guard termination == nil, exitReason == nil else { return }
    groupOutlivesIt = watch?.signalGroup(0) ?? false
    process.signalGroup(SIGTERM)
    // One that was stopped, as by reading the terminal in the background, would not see it.
    process.signalGroup(SIGCONT)
    let deadline = Deadline.after(grace)
    termination = Task(executorPreference: loop) { await self.finishTermination(by: deadline) }
  }

  /// Suspends until ``terminate(grace:)`` has done its work, not at all if it was not called.
  ///
  /// What is left of the group would survive us if we ended before. A cancellation does not cut it
  /// short.
  package func waitForTermination() async { await termination?.value }

  private func finishTermination(by deadline: Deadline) async {
    if await wait(by: deadline) == nil {
      process.signalGroup(SIGKILL)
      _ = await wait()
    } else if groupOutlivesIt {
      await endGroup(by: deadline)
    }
    watch = nil
  }

  /// Nothing tells when a group is empty, so that it is looked at now and then.
  private func endGroup(by deadline: Deadline) async {
    while let watch, watch.signalGroup(0) {
      if deadline.hasPassed {
        _ = watch.signalGroup(SIGKILL)
        return
      }
      await loop.sleep(until: min(deadline, .after(.milliseconds(20))))
    }
  }
}
