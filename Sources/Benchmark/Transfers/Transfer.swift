import Sockets

/// One transfer from a sender to a receiver, which are measured.
struct Transfer: Sendable {
  var source: TransferSource.Kind
  var sink: TransferSink.Kind
  var transport = Transport.tcp
  var byteCount: Int
  var senderOptions: [String] = []
  var receiverOptions: [String] = []
  /// Whether it is in TLS.
  var isSecured = false

  /// What it has cost.
  struct Cost {
    /// From the sender's start to the end of both, in seconds.
    let seconds: Double
    /// Time on processors of both.
    let processorSeconds: Double
    let byteCount: Int
    /// The most memory of each in bytes; 0 if nobody asked.
    let senderPeak: Int
    let receiverPeak: Int

    /// Mebibytes a second.
    var throughput: Double { Double(byteCount) / Double(1 << 20) / seconds }
    /// Time on processors for each gibibyte.
    var processorSecondsPerGiB: Double { processorSeconds * Double(1 << 30) / Double(byteCount) }
  }

  /// Does it once.
  func run(
    from sender: Contender, to receiver: Contender, _ programs: Programs, watchMemory: Bool = false
  ) throws(BenchmarkError) -> Cost {
    let place = try Place.free(transport)
    defer { place.clear() }
    guard let (sending, receiving) = try commands(sender, receiver, place, programs) else {
      throw .cannot(sender.name)
    }
    let sink = try TransferSink(sink, byteCount)
    let listener = try MeasuredProcess(receiving, output: sink.number)
    sink.handOver()
    try place.awaitListener(listener)
    let source = try TransferSource(source, byteCount)
    let caller = try MeasuredProcess(sending, input: source.number)
    source.handOver()
    let cost = try wait(for: caller, listener, watchMemory)
    try sink.finish(byteCount, by: .after(.seconds(10)))
    if receiverOptions == Self.counting { try checkCount(listener.words) }
    return cost
  }

  private func commands(
    _ sender: Contender, _ receiver: Contender, _ place: Place, _ programs: Programs
  ) throws(BenchmarkError) -> (sending: [String], receiving: [String])? {
    let sending: [String]?
    let receiving: [String]?
    if isSecured, let port = place.port {
      let certificate = try TestCertificate.path()
      sending = programs.sendingTLS(sender, to: port, certificate: certificate)
      receiving = programs.receivingTLS(receiver, at: port, certificate: certificate)
    } else {
      sending = programs.sending(sender, to: place, options: senderOptions)
      receiving = programs.receiving(receiver, at: place, options: receiverOptions)
    }
    guard let sending, let receiving else { return nil }
    return (sending, receiving)
  }

  /// Does it once between two of our own, whose receiver tells how much has come.
  func check(_ programs: Programs) throws(BenchmarkError) {
    var counted = self
    counted.receiverOptions = Self.counting
    _ = try counted.run(from: .sockcat, to: .sockcat, programs)
  }

  private static let counting = ["--stats", "json"]

  private func checkCount(_ words: String) throws(BenchmarkError) {
    let arrived = receivedByteCount(words)
    if arrived != byteCount { throw .lost(arrived ?? 0, of: byteCount) }
  }

  private func wait(
    for sender: MeasuredProcess, _ receiver: MeasuredProcess, _ watchMemory: Bool
  ) throws(BenchmarkError) -> Cost {
    var peaks = (sender: 0, receiver: 0)
    let look = {
      // Who has just gone has been looked at before.
      peaks.sender = max(peaks.sender, (try? sender.figures.peakBytes()) ?? 0)
      peaks.receiver = max(peaks.receiver, (try? receiver.figures.peakBytes()) ?? 0)
    }
    let deadline = Deadline.after(.seconds(60))
    let sent = try sender.wait(by: deadline, meanwhile: watchMemory ? look : nil)
    // In TLS ncat complains of itself, as it leaves without close_notify.
    let received = try receiver.wait(
      by: deadline, status: isSecured ? 0...1 : 0...0, meanwhile: watchMemory ? look : nil)
    let length = max(sent.endedAt, received.endedAt).since(sender.startedAt)
    return Cost(
      seconds: length.inSeconds,
      processorSeconds: sent.processorSeconds + received.processorSeconds, byteCount: byteCount,
      senderPeak: peaks.sender, receiverPeak: peaks.receiver)
  }
}
