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
    summary: "from a full pipe to an empty one, both ends ours and told to report, and beside it"
      + " another one that is not told to; the system calls of each end in a paced transfer of"
      + " 256 KiB at a time, but for its writes to standard error; all on one processor",
    figures: [
      Figure("CPU", "s/GiB"), Figure("CPU, to that of the one beside", ""),
      Figure("calls, connect", "1/message", .least),
      Figure("calls, listen to a file", "1/message", .least),
    ],
    contenders: [.sockcat] + Contender.watchers, rounds: 9,
    limits: Contender.watchers.flatMap { watcher in
      // What is not once for each message is below a hundredth: equal calls, and some to report.
      ([Limit(1, .atMost, 1.03)] + [2, 3].map { Limit($0, .atMost, 1.01, of: .sockcat) })
        .map { $0.on(watcher) }
    }
  ) { (contender, programs) throws(BenchmarkError) in
    let options = contender.watching
    let plain = Transfer(source: .pipe, sink: .pipe, byteCount: 2 << 30)
    var watched = plain
    (watched.senderOptions, watched.receiverOptions) = (options, options)
    // What else the machine does meets both alike.
    let (cost, other) = try Processors.withOne { () throws(BenchmarkError) in
      let pair = (
        try watched.begin(from: .sockcat, to: .sockcat, programs),
        try plain.begin(from: .sockcat, to: .sockcat, programs)
      )
      return (try pair.0.finish(), try pair.1.finish())
    }
    return [
      cost.processorSecondsPerGiB, cost.processorSeconds / other.processorSeconds,
      try callsPerMessage { (log) throws(BenchmarkError) in
        try PacedTransfer.send(through: log.tracing(programs.sockcat, options), count: messageCount)
      },
      try callsPerMessage { (log) throws(BenchmarkError) in
        try PacedTransfer.receive(
          through: log.tracing(programs.sockcat, options), count: messageCount)
      },
    ]
  }
}

/// So many that what is done once is little beside them.
private let messageCount = 300

/// How many system calls a traced program makes for each message.
private func callsPerMessage(
  _ transfer: (borrowing OutputLog) throws(BenchmarkError) -> Void
) throws(BenchmarkError) -> Double {
  let log = try OutputLog()
  try Processors.withOne { () throws(BenchmarkError) in try transfer(log) }
  let count = callCount(of: log.text(limit: 1 << 22))
  if count == 0 { throw .strangeOutput("strace", "nothing that could be counted") }
  return Double(count) / Double(messageCount)
}

extension OutputLog {
  /// The command of a program whose calls are written here.
  fileprivate borrowing func tracing(
    _ program: String, _ options: [String]
  ) -> (_ command: String, _ place: String) -> [String] {
    let path = path
    return { ["strace", "-f", "-o", path, program, $0, $1] + options }
  }
}
