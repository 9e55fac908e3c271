import Synchronization

extension Row {
  /// Large transfers, with the same program at both ends.
  static let bulk: [Row] = Transport.allCases.flatMap { transport in
    [
      bulk(.file, .null, transport, Row.limits(throughput: 1.4, processor: 0.6)),
      bulk(.file, .pipe, transport, Row.limits(throughput: 1.5)),
      bulk(.file, .file, transport, Row.limits(throughput: 1, processor: 1)),
      bulk(.pipe, .null, transport, Row.limits(throughput: 1.4, processor: 0.6)),
      bulk(.pipe, .pipe, transport, pipeLimits(transport)),
      bulk(.pipe, .file, transport, Row.limits(throughput: 1, processor: 1)),
      bulk(.cat, .cat, transport, []),
    ]
  }

  /// One such row; the limits are against the peer that moves most.
  private static func bulk(
    _ source: TransferSource.Kind, _ sink: TransferSink.Kind, _ transport: Transport,
    _ limits: [Limit]
  ) -> Row {
    let prefix = transport == .tcp ? "bulk" : "bulk-unix"
    let isCeiling = source == .pipe && sink == .pipe && transport == .tcp
    return Row(
      name: "\(prefix)-\(source.rawValue)-\(sink.rawValue)",
      summary: "from \(source.text) to \(sink.text), both ends the same program, "
        + (transport == .tcp ? "over TCP" : "over a Unix socket")
        + (sink == .null ? "; once, unmeasured, our receiver counts the bytes" : ""),
      figures: [Figure("throughput", "MiB/s"), Figure("CPU", "s/GiB")],
      contenders: Contender.streams(over: transport) + (isCeiling ? [.iperf] : []),
      rounds: limits.isEmpty ? 3 : 5, limits: limits
    ) { (contender, programs) throws(BenchmarkError) in
      if contender == .iperf { return try IperfRun.stream(byteCount: 2 << 30) }
      let transfer = Transfer(
        source: source, sink: sink, transport: transport,
        byteCount: contender.byteCount(into: sink))
      if sink == .null && contender == .sockcat { try checkOnce(transfer, programs) }
      let cost = try transfer.run(from: contender, to: contender, programs)
      return [cost.throughput, cost.processorSecondsPerGiB]
    }
  }

  private static func limits(throughput: Double, processor: Double? = nil) -> [Limit] {
    [Limit(0, .atLeast, throughput, ofBestBy: 0)]
      + (processor.map { [Limit(1, .atMost, $0, ofBestBy: 0)] } ?? [])
  }

  private static func pipeLimits(_ transport: Transport) -> [Limit] {
    let limits = limits(throughput: 1.6, processor: 0.5)
    return transport == .tcp ? limits + [Limit(0, .atLeast, 0.95, of: .iperf)] : limits
  }
}

/// The transfers to `/dev/null` that have been seen to arrive.
private let arrivals = Mutex<Set<String>>([])

/// Has a receiver of ours count what comes, outside of what is measured, as `/dev/null` does not.
private func checkOnce(_ transfer: Transfer, _ programs: Programs) throws(BenchmarkError) {
  let name = "\(transfer.transport.rawValue) \(transfer.source.rawValue)"
  if arrivals.withLock({ $0.contains(name) }) { return }
  try transfer.check(programs)
  _ = arrivals.withLock { $0.insert(name) }
}

extension Contender {
  /// How much it moves in one transfer: what takes the fast ones long enough to be measured, and
  /// the slow ones not too long.
  func byteCount(into sink: TransferSink.Kind) -> Int {
    let isFast = self == .sockcat || self == .sockcatStatic || self == .socatLarge
    if !isFast { return 1 << 28 }
    return sink == .file ? 1 << 30 : 2 << 30
  }
}

extension TransferSource.Kind {
  fileprivate var text: String {
    switch self {
    case .file: "a file on tmpfs"
    case .pipe: "a pipe that is kept full"
    case .written: "a pipe that is written to"
    case .cat: "cat"
    }
  }
}

extension TransferSink.Kind {
  fileprivate var text: String {
    switch self {
    case .null: "/dev/null"
    case .pipe: "a pipe that is kept empty"
    case .file: "a file on tmpfs that has its pages"
    case .cat: "cat"
    }
  }
}
