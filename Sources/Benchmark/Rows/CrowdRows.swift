import Glibc
import Sockets

extension Row {
  /// How fast clients come and go.
  static let connectionRate = Row(
    name: "connection-rate",
    summary: "clients who connect, have one line echoed and close, eight at a time for two seconds",
    figures: [Figure("clients per second", "1/s"), .faults],
    contenders: [.sockcat, .ncat, .socat], rounds: 3,
    limits: [
      Limit(0, .atLeast, 3, of: .ncat), Limit(0, .atLeast, 3, of: .socat), Limit(1, .atMost, 0),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let crowd = Crowd(on: server, Payload(lineLengths: 64...64), in: try LoadLoop())
      let start = Deadline.now
      let end = start + .seconds(2)
      while !end.hasPassed {
        while crowd.presentCount < 8 {
          try crowd.admit(sending: crowd.payload.line(crowd.arrivedCount), .closes)
        }
        try crowd.loop.turn(by: end)
      }
      let seconds = Double(Deadline.now.since(start).wholeNanoseconds) / 1e9
      return [Double(crowd.servedCount) / seconds, crowd.faults]
    }
  }

  /// What clients who have gone leave behind.
  static let churn = Row(
    name: "churn",
    summary: "20,000 clients who send up to 32 KiB and leave, half of them by a reset",
    figures: [
      Figure("descriptors gained", ""), Figure("memory gained per client", "bytes"),
      .faults,
    ],
    contenders: [.sockcat], rounds: 1,
    // Less for each client than the least that an allocator hands out: no client left anything.
    limits: [Limit(0, .atMost, 0), Limit(1, .below, 16), Limit(2, .atMost, 0)]
  ) { (contender, programs) throws(BenchmarkError) in
    try programs.withEcho(contender) { (server) throws(BenchmarkError) in
      let crowd = Crowd(
        on: server, Payload(lineLengths: 1...32768, lineCount: 64), in: try LoadLoop())
      let descriptors = try server.figures.descriptorCount()
      try pass(10_000, through: crowd)
      try settle(server, descriptors)
      let memory = try server.figures.residentBytes()
      try pass(20_000, through: crowd)
      try settle(server, descriptors)
      return [
        Double(try server.figures.descriptorCount() - descriptors),
        Double(try server.figures.residentBytes() - memory) / 20_000,
        crowd.faults,
      ]
    }
  }
}

/// Lets so many clients come and go, sixty-four at a time.
private func pass(_ count: Int, through crowd: Crowd) throws(BenchmarkError) {
  let deadline = Deadline.after(.seconds(30))
  let last = crowd.arrivedCount + count
  while crowd.arrivedCount < last || crowd.presentCount > 0, !deadline.hasPassed {
    while crowd.arrivedCount < last, crowd.presentCount < 64 {
      let number = crowd.arrivedCount
      try crowd.admit(
        sending: crowd.payload.line(number), number.isMultiple(of: 2) ? .halfCloses : .resets)
    }
    try crowd.loop.turn(by: deadline)
  }
  if deadline.hasPassed { throw .tooSlow("the passing of \(count) clients") }
}

/// Gives a server a moment to see who has gone.
private func settle(_ server: Server, _ descriptors: Int) throws(BenchmarkError) {
  let deadline = Deadline.after(.seconds(3))
  while try server.figures.descriptorCount() > descriptors, !deadline.hasPassed { usleep(10_000) }
}
