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
    try begin(from: sender, to: receiver, programs).finish(watchMemory: watchMemory)
  }

  /// Begins it.
  func begin(
    from sender: Contender, to receiver: Contender, _ programs: Programs
  ) throws(BenchmarkError) -> TransferUnderWay {
    let place = try Place.free(transport)
    guard let (sending, receiving) = try commands(sender, receiver, place, programs) else {
      throw .cannot(sender.name)
    }
    do throws(BenchmarkError) {
      return try TransferUnderWay(self, sending, receiving, at: place)
    } catch {
      place.clear()
      throw error
    }
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

  /// Looks at what the receiver has counted, if it has.
  func checkCount(_ words: String) throws(BenchmarkError) {
    guard receiverOptions == Self.counting else { return }
    let arrived = receivedByteCount(words)
    if arrived != byteCount { throw .lost(arrived ?? 0, of: byteCount) }
  }
}
