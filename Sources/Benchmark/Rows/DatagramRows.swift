import Glibc
import Sockets
import Synchronization

extension Row {
  /// How many datagrams a second are sent and arrive.
  static let datagramSends: [Row] =
    [64, 1200, 8192].map(datagramSend)
    + [
      Row(
        name: "udp-send-lines",
        summary: "lines of 63 characters as datagrams; socat sends blocks of that length",
        figures: [Figure("delivered", "1/s")],
        contenders: [.sockcat, .socat], rounds: 5, limits: [Limit(0, .atLeast, 1, of: .socat)]
      ) { (contender, programs) throws(BenchmarkError) in
        try lineRate(of: contender, programs)
      }
    ]

  private static func datagramSend(_ size: Int) -> Row {
    Row(
      name: "udp-send-\(size)",
      summary: "datagrams of \(size) bytes from a file, as fast as they go, to a receiver with and"
        + " without UDP_GRO; iperf3 to its own",
      figures: [Figure("delivered", "1/s"), Figure("delivered, no GRO", "1/s")],
      contenders: [.sockcat, .socat, .iperf], rounds: 5,
      limits: size == 1200 ? [Limit(0, .atLeast, 4, of: .iperf)] : []
    ) { (contender, programs) throws(BenchmarkError) in
      if contender == .iperf {
        let rate = try IperfRun.datagrams(size: size)
        return [rate, rate]
      }
      return [
        try fileRate(of: contender, programs, size, takesBatches: true),
        try fileRate(of: contender, programs, size, takesBatches: false),
      ]
    }
  }

  /// How many datagrams a second a program takes.
  static let datagramReceives: [Row] = [64, 1200, 8192].map { size in
    Row(
      name: "udp-receive-\(size)",
      summary: "datagrams of \(size) bytes to /dev/null, at the rate at which socat loses a tenth,"
        + " and the greatest rate at which none is lost",
      figures: [
        Figure("rate", "1/s"), Figure("lost at that rate", "%"), Figure("none lost up to", "1/s"),
      ],
      contenders: [.sockcat, .socat], rounds: 5, limits: [Limit(1, .atMost, 0)]
    ) { (contender, programs) throws(BenchmarkError) in
      let rate = try losingRate(size, programs)
      return try withReceiver(contender, size, programs) { (pacer) throws(BenchmarkError) in
        let result = try pacer.send(rate: rate, for: .milliseconds(500))
        let peak = try pacer.threshold { $0.lost == 0 }.last
        return [result.rate, result.share * 100, peak]
      }
    }
  }
}

/// How fast a file's bytes arrive as datagrams of a size.
private func fileRate(
  of contender: Contender, _ programs: Programs, _ size: Int, takesBatches: Bool
) throws(BenchmarkError) -> Double {
  // Ours is faster, or will hardly have begun when it ends.
  let count = contender == .sockcat ? 1 << 19 : 1 << 17
  let file = try MemoryFile.source(of: size * (size > 4096 ? count / 4 : count))
  let receiver = try DatagramReceiver(takesBatches: takesBatches)
  let command = programs.sendingDatagrams(
    contender, to: receiver.port, from: file, cut: "\(size)", blockSize: size)
  let program = try MeasuredProcess(command)
  return try receiver.rate(of: program, size: size)
}

private func lineRate(
  of contender: Contender, _ programs: Programs
) throws(BenchmarkError) -> [Double] {
  let file = try MemoryFile.lines(1 << 18)
  let receiver = try DatagramReceiver(takesBatches: true)
  let command = programs.sendingDatagrams(
    contender, to: receiver.port, from: file, cut: "line", blockSize: 64)
  let program = try MeasuredProcess(command)
  return [try receiver.rate(of: program, size: contender == .sockcat ? 63 : 64)]
}

/// The rates that were found at which socat loses a tenth, by size.
private let losingRates = Mutex<[Int: Double]>([:])

/// The rate at which socat loses a tenth, which is the same for all rounds.
private func losingRate(_ size: Int, _ programs: Programs) throws(BenchmarkError) -> Double {
  if let found = losingRates.withLock({ $0[size] }) { return found }
  let rate = try withReceiver(.socat, size, programs) { (pacer) throws(BenchmarkError) in
    try pacer.threshold { $0.share < 0.1 }.first
  }
  losingRates.withLock { $0[size] = rate }
  return rate
}

/// Runs something beside a program that takes datagrams, which is ended after it.
private func withReceiver<Result>(
  _ contender: Contender, _ size: Int, _ programs: Programs,
  _ body: (DatagramPacer) throws(BenchmarkError) -> Result
) throws(BenchmarkError) -> Result {
  let port = try freeDatagramPort()
  let program = try MeasuredProcess(programs.receivingDatagrams(contender, at: port))
  defer { program.end() }
  let deadline = Deadline.after(.seconds(10))
  while !isBound(port) {
    if program.hasEnded { throw program.endedEarly }
    if deadline.hasPassed { throw .notReady(program.name) }
    usleep(1000)
  }
  return try body(try DatagramPacer(to: program, at: port, size: size))
}

private func isBound(_ port: UInt16) -> Bool {
  TextFile.lines(of: "/proc/net/udp").contains {
    SocketLine.datagrams($0, port: port) != nil
  }
}

/// A port that nobody takes datagrams at.
private func freeDatagramPort() throws(BenchmarkError) -> UInt16 {
  try DatagramReceiver(takesBatches: false).port
}

extension Programs {
  /// The command that sends a file as datagrams and leaves.
  fileprivate func sendingDatagrams(
    _ contender: Contender, to port: UInt16, from file: MemoryFile, cut: String, blockSize: Int
  ) -> [String] {
    contender == .sockcat
      ? [
        sockcat, "udp-send", "127.0.0.1:\(port)", "--datagram", cut, "--input", file.path,
        "--send-only",
      ]
      : ["socat", "-u", "-b", "\(blockSize)", "OPEN:\(file.path)", "UDP-SENDTO:127.0.0.1:\(port)"]
  }

  /// The command that writes datagrams to standard output.
  fileprivate func receivingDatagrams(_ contender: Contender, at port: UInt16) -> [String] {
    contender == .sockcat
      ? [sockcat, "udp-recv", "127.0.0.1:\(port)"]
      : ["socat", "-u", "UDP-RECV:\(port),bind=127.0.0.1", "STDOUT"]
  }
}
