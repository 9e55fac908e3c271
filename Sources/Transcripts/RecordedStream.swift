import ByteText
package import Sockets

/// A stream whose bytes are noted as they pass.
package final class RecordedStream: ByteStream, @unchecked Sendable {
  private let base: any ByteStream
  private var recorders: [Recorder]
  private var hasSeenEnd = false
  private var hasEnded = false

  /// Whether what is written leaves no trace in any record: no bytes, no lengths, no offsets that
  /// move.
  package var hidesSent = false {
    didSet { for recorder in recorders { recorder.hidesSent = hidesSent } }
  }

  /// Records a stream in each of the transcripts.
  package init(_ base: any ByteStream, in recorders: [Recorder]) {
    self.base = base
    self.recorders = recorders
  }

  /// Goes on in other recorders: the base is a new connection now.
  package func beginConnection(in recorders: [Recorder]) {
    self.recorders = recorders
    for recorder in recorders { recorder.hidesSent = hidesSent }
    (hasSeenEnd, hasEnded) = (false, false)
  }

  private var isFull: Bool { recorders.contains { $0.isFull } }

  private func throwFailure() throws(StreamError) {
    for recorder in recorders { try recorder.throwFailure() }
  }

  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try throwFailure()
    if isFull { return .wouldBlock }
    let before = buffer.byteCount
    let attempt = try base.tryRead(into: &buffer)
    switch attempt {
    case .moved:
      for recorder in recorders {
        recorder.record(buffer.bytes.extracting(droppingFirst: before), .received)
      }
    case .endOfFile where !hasSeenEnd:
      hasSeenEnd = true
      for recorder in recorders { recorder.record(.halfClosed(by: .peer)) }
    case .endOfFile, .wouldBlock: break
    }
    return attempt
  }

  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try throwFailure()
    if isFull { return .wouldBlock }
    let attempt = try base.tryWrite(bytes)
    if case .moved(let count) = attempt, count > 0 || bytes.isEmpty {
      for recorder in recorders { recorder.record(bytes.extracting(first: count), .sent) }
    }
    return attempt
  }

  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if isFull { return try await waitForRoom(by: deadline) }
    try await base.waitReadable(by: deadline)
  }

  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    if isFull { return try await waitForRoom(by: deadline) }
    try await base.waitWritable(by: deadline)
  }

  private func waitForRoom(by deadline: Deadline) async throws(StreamError) {
    for recorder in recorders { try await recorder.waitForRoom(by: deadline) }
  }

  package func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }

  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await base.closeWrite(by: deadline)
    guard !hasEnded else { return }
    hasEnded = true
    for recorder in recorders { recorder.record(.halfClosed(by: .local)) }
  }

  package func drain(by deadline: Deadline) async throws(StreamError) {
    try await base.drain(by: deadline)
  }

  package func close() throws(StreamError) { try base.close() }
  package func abort() { base.abort() }
}
