import Sockets

extension Row {
  /// What TLS costs.
  static let tls: [Row] = [tlsBulk(.file, .null), tlsBulk(.pipe, .pipe), handshakes]

  private static func tlsBulk(
    _ source: TransferSource.Kind, _ sink: TransferSink.Kind
  ) -> Row {
    Row(
      name: "tls-\(source.rawValue)-\(sink.rawValue)",
      summary: "1 GiB in TLS 1.3, both ends the same program, its certificate on P-256",
      figures: [Figure("throughput", "MiB/s"), Figure("CPU", "s/GiB")],
      contenders: Contender.secured, rounds: 5,
      limits: [
        Limit(0, .atLeast, 1.8, of: .ncat), Limit(0, .atLeast, 1, of: .socatMiddle),
      ]
    ) { (contender, programs) throws(BenchmarkError) in
      var transfer = Transfer(source: source, sink: sink, byteCount: 1 << 30)
      transfer.isSecured = true
      let cost = try transfer.run(from: contender, to: contender, programs)
      return [cost.throughput, cost.processorSecondsPerGiB]
    }
  }

  /// How many clients a listener gets through the handshake, one after the other.
  private static let handshakes = Row(
    name: "tls-handshakes",
    summary: "full handshakes with a listener for many clients, by `openssl s_time -new`, which has"
      + " one client at a time; `openssl s_server` does nothing else",
    figures: [Figure("handshakes", "1/s"), Figure("CPU, listener", "ms/handshake")],
    contenders: [.sockcat, .ncat, .socat, .openssl], rounds: 5,
    limits: [Limit(0, .atLeast, 2, of: .ncat), Limit(0, .atLeast, 2, of: .socat)]
  ) { (contender, programs) throws(BenchmarkError) in
    let certificate = try TestCertificate.path()
    let port = try Place.freePort()
    guard
      let command = programs.receivingTLS(
        contender, at: port, certificate: certificate, servesMany: true)
    else { throw .cannot(contender.name) }
    let server = try MeasuredProcess(command)
    defer { server.end() }
    try Place.tcp(port).awaitListener(server)
    let output = try OutputLog()
    let client = try MeasuredProcess(
      ["openssl", "s_time", "-connect", "127.0.0.1:\(port)", "-new", "-time", "2"],
      output: output.number)
    let usage = try client.wait(by: .after(.seconds(20)))
    guard let count = handshakeCount(output.text(limit: 1 << 20)) else {
      throw .strangeOutput("openssl s_time", "no number of connections")
    }
    let listening = Double(server.figures.groupProcessorTime()) / 1e6
    return [count / usage.length.inSeconds, listening / count]
  }
}
