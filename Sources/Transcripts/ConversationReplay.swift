import ByteText

/// A logged conversation on its way into a transcript, a record at a time.
package struct ConversationReplay: Sendable {
  private struct Connection {
    var transcript: ConnectionTranscript
    /// When the beginning of a character that waits for its rest is shown without it.
    var releaseTime: Int64?
  }

  private var records: ArraySlice<LoggedRecord>
  private var connections: [ObjectIdentifier: Connection] = [:]
  /// Connections that may hold the beginning of a character.
  private var holding: [ObjectIdentifier] = []

  init(_ records: ArraySlice<LoggedRecord>, as format: TranscriptFormat) {
    self.records = records
    // Now: the log goes on dropping.
    for record in records where connections[ObjectIdentifier(record.connection)] == nil {
      let dropped = record.connection.dropped
      let offsets = Hexdump(sentOffset: dropped.sent, receivedOffset: dropped.received)
      connections[ObjectIdentifier(record.connection)] = Connection(
        transcript: ConnectionTranscript(record.connection.connection, format, offsets: offsets))
    }
  }

  /// Appends what the next record is in the format, which may be nothing; false after the last.
  package mutating func next(into output: inout [UInt8]) -> Bool {
    guard let record = records.popFirst() else {
      release(until: .max, into: &output)
      return false
    }
    release(until: record.time, into: &output)
    append(record, into: &output)
    return true
  }

  private mutating func append(_ record: LoggedRecord, into output: inout [UInt8]) {
    let key = ObjectIdentifier(record.connection)
    connections[key]?.transcript.append(
      record.record, record.bytes.span.bytes, time: record.time, to: &output)
    guard case .bytes = record.record, connections[key]?.transcript.isHolding == true else {
      return
    }
    // As the timer of a transcript that is written at once: each chunk begins it anew.
    connections[key]?.releaseTime =
      record.time + Int64(ConnectionTranscript.holdTime / .nanoseconds(1))
    holding.removeAll { $0 == key }
    holding.append(key)
  }

  /// Shows the beginnings of characters whose time was up before something else happened.
  private mutating func release(until time: Int64, into output: inout [UInt8]) {
    while let key = holding.first, let due = connections[key]?.releaseTime, due <= time {
      holding.removeFirst()
      connections[key]?.transcript.append(.release, RawSpan(), time: due, to: &output)
    }
  }
}
