import Sockets

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
      summary:
        "datagrams of \(size) bytes from a file, as fast as they go, to a receiver of ours with"
        + " 128 MiB of room, with UDP_GRO as udp-recv has it and without; iperf3 to its own",
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
}
