import COpenSSL
import Glibc
import Sockets
import SystemPackage

/// One peer with which keys are agreed on, or are being agreed on: an `SSL`.
final class DTLSAssociation: @unchecked Sendable {
  let bio: DatagramBIO
  let verification: Verification
  let ssl: OpaquePointer
  private let context: TLSContext
  var subject: StreamError.Subject
  /// How a server's client has begun.
  var hello: ClientHello?
  /// When a server has begun to keep it.
  let begun = Deadline.now
  /// Grows with what passes; the least is who was silent the longest.
  var lastMoved: UInt64 = 0
  /// Whether the peer has said that no more comes.
  private(set) var hasPeerEnded = false
  /// When a datagram of the handshake is to be sent again.
  private(set) var nextTimeout = Deadline.never

  /// The most bytes of a datagram: a record of TLS holds no more.
  static let payloadLimit = 16384
  /// The size of the handshake's datagrams with their headers: small enough for most tunnels, and
  /// large enough for a client's first message in one piece.
  private static let handshakeSize = 1400

  init(
    _ context: TLSContext, _ bio: DatagramBIO, name: String? = nil, subject: StreamError.Subject
  ) throws(StreamError) {
    guard let ssl = SSL_new(context.pointer) else { throw TLSContext.mistake(OpenSSLError.text) }
    (self.context, self.bio, self.ssl, self.subject) = (context, bio, ssl, subject)
    verification = Verification(
      context.settings.trust, wantedName: name, isOfServer: !context.isServer)
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(verification).toOpaque())
    let end = bio.makeBIO()
    SSL_set_bio(ssl, end, end)
    openssl_query_no_mtu(ssl)
    _ = openssl_set_link_mtu(ssl, Self.handshakeSize)
    DTLS_set_timer_cb(ssl, nextPatience)
    if context.isServer {
      SSL_set_accept_state(ssl)
    } else {
      try context.prepareClient(ssl, name: name)
    }
  }

  deinit { SSL_free(ssl) }

  /// Whether keys were agreed on.
  var isShaken: Bool { SSL_is_init_finished(ssl) == 1 }

  /// Of a server that listens: whether a client's first message has the cookie for its address; if
  /// not, the client is sent it, and nothing is kept.
  func hasCookie(in hello: RawSpan) -> Bool {
    OpenSSLError.clear()
    let unused = BIO_ADDR_new()
    defer { BIO_ADDR_free(unused) }
    let outcome = bio.lend(hello) { DTLSv1_listen(ssl, unused) }
    _ = bio.takeError()
    noteTimeout()
    return outcome > 0
  }

  /// What was agreed on; only after the handshake.
  var facts: TLSFacts { TLSFacts(ssl, verification) }

  /// Takes the next step of the handshake.
  func shake() throws(StreamError) {
    OpenSSLError.clear()
    let outcome = SSL_do_handshake(ssl)
    try note(outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, outcome), .connect)
    if outcome == 1, !verification.allows(ssl) {
      throw StreamError(.connect, subject, TLSFailure("the peer shows no certificate"))
    }
  }

  /// The size of the next datagram, which goes to the space; nil if there is none.
  ///
  /// Of a handshake that is not done it takes the next step.
  func read(into space: UnsafeMutableRawBufferPointer) throws(StreamError) -> Int? {
    if hasPeerEnded { return nil }
    OpenSSLError.clear()
    var count = 0
    let outcome = SSL_read_ex(ssl, space.baseAddress, space.count, &count)
    try note(outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, outcome), .read)
    return outcome == 1 ? count : nil
  }

  /// Encrypts a datagram and sends it.
  func send(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    guard bytes.byteCount <= Self.payloadLimit else {
      throw StreamError(.write, subject, .system(.messageTooLong))
    }
    if bytes.isEmpty {
      throw StreamError(.write, subject, TLSFailure("DTLS carries no empty datagrams here", .local))
    }
    if hasPeerEnded { throw end(.write) }
    OpenSSLError.clear()
    var count = 0
    let outcome = bytes.withUnsafeBytes { SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
    if outcome == 1 { return .moved(count) }
    if bio.isFull { return .wouldBlock }
    try note(SSL_get_error(ssl, outcome), .write)
    return .wouldBlock
  }

  /// Sends again what was not answered in time.
  func handleTimeout() throws(StreamError) {
    OpenSSLError.clear()
    if openssl_handle_timeout(ssl) < 0 {
      throw bio.takeError() ?? StreamError(.connect, subject, .timedOut(.connect))
    }
    noteTimeout()
  }

  /// Says that no more datagrams will come, once and for whom it reaches.
  func sayEnd() {
    guard isShaken else { return }
    OpenSSLError.clear()
    SSL_shutdown(ssl)
    _ = bio.takeError()
  }

  /// What is said of an operation after the peer's `close_notify`.
  func end(_ operation: StreamError.Operation) -> StreamError {
    StreamError(operation, subject, TLSFailure("the peer has ended the association", .lost))
  }

  private func note(_ code: Int32, _ operation: StreamError.Operation) throws(StreamError) {
    noteTimeout()
    if isShaken { bio.dropsWhenFull = false }
    switch code {
    case SSL_ERROR_NONE, SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
      if let error = bio.takeError() { throw error }
    case SSL_ERROR_ZERO_RETURN: hasPeerEnded = true
    default: throw error(operation)
    }
  }

  private func error(_ operation: StreamError.Operation) -> StreamError {
    if let failure = verification.failure { return StreamError(.connect, subject, failure) }
    if let error = bio.takeError() { return error }
    return StreamError(isShaken ? operation : .connect, subject, explanation.failure)
  }

  /// What is said of a peer that has answered nothing, or nothing that could be understood.
  var silence: StreamError {
    guard let failure = explanation.strangeness else {
      return StreamError(.connect, subject, .timedOut(.connect))
    }
    return StreamError(.connect, subject, failure)
  }

  private var explanation: HandshakeFailure {
    HandshakeFailure(reason: OpenSSLError.reason, firstBytes: bio.firstBytes, context: context)
  }

  private func noteTimeout() {
    var left = timeval()
    guard openssl_timeout(ssl, &left) == 1 else {
      nextTimeout = .never
      return
    }
    let length = Duration.seconds(left.tv_sec) + .microseconds(left.tv_usec)
    nextTimeout = .after(length)
  }
}

/// How many microseconds an answer is waited for, given how many it was before: twice as long, from
/// a second to a minute (RFC 6347, 4.2.4.1).
private let nextPatience: @convention(c) (OpaquePointer?, UInt32) -> UInt32 = { ssl, before in
  if before > 0 { return min(before * 2, 60_000_000) }
  let first = DatagramBIO.of(ssl)?.firstPatience ?? .seconds(1)
  return UInt32(clamping: first.wholeNanoseconds / 1000)
}
