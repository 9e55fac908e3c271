package import ByteText
package import Sockets

/// JSON lines for one connection: the frozen schema of the manual.
package struct JSONTranscript: Sendable {
  private let connection: TranscriptConnection
  private let payload: JSONPayload
  /// The beginning of a character at the end of a chunk, by direction.
  private var held: [Hexdump.Direction: [UInt8]] = [:]

  /// Begins a connection's transcript.
  package init(_ connection: TranscriptConnection, payload: JSONPayload) {
    self.connection = connection
    self.payload = payload
  }

  /// Whether the beginning of a character waits for its rest.
  package var isHolding: Bool { held.values.contains { !$0.isEmpty } }

  /// Appends an event.
  package mutating func append(
    _ event: TranscriptEvent, time: Int64, to output: inout [UInt8]
  ) {
    release(time: time, to: &output)
    var object = begin(event.name, time: time, connection)
    switch event {
    case .connecting(let peer) where connection.peer == nil: object.add("peer", peer)
    case .connected: addSecurity(to: &object)
    case .halfClosed(let side): object.add("by", side.rawValue)
    case .timeout(let text), .error(let text): object.add("message", text)
    case .programEnded(let reason, let peer):
      if connection.peer == nil, let peer { object.add("peer", peer.description) }
      switch reason {
      case .exited(let status): object.add("program-status", Int(status))
      case .signalled(let signal): object.add("program-signal", Int(signal))
      }
    default: break
    }
    object.finish(into: &output)
  }

  /// Appends what passed in one direction; the beginning of a character at its end is held back.
  package mutating func append(
    _ bytes: RawSpan, _ direction: Hexdump.Direction, time: Int64, to output: inout [UInt8]
  ) {
    let before = held.removeValue(forKey: direction) ?? []
    guard case .automatic = payload else {
      return appendData(bytes, direction, connection, time: time, to: &output)
    }
    let whole = bytes.withUnsafeBytes { before + $0 }
    let suffix = incompleteSuffixLength(of: whole.span.bytes)
    let complete = whole.span.bytes.extracting(droppingLast: suffix)
    // Bytes that are no text anyway are not held back.
    guard suffix > 0, isValidUTF8(complete) else {
      return appendData(whole.span.bytes, direction, connection, time: time, to: &output)
    }
    held[direction] = Array(whole.suffix(suffix))
    if complete.byteCount > 0 {
      appendData(complete, direction, connection, time: time, to: &output)
    }
  }

  /// Appends one datagram with its own two ends; nothing is held back.
  package func append(
    datagram bytes: RawSpan, _ direction: Hexdump.Direction, peer: SocketAddress?,
    local: SocketAddress? = nil, isTruncated: Bool, time: Int64, to output: inout [UInt8]
  ) {
    var connection = connection
    connection.peer = peer ?? connection.peer
    connection.local = local ?? connection.local
    appendData(
      bytes, direction, connection, isTruncated: isTruncated, time: time, to: &output)
  }

  /// Appends what is held back, as it is.
  package mutating func release(time: Int64, to output: inout [UInt8]) {
    for (direction, bytes) in held where !bytes.isEmpty {
      appendData(bytes.span.bytes, direction, connection, time: time, to: &output)
    }
    held.removeAll()
  }

  private func begin(
    _ name: String, time: Int64, _ connection: TranscriptConnection
  ) -> JSONObject {
    var object = JSONObject()
    object.add("time", WallClock.text(time))
    object.add("event", name)
    if let number = connection.number { object.add("connection", number) }
    if let peer = connection.peer { object.add("peer", peer.description) }
    if let local = connection.local { object.add("local", local.description) }
    return object
  }

  private func addSecurity(to object: inout JSONObject) {
    guard let security = connection.security else { return }
    object.add("tls", security.version)
    object.add("tls-cipher", security.cipher)
    if let name = security.applicationProtocol { object.add("tls-alpn", name) }
    if let peer = security.peer { object.add("tls-peer", peer) }
  }

  private func appendData(
    _ bytes: RawSpan, _ direction: Hexdump.Direction, _ connection: TranscriptConnection,
    isTruncated: Bool = false, time: Int64, to output: inout [UInt8]
  ) {
    let name = if case .sent = direction { "sent" } else { "received" }
    var object = begin(name, time: time, connection)
    object.add("bytes", bytes.byteCount)
    if isTruncated { object.add("truncated", true) }
    let isText =
      switch payload {
      case .automatic: isValidUTF8(bytes)
      case .text: true
      case .base64: false
      }
    if isText { object.add("text", text: bytes) } else { object.add("base64", base64: bytes) }
    object.finish(into: &output)
  }
}
