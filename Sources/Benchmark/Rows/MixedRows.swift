extension Row {
  /// Large transfers between our program and each of the others, beside that one at both ends.
  static let mixed: [Row] = Transport.allCases.flatMap { transport in
    let peers = Contender.streams(over: transport).dropFirst()
    let fastest = peers.filter { $0 == .socatLarge && transport == .tcp }
    return peers.map { mixed(with: $0, transport, Mixture.pipes) }
      + fastest.map { mixed(with: $0, transport, Mixture.written) }
      + peers.map { mixed(with: $0, transport, Mixture.files) }
  }

  private static func mixed(
    with peer: Contender, _ transport: Transport, _ mixture: Mixture
  ) -> Row {
    let prefix = transport == .tcp ? "mixed-" : "mixed-unix-"
    return Row(
      name: prefix + mixture.prefix + peer.name.lowercased(),
      summary: "\(mixture.text), \(peer.name) at the other end",
      figures: [
        Figure("we send", "MiB/s"), Figure("we receive", "MiB/s"),
        Figure("CPU, we send", "s/GiB"), Figure("CPU, we receive", "s/GiB"),
      ],
      contenders: [.sockcat, peer], rounds: mixture.rounds,
      limits: mixture.isJudged ? (0..<2).map { Limit($0, .atLeast, 0.95, of: peer) } : []
    ) { (contender, programs) throws(BenchmarkError) in
      let transfer = Transfer(
        source: mixture.source, sink: mixture.sink, transport: transport,
        byteCount: peer == .socatLarge ? 1 << 30 : 1 << 28)
      let sent = try transfer.run(from: contender, to: peer, programs)
      // The peer at both ends is measured once for both.
      let received =
        contender == peer ? sent : try transfer.run(from: peer, to: contender, programs)
      return [
        sent.throughput, received.throughput, sent.processorSecondsPerGiB,
        received.processorSecondsPerGiB,
      ]
    }
  }
}

/// What is between the two.
private struct Mixture: Sendable {
  let prefix: String
  let text: String
  let source: TransferSource.Kind
  let sink: TransferSink.Kind
  let rounds: Int
  let isJudged: Bool

  static let pipes = Mixture(
    prefix: "", text: "from a full pipe to an empty one", source: .pipe, sink: .pipe, rounds: 9,
    isJudged: true)
  /// A producer that gives the same pages again and again keeps them; of those that one writes, a
  /// receiver finds the free ones at hand for its own pipe.
  static let written = Mixture(
    prefix: "written-", text: "from a pipe that is written to, to an empty one", source: .written,
    sink: .pipe, rounds: 9, isJudged: false)
  static let files = Mixture(
    prefix: "files-", text: "from a file on tmpfs to another one that has its pages", source: .file,
    sink: .file,
    rounds: 3, isJudged: false)
}
