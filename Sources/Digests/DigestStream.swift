package import Sockets

/// A stream that keeps a digest of what passes in each direction.
package final class DigestStream: ByteStream, Sendable {
  /// Of what was written and accepted.
  package let sent = SHA256()
  /// Of what was read.
  package let received = SHA256()
  private let base: any ByteStream

  /// Watches a stream.
  package init(_ base: any ByteStream) { self.base = base }

  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    let before = buffer.byteCount
    let attempt = try base.tryRead(into: &buffer)
    if case .moved = attempt { received.update(buffer.bytes.extracting(droppingFirst: before)) }
    return attempt
  }

  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    let attempt = try base.tryWrite(bytes)
    if case .moved(let count) = attempt { sent.update(bytes.extracting(first: count)) }
    return attempt
  }

  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
  }

  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  package func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }

  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await base.closeWrite(by: deadline)
  }

  package func drain(by deadline: Deadline) async throws(StreamError) {
    try await base.drain(by: deadline)
  }

  package func close() throws(StreamError) { try base.close() }
  package func abort() { base.abort() }
}
