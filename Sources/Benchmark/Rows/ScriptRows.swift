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
      let cost = try cost(of: 10_000, contender, programs)
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
    let cost = try cost(of: 1000, atOnce: 64, contender, programs)
    return [64_000 / cost.seconds, cost.processorSeconds / 6.4]
  }
}

/// What a script takes for so many round trips, without its start.
private func cost(
  of count: Int, atOnce: Int? = nil, _ contender: Contender, _ programs: Programs
) throws(BenchmarkError) -> (seconds: Double, processorSeconds: Double) {
  try programs.withEcho(.sockcat) { (server) throws(BenchmarkError) in
    let port = server.address.port ?? 0
    let least = TestScript(count: 1, port: port, atOnce: atOnce)
    let start = try programs.run(least, contender)
    let whole = try programs.run(
      TestScript(count: 1 + count, port: port, atOnce: atOnce), contender)
    return (
      whole.length.inSeconds - start.length.inSeconds,
      whole.processorSeconds - start.processorSeconds
    )
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
