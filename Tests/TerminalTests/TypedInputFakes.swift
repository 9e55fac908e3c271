import Sockets
import Terminal

/// What an input told of: secrets, and the ends of sources.
final class Told: @unchecked Sendable {
  private(set) var hides: [Bool] = []
  private(set) var ends: [StreamError?] = []

  /// Notes what `input` says of secrets from now on.
  func listen(to input: TypedInput) {
    input.hides = { [self] in hides.append($0) }
  }

  /// Notes how a source ended.
  func end(_ error: StreamError?) { ends.append(error) }

  /// Whether what was read last is a secret.
  var isHidden: Bool { hides.last ?? false }
}

/// A source that has nothing to read until a test gives it something.
final class FedSource: ByteSource, @unchecked Sendable {
  private var rest: [UInt8] = []
  private var end: Result<Void, StreamError>?
  private let change: Wakeup

  init(on loop: EventLoop) { change = Wakeup(on: loop) }

  func give(_ bytes: [UInt8]) {
    rest += bytes
    change.wakeAll()
  }

  func finish(_ result: Result<Void, StreamError> = .success(())) {
    end = result
    change.wakeAll()
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if rest.isEmpty {
      guard let end else { return .wouldBlock }
      try end.get()
      return .endOfFile
    }
    let count = min(rest.count, buffer.freeCapacity)
    rest.withUnsafeBytes { buffer.append(copying: $0[..<count]) }
    rest.removeFirst(count)
    return .moved(count)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    while rest.isEmpty, end == nil {
      if await change.wait(by: deadline) { continue }
      throw StreamError(.read, .standardInput, Task.isCancelled ? .cancelled : .timedOut(.total))
    }
  }
}

extension TypedInput {
  /// Adds text as a message.
  func add(_ text: String, isSecret: Bool = false) {
    add(.message(Array(text.utf8), isSecret: isSecret))
  }

  /// Adds a source whose end is noted.
  func add(_ source: any ByteSource, telling told: Told) {
    add(.source(source) { told.end($0) })
  }

  /// What can be read now, at most so much; nil for nothing, and at the end.
  func readNow(limit: Int = 100) throws -> String? {
    var attempt = Attempt.wouldBlock
    let bytes = try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      attempt = try tryRead(into: &span)
      count = span.byteCount
    }
    guard case .moved(bytes.count) = attempt else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A message as text.
  func takeText() -> String? { takeMessage().map { String(decoding: $0, as: UTF8.self) } }
}
