package import Sockets

/// A client's DTLS around a connected datagram socket: datagrams are in clear here, and encrypted
/// on their way.
///
/// After the peer's `close_notify` no more come, and sending is an error.
package final class DTLSChannel: DatagramChannel, @unchecked Sendable {
  private let base: any DatagramChannel
  private let association: DTLSAssociation
  private let plain = PlainSpace()
  /// Whether nothing was found for so long that others have to run before there is more.
  private var hasMore = false
  private var hasClosed = false

  /// The most bytes that a datagram can have.
  package static let payloadLimit = DTLSAssociation.payloadLimit

  /// Puts DTLS around a channel to one peer; nothing is sent before ``handshake(by:)``.
  ///
  /// `name` is whom we want to reach, as in TLS.
  package convenience init(
    _ context: TLSContext, over base: any DatagramChannel, name: String? = nil,
    subject: StreamError.Subject
  ) throws(StreamError) {
    try self.init(context, over: base, name: name, subject: subject, firstPatience: nil)
  }

  /// Does so, with another time than OpenSSL's until the handshake's datagrams are sent again.
  init(
    _ context: TLSContext, over base: any DatagramChannel, name: String?,
    subject: StreamError.Subject, firstPatience: Duration?
  ) throws(StreamError) {
    self.base = base
    let bio = DatagramBIO(DatagramBIO.Way(base: base))
    bio.firstPatience = firstPatience
    association = try DTLSAssociation(context, bio, name: name, subject: subject)
  }

  /// What was agreed on; only after the handshake.
  package var facts: TLSFacts { association.facts }
  /// Fails if the peer has said that no more comes, which is all that a wait for it would come to.
  package func failIfEnded() throws(StreamError) {
    if association.hasPeerEnded { throw association.end(.read) }
  }

  // MARK: The handshake

  /// Agrees on keys, and on who the peer is; what was lost on the way is sent again.
  ///
  /// - Throws: as ``TLSStream/handshake(by:)`` does.
  package func handshake(by deadline: Deadline) async throws(StreamError) {
    try association.shake()
    while !association.isShaken {
      let hasMoved = try base.tryReceive { (bytes, _) throws(StreamError) in
        try association.bio.lend(bytes) { () throws(StreamError) in try association.shake() }
      }
      if hasMoved { continue }
      do throws(StreamError) {
        try await base.waitReadable(by: min(deadline, association.nextTimeout))
      } catch {
        guard case .timedOut = error.cause else { throw error }
        if deadline.hasPassed { throw association.silence }
        try association.handleTimeout()
      }
    }
  }

  // MARK: Datagrams

  /// Hands over the next datagram that could be decrypted, if one is there; what cannot is dropped.
  package func tryReceive(
    _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    var datagram = last
    var count = try association.read(into: plain.space)
    for _ in 0..<Self.droppedLimit where count == nil {
      let isThere = try base.tryReceive { (bytes, received) throws(StreamError) in
        datagram = received
        count = try association.bio.lend(bytes) { () throws(StreamError) in
          try association.read(into: plain.space)
        }
      }
      if !isThere { return false }
    }
    last = datagram
    hasMore = count == nil
    guard let count else { return false }
    datagram.byteCount = count
    try body(plain.first(count).bytes, datagram)
    return true
  }

  /// What is known of the datagram that came last: there may be more than one record in it.
  private var last = Datagram(byteCount: 0)

  /// How many datagrams are dropped before others run.
  private static let droppedLimit = 64

  /// Encrypts a datagram and sends it; `peer` and `source` are the base's.
  ///
  /// - Throws: `EMSGSIZE` for more than ``payloadLimit`` bytes.
  package func trySend(
    _ bytes: RawSpan, to peer: SocketAddress?, from source: PacketInfo?
  ) throws(StreamError) -> Attempt { try association.send(bytes) }

  /// Suspends until receiving may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if hasMore {
      hasMore = false
      return try await base.letOthersRun()
    }
    try await base.waitReadable(by: deadline)
  }

  /// Suspends until sending may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  /// Says that no more will come, if the peer hears it, and closes the base.
  package func close() throws(StreamError) {
    if !hasClosed { association.sayEnd() }
    hasClosed = true
    try base.close()
  }
}

extension DatagramChannel {
  /// Suspends for a moment, during which others run.
  fileprivate func letOthersRun() async throws(StreamError) {
    do throws(StreamError) {
      try await waitReadable(by: .now)
    } catch {
      guard case .timedOut = error.cause else { throw error }
    }
  }
}
