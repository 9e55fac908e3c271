import Sockets

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
      + " connection; the two are bound to one and the same processor; the script's start and end"
      + " count",
    figures: [Figure("round trips", "1/s"), Figure("CPU", "s")],
    contenders: [.sockcat, .python, .expect], rounds: 7,
    limits: [
      Limit(0, .atLeast, 5, of: .expect), Limit(0, .atLeast, 0.9, of: .python),
      Limit(1, .atMost, 1, of: .python),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    try Processors.withOne { () throws(BenchmarkError) in
      let cost = try cost(of: 10_000, contender, programs)
      return [10_000 / cost.length.inSeconds, cost.processorSeconds]
    }
  }

  /// How fast many conversations of one script are.
  static let scriptParallel = Row(
    name: "script-parallel",
    summary: "64 conversations of a script with our echo server at the same time, each of 1,000"
      + " lines that are sent and expected back; threads in Python",
    figures: [Figure("round trips", "1/s"), Figure("CPU per 10,000", "s")],
    contenders: [.sockcat, .python], rounds: 5,
    limits: [Limit(0, .atLeast, 3, of: .python)]
  ) { (contender, programs) throws(BenchmarkError) in
    let cost = try cost(of: 1000, atOnce: 64, contender, programs)
    return [64_000 / cost.length.inSeconds, cost.processorSeconds / 6.4]
  }
}

/// What a script takes for so many round trips, from its start to its end.
private func cost(
  of count: Int, atOnce: Int? = nil, _ contender: Contender, _ programs: Programs
) throws(BenchmarkError) -> MeasuredProcess.Usage {
  try programs.withEcho(.sockcat) { (server) throws(BenchmarkError) in
    let script = TestScript(count: count, port: server.address.port ?? 0, atOnce: atOnce)
    return try programs.run(script, contender)
  }
}

extension Programs {
  /// Runs a script to its end.
  fileprivate func run(
    _ script: TestScript, _ contender: Contender
  ) throws(BenchmarkError) -> MeasuredProcess.Usage {
    guard let text = script.text(for: contender) else { throw .cannot(contender.name) }
    let file = try MemoryFile(text: text)
    return try withExtendedLifetime(file) { () throws(BenchmarkError) in
      try MeasuredProcess(script.command(contender, self, file: file.path))
        .wait(by: .after(.seconds(60)))
    }
  }
}
