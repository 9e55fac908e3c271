extension Row {
  /// How long a message takes through a program, to a server and back.
  static let roundTrip = Row(
    name: "round-trip",
    summary: "from the program's input over TCP to a server that echoes, and to its output; the"
      + " program, the server and who asks are bound to one and the same processor",
    figures: [Figure("1 byte", "µs"), Figure("1 KiB", "µs")],
    contenders: [.sockcat, .ncat, .openbsd, .traditional, .socat], rounds: 7,
    limits: [Limit(0, .atMost, 1.15, of: .openbsd), Limit(1, .atMost, 1.15, of: .openbsd)]
  ) { (contender, programs) throws(BenchmarkError) in
    guard programs.talking(contender, to: .tcp(0)) != nil else { throw .cannot(contender.name) }
    return try Processors.withOne { () throws(BenchmarkError) in
      let path = try RoundTripPath { programs.talking(contender, to: $0) ?? [] }
      _ = try path.times(of: 1, rounds: 200)
      let times = [
        try path.times(of: 1, rounds: 3000), try path.times(of: 1024, rounds: 3000),
      ]
      return times.map(Figure("", "").value)
    }
  }
}
