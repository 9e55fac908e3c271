package import Sockets

/// Bytes in, other bytes out; what is incomplete waits inside.
package protocol ByteFilter: Sendable {
  /// Takes bytes and appends what came of them.
  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError)
  /// Appends what still waited when no more bytes come.
  mutating func finish(into output: inout [UInt8]) throws(StreamError)
}

/// A source whose bytes go through a filter.
package final class FilteredSource: ByteSource, @unchecked Sendable {
  private let base: any ByteSource
  private var filter: any ByteFilter
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
  private var converted: [UInt8] = []
  private var position = 0
  private var hasFinished = false
  /// What went wrong behind bytes that are good and were not handed on yet.
  private var failure: StreamError?

  /// Puts a filter around a source.
  package init(_ base: any ByteSource, _ filter: any ByteFilter) {
    self.base = base
    self.filter = filter
  }

  deinit { buffer.deallocate() }

  /// Appends converted bytes; whatever was good before an error comes before it.
  package func tryRead(into output: inout OutputRawSpan) throws(StreamError) -> Attempt {
    while position == converted.count {
      if let failure { throw failure }
      if hasFinished { return .endOfFile }
      if let attempt = try refill() { return attempt }
    }
    let count = min(output.freeCapacity, converted.count - position)
    converted.withUnsafeBytes { output.append(copying: $0[position..<position + count]) }
    position += count
    return .moved(count)
  }

  private func refill() throws(StreamError) -> Attempt? {
    converted.removeAll(keepingCapacity: true)
    position = 0
    var space = OutputRawSpan(buffer: buffer, initializedCount: 0)
    let attempt = try base.tryRead(into: &space)
    do throws(StreamError) {
      switch attempt {
      case .wouldBlock: return .wouldBlock
      case .moved: try filter.convert(space.bytes, into: &converted)
      case .endOfFile:
        hasFinished = true
        try filter.finish(into: &converted)
      }
    } catch {
      failure = error
    }
    return nil
  }

  /// Suspends until the source may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if position < converted.count { return }
    try await base.waitReadable(by: deadline)
  }
}

/// A sink whose bytes go through a filter.
package final class FilteredSink: ByteSink, @unchecked Sendable {
  private let base: any ByteSink
  private var filter: any ByteFilter
  private var converted: [UInt8] = []
  private var position = 0
  private var hasFinished = false
  private var failure: StreamError?
  /// The most bytes that are taken at once, so that what they become stays small.
  private let inputLimit = 65536

  /// Puts a filter around a sink.
  package init(_ base: any ByteSink, _ filter: any ByteFilter) {
    self.base = base
    self.filter = filter
  }

  /// Takes bytes, converts them and writes as much as the sink takes now; what was good before an
  /// error is written before it is thrown.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    guard try flush() else { return .wouldBlock }
    if let failure { throw failure }
    let part = bytes.extracting(first: min(bytes.byteCount, inputLimit))
    do throws(StreamError) {
      try filter.convert(part, into: &converted)
    } catch {
      failure = error
    }
    let isEmpty = try flush()
    if let failure, isEmpty { throw failure }
    return .moved(part.byteCount)
  }

  /// Writes what waits; false if not all of it could be written.
  private func flush() throws(StreamError) -> Bool {
    while position < converted.count {
      let bytes = converted
      let attempt = try base.tryWrite(bytes.span.bytes.extracting(droppingFirst: position))
      guard case .moved(let count) = attempt else { return false }
      position += count
    }
    converted.removeAll(keepingCapacity: true)
    position = 0
    return true
  }

  /// Suspends until the sink may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  /// Suspends until nobody reads the sink any more.
  package func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }

  /// Writes what waits, the filter's end included, then ends the sink, or throws what was wrong
  /// behind it.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    if !hasFinished {
      hasFinished = true
      if failure == nil {
        do throws(StreamError) {
          try filter.finish(into: &converted)
        } catch {
          failure = error
        }
      }
    }
    while try !flush() { try await base.waitWritable(by: deadline) }
    if let failure { throw failure }
    try await base.closeWrite(by: deadline)
  }
}

/// Why text could not be read as what it should be, with where.
package struct ConversionError: LayerError {
  package let failure: FailureClass
  package let text: String

  /// Puts the two together.
  package init(_ failure: FailureClass, _ text: String) {
    self.failure = failure
    self.text = text
  }
}
