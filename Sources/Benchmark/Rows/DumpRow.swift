import Sockets

extension Contender {
  static let xxd = Contender(name: "xxd", role: .yardstick)
  static let hexdump = Contender(name: "hexdump -C", role: .yardstick)
}

extension Row {
  /// How fast bytes become a hex dump.
  static let dump = Row(
    name: "dump",
    summary: "random bytes to a hex dump in /dev/null: what listen -x receives, 1 GiB, beside what"
      + " the others read from a full pipe",
    figures: [Figure("rate", "MiB/s")],
    contenders: [.sockcat, .sockcatStatic, .xxd, .hexdump], rounds: 5,
    limits: [Limit(0, .atLeast, 5, of: .xxd)]
  ) { (contender, programs) throws(BenchmarkError) in
    switch contender {
    case .xxd: [try rate(of: ["xxd"], for: 1 << 27)]
    case .hexdump: [try rate(of: ["hexdump", "-C"], for: 1 << 23)]
    default: [try rate(of: contender, programs, for: 1 << 30)]
    }
  }
}

/// Mebibytes a second that a filter takes.
private func rate(of command: [String], for byteCount: Int) throws(BenchmarkError) -> Double {
  let source = try TransferSource(.pipe, byteCount)
  let program = try MeasuredProcess(command, input: source.number)
  source.handOver()
  let length = try program.wait(by: .after(.seconds(60))).length
  return Double(byteCount >> 20) / length.inSeconds
}

/// Mebibytes a second that one of ours receives and dumps.
private func rate(
  of contender: Contender, _ programs: Programs, for byteCount: Int
) throws(BenchmarkError) -> Double {
  let port = try Place.freePort()
  let place = Place.tcp(port)
  guard let command = programs.receiving(contender, at: place, options: ["-x"]) else {
    throw .cannot(contender.name)
  }
  let program = try MeasuredProcess(command)
  try place.awaitListener(program)
  let sender = try MeasuredProcess(Helper.send(byteCount, port: port).arguments)
  let deadline = Deadline.after(.seconds(60))
  let end = try program.wait(by: deadline).endedAt
  try sender.wait(by: deadline)
  return Double(byteCount >> 20) / end.since(sender.startedAt).inSeconds
}
