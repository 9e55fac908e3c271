import Glibc
import Sockets
import SystemPackage

/// Sends datagrams of one size to a program at a steady rate, and learns what it has lost.
final class DatagramPacer {
  /// More than one processor sends.
  static let greatestRate = 3_000_000.0
  private let socket: SocketDescriptor
  private let program: MeasuredProcess
  private let port: UInt16
  private let bytes: [UInt8]
  /// How many are handed to the kernel at once, or handing over would be the limit; few enough for
  /// the smallest of queues.
  private let batch: Int

  /// What became of the datagrams.
  struct Result {
    let sent: Int
    let lost: Int
    /// What was reached, a second.
    let rate: Double
    var share: Double { Double(lost) / Double(max(1, sent)) }
  }

  /// Sends to a program that has bound a port; `inBatches` by `UDP_SEGMENT`, else one at a time.
  init(
    to program: MeasuredProcess, at port: UInt16, size: Int, inBatches: Bool
  ) throws(BenchmarkError) {
    (self.program, self.port) = (program, port)
    batch = inBatches ? max(1, min(8, 32768 / size)) : 1
    bytes = [UInt8](repeating: 120, count: size * batch)
    do throws(Errno) {
      socket = try SocketDescriptor(family: .ipv4, type: .datagram)
      try Descriptor.setNonBlocking(false, of: socket.number)
      if inBatches { try socket.set(segmentSize, to: Int32(size)) }
      try socket.connect(to: .ipv4(.loopback, port: port))
    } catch {
      throw .refused("send datagrams", error)
    }
  }

  /// Sends for some time at most so many a second, and waits until all that arrived was taken.
  func send(rate: Double, for length: Duration) throws(BenchmarkError) -> Result {
    let before = try counts().lost
    let interval = Double(batch) / rate * 1e9
    let start = Deadline.now
    let end = start + length
    var batches = 0
    while !end.hasPassed {
      let next = start + .nanoseconds(Int64(Double(batches) * interval))
      while Deadline.now < next {}
      if Glibc.send(socket.number, bytes, bytes.count, 0) != bytes.count { throw unreachable }
      batches += 1
    }
    let time = Deadline.now.since(start).inSeconds
    try drain()
    let sent = batches * batch
    return Result(sent: sent, lost: try counts().lost - before, rate: Double(sent) / time)
  }

  /// The greatest rate that was reached, where 10,000 to 3,000,000 a second were tried, while
  /// something held, and the least that was asked for when it did not, nil if it always held; by
  /// most of three tries: another program's moment is not ours.
  func threshold(
    while holds: (Result) -> Bool
  ) throws(BenchmarkError) -> (last: Double, first: Double?) {
    var (low, high) = (log(10_000.0), log(Self.greatestRate))
    var (last, first) = (0.0, Double?.none)
    for _ in 0..<7 {
      let middle = (low + high) / 2
      var reached: [Double] = []
      for _ in 0..<3 {
        let result = try send(rate: exp(middle), for: .milliseconds(60))
        if holds(result) { reached.append(result.rate) }
      }
      if reached.count >= 2 {
        (low, last) = (middle, max(last, reached.max() ?? 0))
      } else {
        (high, first) = (middle, exp(middle))
      }
    }
    return (last, first)
  }

  private var unreachable: BenchmarkError {
    program.hasEnded ? program.endedEarly : .refused("send a datagram", Errno(rawValue: errno))
  }

  private func drain() throws(BenchmarkError) {
    let deadline = Deadline.after(.seconds(5))
    while try counts().waiting > 0 {
      try Interruption.check()
      if deadline.hasPassed { throw .tooSlow(program.name) }
      usleep(2000)
    }
  }

  private func counts() throws(BenchmarkError) -> (lost: Int, waiting: Int) {
    for line in TextFile.lines(of: "/proc/net/udp") {
      if let counts = SocketLine.datagrams(line, port: port) { return counts }
    }
    throw program.hasEnded ? program.endedEarly : .notReady(program.name)
  }
}

/// `UDP_SEGMENT`.
private let segmentSize = SocketOption<Int32>(level: 17, name: 103)
