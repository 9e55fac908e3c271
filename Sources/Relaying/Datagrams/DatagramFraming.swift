package import Sockets

/// How input is cut into datagrams.
package enum DatagramFraming: Sendable, Hashable {
  /// A line is a datagram, without its newline.
  case line
  /// The whole input is one.
  case whole
  /// What stands between zero bytes is one.
  case null
  /// So many bytes are one; only the last may be shorter.
  case size(Int)
}

/// Cuts a source into datagrams, or takes them as they are from one of messages; none is ever longer
/// than the limit, and none is ever cut.
package final class DatagramReader: @unchecked Sendable {
  private enum Source {
    case bytes(any ByteSource)
    case messages(any MessageSource)
  }

  private let source: Source
  private let framing: DatagramFraming
  private let limit: Int
  private let sendsEmptyInput: Bool
  private let loop: EventLoop
  private let convert: (@Sendable ([UInt8]) throws(StreamError) -> [UInt8])?
  private let stillWaiting: @Sendable (Int) -> Void
  private let input = DatagramInput()
  private var hasEnded = false
  private var count = 0
  private var prepared: [UInt8]?
  /// Whether the last datagram is a secret, which is recorded nowhere.
  private(set) var lastIsSecret = false
  /// Where the datagrams lie that were cut last, to be sent together.
  package private(set) var batch: [DatagramExtent] = []

  /// How many are sent together at most.
  static let batchLimit = 4096

  /// Reads datagrams from a source.
  ///
  /// `limit` is the most bytes that a datagram can carry.
  /// `sendsEmptyInput` is whether a whole input without a byte is an empty datagram.
  /// `convert` makes of each datagram what is sent.
  /// `stillWaiting` is told, once, how many bytes there are when the end of a whole input has not
  /// come for a second.
  package init(
    _ source: any ByteSource, framing: DatagramFraming, limit: Int, sendsEmptyInput: Bool,
    on loop: EventLoop, convert: (@Sendable ([UInt8]) throws(StreamError) -> [UInt8])? = nil,
    stillWaiting: @escaping @Sendable (Int) -> Void
  ) {
    self.source = .bytes(source)
    self.framing = framing
    self.limit = limit
    self.sendsEmptyInput = sendsEmptyInput
    self.loop = loop
    self.convert = convert
    self.stillWaiting = stillWaiting
  }

  /// Takes each message as a datagram, also an empty one.
  ///
  /// One that is too long, or cannot be converted, is thrown away with the error; the next one may
  /// be asked for.
  package init(
    messages: any MessageSource, limit: Int, on loop: EventLoop,
    convert: (@Sendable ([UInt8]) throws(StreamError) -> [UInt8])? = nil
  ) {
    source = .messages(messages)
    framing = .line
    self.limit = limit
    sendsEmptyInput = false
    self.loop = loop
    self.convert = convert
    stillWaiting = { _ in }
  }

  /// Reads a whole input to its end, so that one that is too long is known before anything is sent.
  ///
  /// Of messages, as of all that comes in pieces, nothing is read yet.
  package func prepare() async throws(StreamError) {
    if framing == .whole { prepared = try await next() }
  }

  /// The next datagram; nil at the end of the input.
  ///
  /// - Throws: a usage failure if one is longer than a datagram can be.
  package func next() async throws(StreamError) -> [UInt8]? {
    if let prepared {
      self.prepared = nil
      return prepared
    }
    return switch source {
    case .bytes(let source): try await read(from: source)
    case .messages(let source): try await take(from: source)
    }
  }

  private func take(from source: any MessageSource) async throws(StreamError) -> [UInt8]? {
    while true {
      switch try source.tryTake() {
      case .message(let message):
        lastIsSecret = source.lastIsSecret
        return try finished(message)
      case .wouldBlock: try await source.waitReadable(by: .never)
      case .endOfFile: return nil
      }
    }
  }

  private func finished(_ datagram: [UInt8]) throws(StreamError) -> [UInt8] {
    let converted = try convert?(datagram) ?? datagram
    try check(converted.count, limit)
    count += 1
    return converted
  }

  private func read(from source: any ByteSource) async throws(StreamError) -> [UInt8]? {
    var patience = framing == .whole ? Deadline.after(.seconds(1)) : .never
    while true {
      if let extent = try cut() {
        let end = extent.start + extent.count
        return try finished(Array(input.bytes[extent.start..<end]))
      }
      if hasEnded { return nil }
      try await readMore(from: source, &patience)
    }
  }

  private func readMore(
    from source: any ByteSource, _ patience: inout Deadline
  ) async throws(StreamError) {
    switch try input.read(from: source, unit: readUnit) {
    case .moved: return
    case .endOfFile: hasEnded = true
    case .wouldBlock:
      do throws(StreamError) {
        try await source.waitReadable(by: patience)
      } catch {
        guard case .timedOut = error.cause else { throw error }
        stillWaiting(input.count)
        patience = .never
      }
    }
  }

  // MARK: Batches

  /// Whether datagrams can be cut several at a time, and sent as they are.
  package var cutsBatches: Bool {
    guard case .bytes = source else { return false }
    return framing != .whole && convert == nil
  }

  /// Cuts what is there already, at most so many datagrams, and waits only for the first; false at
  /// the end of the input.
  ///
  /// - Throws: a usage failure if the first is longer than a datagram can be.
  package func cutBatch(atMost most: Int) async throws(StreamError) -> Bool {
    batch.removeAll(keepingCapacity: true)
    guard case .bytes(let source) = source else { return false }
    var patience = Deadline.never
    while true {
      try cutAll(atMost: min(most, Self.batchLimit))
      if !batch.isEmpty { return true }
      if hasEnded { return false }
      try await readMore(from: source, &patience)
    }
  }

  private func cutAll(atMost most: Int) throws(StreamError) {
    do throws(StreamError) {
      while batch.count < most, let extent = try cut() {
        try check(extent.count, limit)
        count += 1
        batch.append(extent)
      }
    } catch {
      // What stands before one that is too long is sent; then it is met again.
      if batch.isEmpty { throw error }
    }
  }

  /// Lends the bytes that the extents of ``batch`` are in.
  package func withBatch<Result>(
    _ body: (RawSpan) throws(StreamError) -> Result
  ) throws(StreamError) -> Result {
    try body(input.bytes.bytes)
  }

  /// All bytes that the extents of ``batch`` are in.
  var bytes: UnsafeRawBufferPointer { input.bytes }

  // MARK: Cutting

  private func cut() throws(StreamError) -> DatagramExtent? {
    switch framing {
    case .line: return try cut(at: UInt8(ascii: "\n"))
    case .null: return try cut(at: 0)
    case .size(let size):
      guard input.count >= size || hasEnded && input.count > 0 else { return nil }
      return input.take(min(size, input.count))
    case .whole:
      try check(input.count, readLimit)
      guard hasEnded, count == 0, input.count > 0 || sendsEmptyInput else { return nil }
      return input.take(input.count)
    }
  }

  private func cut(at separator: UInt8) throws(StreamError) -> DatagramExtent? {
    if let length = input.length(before: separator) {
      try check(length, readLimit)
      return input.take(length, dropping: 1)
    }
    try check(input.count, readLimit)
    guard hasEnded, input.count > 0 else { return nil }
    return input.take(input.count)
  }

  /// What is read at once makes whole messages for the kernel to cut.
  private var readUnit: Int {
    guard case .size(let size) = framing, size <= limit else { return 1 }
    return size * max(1, min(64, DatagramSocket.payloadLimit / size))
  }

  /// A character of four bytes may be one in the peer's set.
  private var readLimit: Int { convert == nil ? limit : 4 * limit }

  private func check(_ length: Int, _ most: Int) throws(StreamError) {
    guard length > most else { return }
    let what = framing == .whole ? "the input" : "datagram " + String(count + 1)
    throw StreamError(.read, .standardInput, .layer(DatagramTooLong(what, limit: limit)))
  }
}

/// What was read does not fit a datagram.
package struct DatagramTooLong: LayerError {
  package let text: String

  fileprivate init(_ what: String, limit: Int) {
    text = what + " is longer than the " + String(limit) + " bytes that a datagram holds"
  }

  package var failure: FailureClass { .usage }
}
