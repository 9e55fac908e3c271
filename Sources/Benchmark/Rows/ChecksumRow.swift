import Sockets

extension Contender {
  static let sha256sum = Contender(name: "sha256sum", role: .yardstick)
}

extension Row {
  /// What a digest on the way takes.
  static let checksum = Row(
    name: "checksum",
    summary: "1 GiB from a file to /dev/null with --checksum sha256, beside sha256sum alone",
    figures: [Figure("at the sender", "s"), Figure("at both ends", "s")],
    contenders: [.sockcat, .sockcatStatic, .sha256sum], rounds: 5,
    limits: [Limit(0, .atMost, 1.3, of: .sha256sum), Limit(1, .atMost, 1.3, of: .sha256sum)]
  ) { (contender, programs) throws(BenchmarkError) in
    if contender == .sha256sum {
      let seconds = try secondsOfDigest(of: 1 << 30)
      return [seconds, seconds]
    }
    let options = ["--checksum", "sha256"]
    var transfer = Transfer(source: .file, sink: .null, byteCount: 1 << 30)
    transfer.senderOptions = options
    let sender = try transfer.run(from: contender, to: contender, programs)
    transfer.receiverOptions = options
    let both = try transfer.run(from: contender, to: contender, programs)
    return [sender.seconds, both.seconds]
  }
}

private func secondsOfDigest(of byteCount: Int) throws(BenchmarkError) -> Double {
  let file = try MemoryFile.source(of: byteCount).openAnew()
  let program = try MeasuredProcess(["sha256sum"], input: file.number)
  return try program.wait(by: .after(.seconds(60))).length.inSeconds
}
