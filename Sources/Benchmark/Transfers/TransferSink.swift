import Sockets

/// Where a receiver's standard output goes.
final class TransferSink {
  /// What kind there is.
  enum Kind: String, Sendable {
    case null
    /// A pipe of a mebibyte that a consumer of ours empties without copying.
    case pipe
    /// A file in memory.
    case file
    /// What a shell's `| cat > /dev/null` takes.
    case cat
  }

  private let kind: Kind
  private let file: MemoryFile?
  private let pipe: WidePipe?
  private let consumer: MeasuredProcess?

  /// Makes one for so many bytes.
  init(_ kind: Kind, _ byteCount: Int) throws(BenchmarkError) {
    self.kind = kind
    file = kind == .file ? try MemoryFile(roomFor: byteCount) : nil
    guard kind == .pipe || kind == .cat else {
      (pipe, consumer) = (nil, nil)
      return
    }
    let pipe = try WidePipe(isWide: kind == .pipe)
    consumer = try MeasuredProcess(
      kind == .cat ? ["cat"] : Helper.consume.arguments, input: pipe.reading)
    pipe.closeReading()
    self.pipe = pipe
  }

  /// What the receiver is given; nil for `/dev/null`.
  var number: Int32? { file?.number ?? pipe?.writing }

  /// Lets go of it, so that its consumer sees the end.
  func handOver() { pipe?.closeWriting() }

  /// Waits for the consumer, and checks that all has come where that can be seen.
  func finish(_ byteCount: Int, by deadline: Deadline) throws(BenchmarkError) {
    try consumer?.wait(by: deadline)
    let arrived =
      switch kind {
      case .file: file?.size
      case .pipe: consumer.flatMap { Int($0.words.prefix { $0 != "\n" }) }
      case .null, .cat: byteCount
      }
    if arrived != byteCount { throw .lost(arrived ?? 0, of: byteCount) }
  }
}
