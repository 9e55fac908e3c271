import Glibc
import Sockets
import Synchronization

extension Row {
  /// How many datagrams a second a program takes.
  static let datagramReceives: [Row] = [64, 1200, 8192].map { size in
    Row(
      name: "udp-receive-\(size)",
      summary: "datagrams of \(size) bytes to /dev/null, at a rate at which socat loses a tenth or"
        + " more in the same rounds, and the greatest rate at which none is lost, where they are"
        + " sent by UDP_SEGMENT and one by one",
      figures: [
        Figure("rate", "1/s"), Figure("lost at that rate", "%"), Figure("none lost up to", "1/s"),
        Figure("none lost up to, one by one", "1/s"),
      ],
      contenders: [.sockcat, .socat], rounds: 5,
      limits: [Limit(1, .atMost, 0), Limit(1, .atLeast, 10).on(.socat)]
    ) { (contender, programs) throws(BenchmarkError) in
      let rate = try losingRate(size, programs)
      let sent = try withReceiver(contender, size, programs) { (pacer) throws(BenchmarkError) in
        (try pacer.send(rate: rate, for: .milliseconds(500)), try pacer.lossless())
      }
      let single = try withReceiver(
        contender, size, programs, inBatches: false
      ) { (pacer) throws(BenchmarkError) in try pacer.lossless() }
      return [sent.0.rate, sent.0.share * 100, sent.1, single]
    }
  }
}

extension DatagramPacer {
  /// The greatest rate at which none is lost.
  fileprivate func lossless() throws(BenchmarkError) -> Double {
    try threshold { $0.lost == 0 }.last
  }

  /// A rate at which a little more than a tenth is lost, or it would be less in every other round.
  fileprivate func losingRate() throws(BenchmarkError) -> Double {
    var rate = try threshold { !$0.isLosing }.first
    // What queues take in a moment is not lost, and so much longer it would be.
    while let tried = rate, try !losesAlways(at: tried) {
      rate = tried < Self.greatestRate ? tried * 1.15 : nil
    }
    if let rate { return rate }
    throw .lossless(Contender.socat.name)
  }

  /// Whether so much is lost each time: what is lost once only may have been the machine's doing.
  private func losesAlways(at rate: Double) throws(BenchmarkError) -> Bool {
    for _ in 0..<3 where try !send(rate: rate, for: .milliseconds(500)).isLosing { return false }
    return true
  }
}

extension DatagramPacer.Result {
  fileprivate var isLosing: Bool { share >= 0.15 }
}

/// The rates that were found at which socat loses a tenth, by size.
private let losingRates = Mutex<[Int: Double]>([:])

/// A rate at which socat loses a tenth, which is the same for all rounds.
private func losingRate(_ size: Int, _ programs: Programs) throws(BenchmarkError) -> Double {
  if let found = losingRates.withLock({ $0[size] }) { return found }
  let rate = try withReceiver(.socat, size, programs) { (pacer) throws(BenchmarkError) in
    try pacer.losingRate()
  }
  losingRates.withLock { $0[size] = rate }
  return rate
}

/// Runs something beside a program that takes datagrams, which is ended after it.
private func withReceiver<Result>(
  _ contender: Contender, _ size: Int, _ programs: Programs, inBatches: Bool = true,
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
  return try body(try DatagramPacer(to: program, at: port, size: size, inBatches: inBatches))
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
  /// The command that writes datagrams to standard output.
  fileprivate func receivingDatagrams(_ contender: Contender, at port: UInt16) -> [String] {
    contender == .sockcat
      ? [sockcat, "udp-recv", "127.0.0.1:\(port)"]
      : ["socat", "-u", "UDP-RECV:\(port),bind=127.0.0.1", "STDOUT"]
  }
}
