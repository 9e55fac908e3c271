import Sockets

/// Datagrams that are written together, with where each ends: what of them is out is known also when
/// the output stops in their midst.
final class JoinedDatagrams {
  /// What is counted of a datagram once it is written.
  struct Part {
    let end: Int
    let byteCount: Int
    let isTruncated: Bool
  }

  private var bytes: [UInt8] = []
  private var position = 0
  private var parts: [Part] = []

  /// How many bytes are joined.
  var count: Int { bytes.count }

  /// Adds what `append` makes of a datagram.
  func add(
    _ content: RawSpan, _ datagram: Datagram, _ append: (RawSpan, Datagram, inout [UInt8]) -> Void
  ) {
    append(content, datagram, &bytes)
    parts.append(
      Part(
        end: bytes.count, byteCount: content.byteCount, isTruncated: datagram.isTruncated))
  }

  /// Writes all that is joined; after an error it may be gone on with.
  func write(to sink: any ByteSink, by deadline: Deadline) async throws(StreamError) {
    while position < bytes.count {
      let bytes = bytes
      switch try sink.tryWrite(bytes.span.bytes.extracting(droppingFirst: position)) {
      case .moved(let count): position += count
      case .wouldBlock: try await sink.waitWritable(by: deadline)
      case .endOfFile: position = bytes.count
      }
    }
  }

  /// Hands over, once each, the datagrams that are written whole.
  func takeWritten(_ body: (Part) -> Void) {
    let written = parts.prefix { $0.end <= position }
    for part in written { body(part) }
    if position < bytes.count {
      parts.removeFirst(written.count)
      return
    }
    position = 0
    bytes.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
  }
}
