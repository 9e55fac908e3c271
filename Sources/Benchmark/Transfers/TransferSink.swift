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
    /// What a shell's `| cat |` takes, and passes to such a consumer.
    case cat
  }

  private let kind: Kind
  private let file: MemoryFile?
  private let pipe: WidePipe?
  private let consumer: MeasuredProcess?
  /// Between us and the consumer.
  private let cat: MeasuredProcess?

  /// Makes one for so many bytes.
  init(_ kind: Kind, _ byteCount: Int) throws(BenchmarkError) {
    self.kind = kind
    file = kind == .file ? try MemoryFile(roomFor: byteCount) : nil
    guard kind == .pipe || kind == .cat else {
      (pipe, consumer, cat) = (nil, nil, nil)
      return
    }
    let last = try WidePipe(isWide: true)
    consumer = try MeasuredProcess(Helper.consume.arguments, input: last.reading)
    last.closeReading()
    guard kind == .cat else {
      (pipe, cat) = (last, nil)
      return
    }
    let first = try WidePipe(isWide: false)
    cat = try MeasuredProcess(["cat"], input: first.reading, output: last.writing)
    first.closeReading()
    last.closeWriting()
    pipe = first
  }

  /// What the receiver is given; nil for `/dev/null`.
  var number: Int32? { file?.number ?? pipe?.writing }

  /// Lets go of it, so that its consumer sees the end.
  func handOver() { pipe?.closeWriting() }

  /// Waits for the consumer, and checks that all has come, which only `/dev/null` cannot tell.
  func finish(_ byteCount: Int, by deadline: Deadline) throws(BenchmarkError) {
    try cat?.wait(by: deadline)
    try consumer?.wait(by: deadline)
    let arrived =
      switch kind {
      case .file: file?.size
      case .pipe, .cat: consumer.flatMap { Int($0.words.prefix { $0 != "\n" }) }
      case .null: byteCount
      }
    if arrived != byteCount { throw .lost(arrived ?? 0, of: byteCount) }
  }
}
