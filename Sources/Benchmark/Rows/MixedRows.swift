extension Row {
  /// Large transfers between our program and each of the others, beside that one at both ends.
  static let mixed: [Row] = Transport.allCases.flatMap { transport in
    Contender.streams(over: transport).dropFirst().map { mixed(with: $0, transport) }
  }

  private static func mixed(with peer: Contender, _ transport: Transport) -> Row {
    Row(
      name: (transport == .tcp ? "mixed-" : "mixed-unix-") + peer.name.lowercased(),
      summary: "from a full pipe to an empty one, \(peer.name) at the other end",
      figures: [Figure("we send", "MiB/s"), Figure("we receive", "MiB/s")],
      contenders: [.sockcat, peer], rounds: 9,
      limits: [Limit(0, .atLeast, 0.95, of: peer), Limit(1, .atLeast, 0.95, of: peer)]
    ) { (contender, programs) throws(BenchmarkError) in
      let transfer = Transfer(
        source: .pipe, sink: .pipe, transport: transport,
        byteCount: peer == .socatLarge ? 1 << 30 : 1 << 29)
      if contender == peer {
        let cost = try transfer.run(from: peer, to: peer, programs)
        return [cost.throughput, cost.throughput]
      }
      return [
        try transfer.run(from: .sockcat, to: peer, programs).throughput,
        try transfer.run(from: peer, to: .sockcat, programs).throughput,
      ]
    }
  }
}
