extension Contender {
  static let python = Contender(name: "python3")
  /// With `nc.openbsd`.
  static let expect = Contender(name: "expect")
}

extension Row {
  /// How fast a script speaks.
  static let scriptRoundTrip = Row(
    name: "script-round-trip",
    summary: "10,000 times a script sends a line to our echo server and expects it back, on one"
      + " connection; the two are bound to one and the same processor, and what the start takes is"
      + " taken off",
    figures: [Figure("round trips", "1/s"), Figure("CPU", "s")],
    contenders: [.sockcat, .python, .expect], rounds: 7,
    limits: [
      Limit(0, .atLeast, 5, of: .expect), Limit(0, .atLeast, 0.9, of: .python),
      Limit(1, .atMost, 1, of: .python),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    try Processors.withOne { () throws(BenchmarkError) in
      let cost = try cost(of: 10_000, on: programs) { $0.command(contender, programs) }
      return [10_000 / cost.seconds, cost.processorSeconds]
    }
  }

  /// How fast many conversations of one script are.
  static let scriptParallel = Row(
    name: "script-parallel",
    summary: "64 conversations of a script with our echo server at the same time, each of 1,000"
      + " lines that are sent and expected back; threads in Python; what the start takes is taken"
      + " off",
    figures: [Figure("round trips", "1/s"), Figure("CPU per 10,000", "s")],
    contenders: [.sockcat, .python], rounds: 5,
    limits: [Limit(0, .atLeast, 3, of: .python)]
  ) { (contender, programs) throws(BenchmarkError) in
    let cost = try cost(of: 1000, on: programs) { $0.command(contender, programs, atOnce: 64) }
    return [64_000 / cost.seconds, cost.processorSeconds / 6.4]
  }
}

/// What so many round trips cost more than a single one.
private func cost(
  of count: Int, on programs: Programs, _ command: (RoundTrips) -> [String]?
) throws(BenchmarkError) -> (seconds: Double, processorSeconds: Double) {
  try programs.withEcho(.sockcat) { (server) throws(BenchmarkError) in
    let port = server.address.port ?? 0
    var usages: [MeasuredProcess.Usage] = []
    for count in [1, 1 + count] {
      let command = command(RoundTrips(count: count, port: port)) ?? []
      usages.append(try MeasuredProcess(command).wait(by: .after(.seconds(60))))
    }
    return (
      usages[1].length.inSeconds - usages[0].length.inSeconds,
      usages[1].processorSeconds - usages[0].processorSeconds
    )
  }
}
