import Sockets

/// Where a sender's standard input comes from.
final class TransferSource {
  /// What kind there is.
  enum Kind: String, Sendable {
    /// A file in memory.
    case file
    /// A pipe of a mebibyte that a producer of ours keeps full without copying.
    case pipe
    /// The same that it fills by writing.
    case written
    /// What a shell's `cat FILE |` gives.
    case cat
  }

  private let file: Descriptor?
  private let fileNumber: Int32?
  private let pipe: WidePipe?
  /// Ended with us.
  private let producer: MeasuredProcess?

  /// Makes one of so many bytes.
  init(_ kind: Kind, _ byteCount: Int) throws(BenchmarkError) {
    if kind == .file {
      let file = try MemoryFile.source(of: byteCount).openAnew()
      fileNumber = file.number
      self.file = consume file
      (pipe, producer) = (nil, nil)
      return
    }
    let pipe = try WidePipe(isWide: kind != .cat)
    let command =
      switch kind {
      case .cat: ["cat", try MemoryFile.source(of: byteCount).path]
      case .written: Helper.write(byteCount).arguments
      case .file, .pipe: Helper.produce(byteCount).arguments
      }
    producer = try MeasuredProcess(command, output: pipe.writing)
    pipe.closeWriting()
    self.pipe = pipe
    file = nil
    fileNumber = nil
  }

  /// What the sender is given.
  var number: Int32? { fileNumber ?? pipe?.reading }

  /// Lets go of it, so that its producer sees when the sender is gone.
  func handOver() { pipe?.closeReading() }
}
