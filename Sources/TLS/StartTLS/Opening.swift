import ByteText
import Sockets

/// What is said in clear before TLS begins.
///
/// All that comes is hostile: only so much of it is kept, and everything ends at the deadline.
final class Opening {
  let spoken: StartTLSProtocol
  let subject: StreamError.Subject
  private let stream: any ByteStream
  private let deadline: Deadline
  private let observe: @Sendable (Bool, String) -> Void
  /// What has come and was not taken yet.
  private(set) var pending: [UInt8] = []
  /// How much has come in all.
  private(set) var totalCount = 0
  private let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)

  /// The longest line, or message.
  static let lineLimit = 8 * 1024
  /// The most that a peer may say before TLS begins.
  static let totalLimit = 64 * 1024

  init(
    of spoken: StartTLSProtocol, on stream: any ByteStream, _ subject: StreamError.Subject,
    by deadline: Deadline, observe: @escaping @Sendable (Bool, String) -> Void
  ) {
    (self.spoken, self.stream, self.subject) = (spoken, stream, subject)
    (self.deadline, self.observe) = (deadline, observe)
  }

  deinit { space.deallocate() }

  // MARK: Sending

  /// Sends a line; its end is added.
  func send(_ line: String) async throws(StreamError) {
    observe(true, line)
    try await write(Array((line + "\r\n").utf8))
  }

  /// Sends bytes as they are.
  func send(_ bytes: [UInt8]) async throws(StreamError) {
    observe(true, Self.escaped(bytes))
    try await write(bytes)
  }

  private func write(_ bytes: [UInt8]) async throws(StreamError) {
    do throws(StreamError) {
      try await stream.write(bytes, by: deadline)
    } catch {
      throw named(error)
    }
  }

  // MARK: Receiving

  /// The next line without its end, escaped.
  func line() async throws(StreamError) -> String {
    var bytes = try await take(through: UInt8(ascii: "\n")).dropLast()
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return note(Array(bytes))
  }

  /// Tells that this has come, and returns it escaped.
  @discardableResult
  func note(_ bytes: [UInt8]) -> String {
    let shown = Self.escaped(bytes)
    observe(false, shown)
    return shown
  }

  /// What comes up to a byte, this one too.
  func take(through last: UInt8) async throws(StreamError) -> [UInt8] {
    var searchedCount = 0
    while true {
      let index = pending[searchedCount...].firstIndex(of: last)
      if let index, index < Self.lineLimit { return takeFirst(index + 1) }
      searchedCount = pending.count
      guard searchedCount < Self.lineLimit else { throw tooMuch("in one line", Self.lineLimit) }
      try await readMore()
    }
  }

  /// So many bytes.
  func take(_ count: Int) async throws(StreamError) -> [UInt8] {
    guard count <= Self.lineLimit else { throw tooMuch("in one message", Self.lineLimit) }
    while pending.count < count { try await readMore() }
    return takeFirst(count)
  }

  private func takeFirst(_ count: Int) -> [UInt8] {
    defer { pending.removeFirst(count) }
    return Array(pending[..<count])
  }

  private func readMore() async throws(StreamError) {
    guard totalCount < Self.totalLimit else { throw tooMuch("before TLS", Self.totalLimit) }
    while true {
      // A peer that always has one more byte is never waited for.
      guard !deadline.hasPassed else { throw StreamError(.connect, subject, .timedOut(.connect)) }
      switch try readOnce() {
      case .moved: return
      case .endOfFile: throw ended
      case .wouldBlock: break
      }
      do throws(StreamError) {
        try await stream.waitReadable(by: deadline)
      } catch {
        throw named(error)
      }
    }
  }

  private func readOnce() throws(StreamError) -> Attempt {
    var span = OutputRawSpan(buffer: space, initializedCount: 0)
    let attempt = try stream.tryRead(into: &span)
    if case .moved(let count) = attempt {
      pending += space[..<count]
      totalCount += count
    }
    return attempt
  }

  /// Which timeout it was.
  private func named(_ error: StreamError) -> StreamError {
    guard case .timedOut = error.cause else { return error }
    return StreamError(.connect, subject, .timedOut(.connect))
  }

  // MARK: The end

  /// Sees that nothing has come behind the go-ahead.
  ///
  /// TLS begins with our words. Whoever sat between could put some there in clear, which would pass
  /// for protected ones.
  func finish() throws(StreamError) {
    // The end of the stream is told by the handshake.
    _ = try readOnce()
    guard pending.isEmpty else { throw injected(pending) }
  }

  /// Bytes as they can be shown.
  static func escaped(_ bytes: [UInt8]) -> String {
    var escaped: [UInt8] = []
    appendEscaped(bytes.span.bytes, to: &escaped)
    return String(decoding: escaped, as: UTF8.self)
  }
}
