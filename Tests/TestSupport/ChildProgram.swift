import Glibc

/// A program that a test started, as the leader of a process group of its own.
///
/// It inherits nothing but its three standard streams: every other descriptor is closed, every
/// signal has its default action and none is blocked. Its end is kept as a zombie until `end()`, so
/// that its number, and that of its group, cannot be given to anyone else before we signal it.
/// All waiting is done on the caller's thread.
public final class ChildProgram {
  /// One of the two streams that a program writes.
  public enum Stream: String, Sendable { case output = "stdout", error = "stderr" }

  /// What is known of a program that has ended.
  public struct Outcome: Equatable, Sendable {
    /// The exit status, or 128 and the number of the signal.
    public let status: Int32
    /// The largest resident set, of the program or of a child that it waited for.
    ///
    /// Linux counts a spawned process from its parent's size on, so this is never below that of
    /// the test process; what a program needed alone is ``ChildProgram/peakResidentKiB``.
    public let peakResidentKiB: Int
  }

  /// What messages call it.
  public let name: String
  /// The process number, which stays ours until `end()`.
  public let process: Int32
  /// What became of the program, once `end()` has been called.
  public private(set) var outcome: Outcome?

  let processDescriptor: Int32
  var inputPipe: Int32
  private let files: [Stream: String]
  private let directory: TemporaryDirectory

  /// Starts a program; without a name, messages call it by its first word.
  ///
  /// - Throws: ``TestError`` if a file cannot be opened or the program cannot be run.
  public init(_ launch: Launch, name: String? = nil) throws {
    directory = try TemporaryDirectory()
    let streams = try LaunchStreams(launch, capturingIn: directory)
    defer { streams.closeChildEnds() }
    self.name = name ?? String(decoding: launch.arguments.first ?? [], as: UTF8.self)
    files = streams.files
    do {
      process = try launch.spawn(streams.childEnds)
    } catch {
      close(streams.inputPipe)
      throw error
    }
    inputPipe = streams.inputPipe
    processDescriptor = GNUFunctions.pidfdOpen(process, 0)
    guard processDescriptor >= 0 else { throw TestError(couldNot: "watch process \(process)") }
  }

  /// Starts a program with no input, whose output is captured.
  public convenience init(_ arguments: String...) throws {
    try self.init(Launch(arguments))
  }

  deinit { end() }

  /// Whether the program has ended by itself or by a signal.
  public var hasEnded: Bool {
    outcome != nil || waitUntilReady([(processDescriptor, POLLIN)], until: .now)
  }

  /// Returns what the program has written so far to a stream that goes to a file.
  public func contents(of stream: Stream) -> [UInt8] {
    // A stream that went elsewhere has no file, and a file may have been removed by the test.
    files[stream].flatMap { try? readFile($0) } ?? []
  }

  /// The file that a stream goes to, if it goes to one.
  public func file(of stream: Stream) -> String? { files[stream] }

  /// The largest resident set so far, or nil once the program has ended.
  ///
  /// It is `VmHWM` of `/proc/PID/status`, which begins anew when a program is executed.
  public var peakResidentKiB: Int? {
    // A process that has just gone has no such file, which says that it has ended.
    let status = outcome == nil ? try? readFile("/proc/\(process)/status") : nil
    let match = try? firstMatch(of: "^VmHWM:[ \t]*([0-9]+) kB", in: status ?? [])
    return match.flatMap { Int($0[1]) }
  }

  /// Sends a signal to the program, not to its group.
  public func signal(_ number: Int32) {
    if outcome == nil { kill(process, number) }
  }

  /// Kills what is left of the program and its group, and returns what became of it.
  @discardableResult
  public func end() -> Outcome {
    if let outcome { return outcome }
    kill(-process, SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    let ended = Outcome(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
      peakResidentKiB: usage.ru_maxrss)
    outcome = ended
    closeInput()
    close(processDescriptor)
    return ended
  }
}
