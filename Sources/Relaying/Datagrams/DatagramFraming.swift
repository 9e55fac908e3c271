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
  private var buffer: [UInt8] = []
  private var position = 0
  private var hasEnded = false
  private var count = 0
  private var prepared: [UInt8]?
  /// Whether the last datagram is a secret, which is recorded nowhere.
  private(set) var lastIsSecret = false

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
      if let datagram = try take() { return try finished(datagram) }
      if hasEnded { return nil }
      switch try tryRead(from: source) {
      case .moved: continue
      case .endOfFile: hasEnded = true
      case .wouldBlock:
        do throws(StreamError) {
          try await source.waitReadable(by: patience)
        } catch {
          guard case .timedOut = error.cause else { throw error }
          stillWaiting(buffer.count)
          patience = .never
        }
      }
    }
  }

  private func tryRead(from source: any ByteSource) throws(StreamError) -> Attempt {
    if position > 65536 {
      buffer.removeFirst(position)
      position = 0
    }
    return try loop.scratch.withSpace(limit: 65536) { (space) throws(StreamError) in
      let attempt = try source.tryRead(into: &space)
      space.bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
      return attempt
    }
  }

  private func take() throws(StreamError) -> [UInt8]? {
    switch framing {
    case .line: return try take(upTo: UInt8(ascii: "\n"))
    case .null: return try take(upTo: 0)
    case .size(let size): return take(size)
    case .whole:
      try check(buffer.count, readLimit)
      guard hasEnded, count == 0, !buffer.isEmpty || sendsEmptyInput else { return nil }
      return buffer
    }
  }

  private func take(upTo separator: UInt8) throws(StreamError) -> [UInt8]? {
    let rest = buffer[position...]
    if let end = rest.firstIndex(of: separator) {
      try check(end - position, readLimit)
      defer { position = end + 1 }
      return Array(buffer[position..<end])
    }
    try check(rest.count, readLimit)
    guard hasEnded, !rest.isEmpty else { return nil }
    position = buffer.count
    return Array(rest)
  }

  private func take(_ size: Int) -> [UInt8]? {
    let available = buffer.count - position
    guard available >= size || hasEnded && available > 0 else { return nil }
    let end = position + min(size, available)
    defer { position = end }
    return Array(buffer[position..<end])
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
