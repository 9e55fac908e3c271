import Glibc
import Sockets
import SystemPackage

/// A program whose cost is measured, until it ends or is ended by its number.
final class MeasuredProcess {
  /// What it has cost.
  struct Usage {
    /// The time on processors of it and of those it has waited for, in user and kernel mode.
    let processorSeconds: Double
    /// When its end was seen.
    let endedAt: Deadline
    /// From its start to its end.
    let length: Duration
  }

  /// What messages call it.
  let name: String
  /// What the kernel says of it.
  var figures: ProcessFigures { ProcessFigures(number: process.number) }
  /// The moment before it was started.
  let startedAt: Deadline
  private let process: SpawnedProcess
  private let descriptor: Descriptor
  private let log: OutputLog
  private var isReaped = false

  /// Starts a program; what it has no input or output for is `/dev/null`.
  init(
    _ arguments: [String], input: Int32? = nil, output: Int32? = nil
  ) throws(BenchmarkError) {
    name = arguments[0].split(separator: "/").last.map(String.init) ?? arguments[0]
    log = try OutputLog()
    startedAt = .now
    process = try startProcess(arguments, input: input, output: output, log)
    do throws(Errno) {
      descriptor = try process.openDescriptor()
    } catch {
      endProcess(process)
      throw .refused("watch \(arguments[0])", error)
    }
  }

  deinit { end() }

  /// Whether it has ended by itself.
  var hasEnded: Bool { isReaped || process.hasEnded }

  /// What it has said on standard error.
  var words: String { log.text(limit: 1 << 16) }

  /// Why it is not there any more.
  var endedEarly: BenchmarkError {
    let words = log.text.prefix { $0 != "\n" }
    return .ended(name, saying: words.isEmpty ? "it says nothing" : String(words))
  }

  /// Kills it and all that it has started.
  func end() {
    if !isReaped { endProcess(process) }
    isReaped = true
  }

  /// Asks it to end.
  func interrupt() { process.signalGroup(SIGINT) }

  /// Waits until it has ended, with status 0 unless another is told; what should be done meanwhile
  /// is done a hundred times a second.
  @discardableResult func wait(
    by deadline: Deadline, status: ClosedRange<Int32> = 0...0, meanwhile: (() -> Void)? = nil
  ) throws(BenchmarkError) -> Usage {
    while !isReadable(descriptor.number, within: meanwhile == nil ? 200 : 10) {
      try Interruption.check()
      if deadline.hasPassed { throw .tooSlow(name) }
      meanwhile?()
    }
    let endedAt = Deadline.now
    var code: Int32 = 0
    var usage = rusage()
    while wait4(process.number, &code, 0, &usage) < 0, errno == EINTR {}
    isReaped = true
    if code & 0x7f != 0 || !status.contains(code >> 8 & 0xff) { throw endedEarly }
    return Usage(
      processorSeconds: usage.ru_utime.seconds + usage.ru_stime.seconds, endedAt: endedAt,
      length: endedAt.since(startedAt))
  }
}

/// Whether something can be read, or has ended.
func isReadable(_ number: Int32, within milliseconds: Int32) -> Bool {
  var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
  return poll(&entry, 1, milliseconds) > 0
}

extension Duration {
  /// The length in seconds.
  var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
