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
      + " for 64 KiB there and back, one message at a time",
    figures: [Figure("CPU", "s/GiB"), Figure("system calls", "1/message")],
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
    let calls = try callCount(of: programs.sockcat, options)
    return [cost.processorSecondsPerGiB, calls]
  }
}

/// How many system calls a program makes for 64 KiB there and back, one message at a time.
private func callCount(of program: String, _ options: [String]) throws(BenchmarkError) -> Double {
  let table = try OutputLog()
  let strace = ["strace", "-f", "-c", "-o", table.path, program, "connect"]
  let path = try RoundTripPath { place in
    guard case .tcp(let port) = place else { return [] }
    return strace + ["127.0.0.1:\(port)"] + options
  }
  _ = try path.times(of: 1 << 16, rounds: 1000)
  try path.finish()
  let count = StraceSummary(table.text(limit: 1 << 16)).total
  if count == 0 { throw .strangeOutput("strace", "nothing that could be counted") }
  return Double(count) / 1000
}
