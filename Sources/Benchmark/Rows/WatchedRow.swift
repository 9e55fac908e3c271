import Sockets

extension Contender {
  static let progress = Contender(name: "--progress", role: .ours)
  static let statistics = Contender(name: "--stats", role: .ours)
  static let verbose = Contender(name: "-v", role: .ours)

  fileprivate var watching: [String] {
    switch self {
    case .sockcat: []
    case .statistics: ["--stats", "text"]
    default: [name]
    }
  }

  /// The ways to watch a transfer of ours.
  fileprivate static let watchers: [Contender] = [.progress, .statistics, .verbose]
}

extension Row {
  /// What it takes to be told of a transfer.
  static let watched = Row(
    name: "watched",
    summary: "from a full pipe to an empty one, both ends ours and told to report; the system calls"
      + " of 512 MiB from a file to /dev/null",
    figures: [Figure("CPU", "s/GiB"), Figure("system calls", "1/GiB")],
    contenders: [.sockcat] + Contender.watchers, rounds: 9,
    limits: Contender.watchers.flatMap {
      [
        Limit(0, .atMost, 1.03, of: .sockcat).on($0), Limit(1, .atMost, 1.03, of: .sockcat).on($0),
      ]
    }
  ) { (contender, programs) throws(BenchmarkError) in
    let options = contender.watching
    let transfer = Transfer(
      source: .pipe, sink: .pipe, byteCount: 2 << 30, senderOptions: options,
      receiverOptions: options)
    let cost = try transfer.run(from: .sockcat, to: .sockcat, programs)
    return [
      cost.processorSecondsPerGiB, Double(try callCount(of: programs.sockcat, options) * 2),
    ]
  }
}

/// How many system calls both ends make for 512 MiB.
private func callCount(of program: String, _ options: [String]) throws(BenchmarkError) -> Int {
  let port = try Place.freePort()
  let receiver = try CountedProcess(
    [program, "listen", "127.0.0.1:\(port)", "--recv-only"] + options, input: nil)
  try Place.tcp(port).awaitListener(receiver.program)
  let file = try MemoryFile.source(of: 1 << 29).openAnew()
  let sender = try CountedProcess(
    [program, "connect", "127.0.0.1:\(port)", "--send-only"] + options, input: file.number)
  return try sender.finish() + receiver.finish()
}

/// A program whose system calls are counted.
private final class CountedProcess {
  let program: MeasuredProcess
  private let table: OutputLog

  init(_ command: [String], input: Int32?) throws(BenchmarkError) {
    table = try OutputLog()
    program = try MeasuredProcess(
      ["strace", "-f", "-c", "-o", table.path] + command, input: input)
  }

  /// Waits for its end, and gives how many there were.
  func finish() throws(BenchmarkError) -> Int {
    try program.wait(by: .after(.seconds(30)))
    let count = StraceSummary(table.text(limit: 1 << 16)).total
    if count == 0 { throw .strangeOutput("strace", "nothing that could be counted") }
    return count
  }
}
