import Sockets

/// A transfer that has begun; others may go on beside it.
final class TransferUnderWay {
  private let transfer: Transfer
  private let place: Place
  private let source: TransferSource
  private let sink: TransferSink
  private let sender: MeasuredProcess
  private let receiver: MeasuredProcess

  /// Starts both programs, the receiver first.
  init(
    _ transfer: Transfer, _ sending: [String], _ receiving: [String], at place: Place
  ) throws(BenchmarkError) {
    (self.transfer, self.place) = (transfer, place)
    sink = try TransferSink(transfer.sink, transfer.byteCount)
    receiver = try MeasuredProcess(receiving, output: sink.number)
    sink.handOver()
    try place.awaitListener(receiver)
    source = try TransferSource(transfer.source, transfer.byteCount)
    sender = try MeasuredProcess(sending, input: source.number)
    source.handOver()
  }

  deinit { place.clear() }

  /// Waits for its end, and checks that all has come.
  func finish(watchMemory: Bool = false) throws(BenchmarkError) -> Transfer.Cost {
    let cost = try wait(watchMemory: watchMemory)
    try sink.finish(transfer.byteCount, by: .after(.seconds(10)))
    try transfer.checkCount(receiver.words)
    return cost
  }

  private func wait(watchMemory: Bool) throws(BenchmarkError) -> Transfer.Cost {
    var peaks = (sender: 0, receiver: 0)
    let look = { [sender, receiver] in
      // Who has just gone has been looked at before.
      peaks.sender = max(peaks.sender, (try? sender.figures.peakBytes()) ?? 0)
      peaks.receiver = max(peaks.receiver, (try? receiver.figures.peakBytes()) ?? 0)
    }
    let deadline = Deadline.after(.seconds(60))
    let sent = try sender.wait(by: deadline, meanwhile: watchMemory ? look : nil)
    // In TLS ncat complains of itself, as it leaves without close_notify.
    let received = try receiver.wait(
      by: deadline, status: transfer.isSecured ? 0...1 : 0...0, meanwhile: watchMemory ? look : nil)
    let length = max(sent.endedAt, received.endedAt).since(sender.startedAt)
    return Transfer.Cost(
      seconds: length.inSeconds,
      processorSeconds: sent.processorSeconds + received.processorSeconds,
      byteCount: transfer.byteCount,
      senderPeak: peaks.sender, receiverPeak: peaks.receiver)
  }
}
