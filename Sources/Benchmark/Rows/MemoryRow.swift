extension Row {
  /// How much memory each end of a large transfer needs.
  static let peakMemory = Row(
    name: "peak-memory",
    summary: "the most memory of each end of a transfer of 1 GiB, by pipes and by files",
    figures: [
      Figure("pipe, sender", "MiB", .greatest), Figure("pipe, receiver", "MiB", .greatest),
      Figure("file, sender", "MiB", .greatest), Figure("file, receiver", "MiB", .greatest),
    ],
    contenders: [.sockcat, .sockcatStatic, .ncat, .openbsd, .traditional, .socat, .socatLarge],
    rounds: 1,
    limits: (0..<4).map { Limit($0, .below, 16) }
  ) { (contender, programs) throws(BenchmarkError) in
    let pipe = try Transfer(source: .pipe, sink: .pipe, byteCount: 1 << 30)
      .run(from: contender, to: contender, programs, watchMemory: true)
    let file = try Transfer(source: .file, sink: .file, byteCount: 1 << 30)
      .run(from: contender, to: contender, programs, watchMemory: true)
    return [pipe.senderPeak, pipe.receiverPeak, file.senderPeak, file.receiverPeak].map {
      Double($0) / Double(1 << 20)
    }
  }
}
