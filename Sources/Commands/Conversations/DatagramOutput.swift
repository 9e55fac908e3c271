import ByteText
import Relaying
import Sockets
import Transcripts

/// Where received datagrams go, one after the other: as they are, with what makes their boundaries
/// visible, or into a transcript.
struct DatagramOutput: Sendable {
  private let side: LocalSide
  private let plan: ConversationPlan.Output
  let recorders: [Recorder]
  private let text: DatagramText?

  init(
    _ side: LocalSide, _ plan: ConversationPlan.Output, _ text: DatagramText?,
    _ recorders: [Recorder]
  ) {
    self.side = side
    self.text = text
    self.plan = plan
    self.recorders = recorders
  }

  /// Writes one datagram, all of it; `local` is the address of ours that it came to, if one socket
  /// has several.
  func write(
    _ bytes: [UInt8], _ datagram: Datagram, peer: SocketAddress?, local: SocketAddress? = nil
  ) async throws(StreamError) {
    for recorder in recorders {
      try await recorder.waitForRoom()
      recorder.record(
        datagram: bytes.span.bytes, .received, peer: peer, local: local,
        isTruncated: datagram.isTruncated, time: datagram.time)
    }
    guard plan.format == .raw || plan.format == .escaped else { return }
    var piece: [UInt8] = []
    let (shown, failure) = text?.received(bytes) ?? (bytes, nil)
    append(shown.span.bytes, peer: peer, isWhole: failure == nil, to: &piece)
    // An escaped empty datagram is an empty line.
    if !piece.isEmpty || plan.format != .raw { try await writeAll(piece) }
    if let failure { throw failure }
  }

  /// Whether nothing has to be known of one datagram while the next is taken, so that many can be
  /// written at once.
  var joins: Bool { plan.format == .raw && recorders.isEmpty && text == nil }

  /// Adds what is written of a datagram, with what makes its boundaries visible.
  func append(
    _ shown: RawSpan, peer: SocketAddress?, isWhole: Bool = true, to piece: inout [UInt8]
  ) {
    if plan.showsSender { piece += Array(("[" + (peer?.shown ?? "?") + "] ").utf8) }
    shown.withUnsafeBytes { piece.append(contentsOf: $0) }
    if isWhole, let separator = plan.separator {
      piece += separator
    } else if side.outputIsTerminal, plan.format == .raw,
      shown.withUnsafeBytes({ $0.last }) != 10
    {
      // A person sees where a datagram ends.
      piece.append(10)
    }
  }

  /// Where what several datagrams became is written.
  var sink: any ByteSink { side.sink }

  private func writeAll(_ piece: [UInt8]) async throws(StreamError) {
    if piece.isEmpty {
      _ = try side.sink.tryWrite(piece.span.bytes)
      return
    }
    try await side.sink.write(piece)
  }

  /// Notes a datagram that was sent.
  func noteSent(
    _ bytes: [UInt8], to peer: SocketAddress?, from local: SocketAddress? = nil, time: Int64? = nil
  ) {
    for recorder in recorders {
      recorder.record(datagram: bytes.span.bytes, .sent, peer: peer, local: local, time: time)
    }
  }
}

extension [Recorder] {
  /// Records how a conversation ended, if that was not as it was asked for.
  func record(failure: StreamError, _ timeouts: TimeoutNames) {
    let text = failure.text(timeouts)
    for recorder in self { recorder.record(failure.isLate ? .timeout(text) : .error(text)) }
  }
}

extension StreamError {
  /// Whether something did not come in time, a wanted reply among it.
  fileprivate var isLate: Bool {
    switch cause {
    case .timedOut: true
    case .layer(let error): error.failure == .timedOut || error.failure == .answerIsNo
    default: false
    }
  }
}
