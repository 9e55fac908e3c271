import Sockets

extension Row {
  /// What a server needs for each of very many clients.
  static let echoMemory = Row(
    name: "echo-memory",
    summary: "the memory of a server of 10,000 echo clients, each of which has sent four lines",
    figures: [
      Figure("memory per client", "KiB"), .faults,
    ],
    contenders: [.sockcat], rounds: 1,
    limits: [Limit(0, .atMost, 8), Limit(1, .atMost, 0)]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let before = try server.figures.residentBytes()
      let load = EchoLoad(on: server, Payload(lineLengths: 1...1024), in: try LoadLoop())
      let deadline = Deadline.after(.seconds(30))
      try load.connect(10_000, by: deadline)
      load.send(linesEach: 3)
      try load.finish(by: deadline)
      let gained = try server.figures.residentBytes() - before
      return [
        Double(gained) / 1024 / 10_000, load.faults,
      ]
    }
  }

  /// What a message costs.
  static let echoCPU = Row(
    name: "echo-cpu",
    summary: "the processor time of a server of 500 clients who have lines of 64 bytes echoed",
    figures: [Figure("CPU per message", "µs"), .faults],
    contenders: [.sockcat, .ncat, .socat], rounds: 3,
    limits: [
      Limit(0, .atMost, 0.5, of: .ncat), Limit(0, .below, 1, of: .socat), Limit(1, .atMost, 0),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let load = EchoLoad(on: server, Payload(lineLengths: 64...64), in: try LoadLoop())
      let deadline = Deadline.after(.seconds(20))
      try load.connect(500, by: deadline)
      let (time, count) = (server.figures.groupProcessorTime(), load.echoCount)
      load.send(linesEach: 100)
      try load.finish(by: deadline)
      let used = Double(server.figures.groupProcessorTime() - time) / 1000
      return [used / Double(load.echoCount - count), load.faults]
    }
  }

  /// How much a server echoes to many at the same time.
  static let echoThroughput = Row(
    name: "echo-throughput",
    summary: "64 clients, each of whom has 64 bytes, and then 64 KiB, echoed again and again",
    figures: [
      Figure("64 bytes", "1/s"), Figure("64 KiB", "MiB/s"), .faults,
    ],
    contenders: [.sockcat, .ncat, .socat], rounds: 5,
    limits: [
      Limit(0, .atLeast, 2.5, of: .ncat), Limit(0, .atLeast, 2, of: .socat), Limit(2, .atMost, 0),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let load = EchoLoad(on: server, Payload(lineLengths: 64...64), in: try LoadLoop())
      try load.connect(64, by: .after(.seconds(30)))
      let small = try echoRate(load, linesEach: 2000)
      load.payload = Payload(lineLengths: 65536...65536, lineCount: 64)
      let large = try echoRate(load, linesEach: 40)
      return [small, large / 16, load.faults]
    }
  }
}

/// Lines a second that clients have echoed who send so many each.
private func echoRate(_ load: EchoLoad, linesEach: Int) throws(BenchmarkError) -> Double {
  let (start, count) = (Deadline.now, load.echoCount)
  load.send(linesEach: linesEach)
  try load.finish(by: start + .seconds(30))
  return Double(load.echoCount - count) / Deadline.now.since(start).inSeconds
}
