import Sockets

extension Row {
  /// What clients notice of others who misbehave.
  static let stall = Row(
    name: "stall",
    summary: "the echo of 100 clients while others are killed, reset, or send and never read",
    figures: [
      Figure("latest echo", "ms", .least), .faults,
    ],
    contenders: [.sockcat], rounds: 3,
    // The least of the rounds: a server that stalls does so in each, a machine now and then.
    limits: [Limit(0, .atMost, 100), Limit(1, .atMost, 0)]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let loop = try LoadLoop()
      let load = EchoLoad(on: server, Payload(lineLengths: 1...1024), in: loop)
      let crowd = Crowd(
        on: server, Payload(lineLengths: 1...65536, lineCount: 64), in: loop)
      try load.connect(100, by: .after(.seconds(10)))
      load.worstLateness = .zero
      try disturb(load, on: server, with: crowd, until: .after(.seconds(4)))
      let latest = load.latenessSoFar
      try load.finish(by: .after(.seconds(10)))
      try loop.run(by: .after(.seconds(1))) { crowd.presentCount > 0 }
      return [
        Double(latest.wholeNanoseconds) / 1e6, load.faults,
      ]
    }
  }
}

/// Lets everybody send a line every 20 ms while others come, of whom each harms in its way.
private func disturb(
  _ load: EchoLoad, on server: Server, with crowd: Crowd, until end: Deadline
) throws(BenchmarkError) {
  for tick in 0... {
    if end.hasPassed { return }
    let next = Deadline.after(.milliseconds(20))
    load.send(linesEach: 1)
    // Those who never read stay to the end.
    if tick < 200 { try Flooder.admit(to: server, crowd.payload, in: load.loop) }
    for ending in [Visitor.Ending.resets, .isKilled] where crowd.presentCount < 64 {
      try crowd.admit(sending: crowd.payload.line(crowd.arrivedCount), ending)
    }
    try load.loop.run(by: next)
  }
}
