import COpenSSL
import Glibc
package import Sockets
import SystemPackage

/// TLS around a stream: what is written and read here is in clear, what the base carries is not.
///
/// It runs over any stream, TLS included. Its ends are `close_notify` alerts, without which the end
/// of the base is no end but a cut.
package final class TLSStream: ByteStream, @unchecked Sendable {
  /// What it stands on.
  package let base: any ByteStream
  let context: TLSContext
  let verification: Verification
  let ssl: OpaquePointer
  private let subject: StreamError.Subject
  /// Nil where OpenSSL has the socket itself, so that the kernel can encrypt.
  private let carrier: StreamBIO?
  /// Of the bytes that are to be written next, how many are on their way already.
  private var unreportedCount = 0
  /// What a read has met behind the bytes that it brought.
  private var failure: StreamError?
  /// Whether the last read brought all that there was.
  private var isDrained = false
  private var readWaitsForRoom = false
  private var hasClosedWrite = false
  /// Why our end could not be told.
  private var loss: StreamError?
  /// Whether no more comes.
  private var hasEnded: Bool { hasPeerEnded || isCut }
  /// Whether the peer has said so.
  private var hasPeerEnded = false
  /// Whether the base has ended, and the peer has not said so.
  private var isCut = false
  private var isShaken = false

  /// Puts TLS around a stream; nothing is sent before ``handshake(by:)``.
  ///
  /// `name` is whom a client wants to reach: it is asked for, and the certificate has to have it.
  package convenience init(
    _ context: TLSContext, over base: any ByteStream, name: String? = nil,
    subject: StreamError.Subject
  ) throws(StreamError) {
    try self.init(
      context, over: base, name: name, subject: subject,
      socket: KernelTLS.isThere ? Self.number(of: base) : nil)
  }

  /// Does so, by a socket of which OpenSSL knows the number if there is one.
  init(
    _ context: TLSContext, over base: any ByteStream, name: String?,
    subject: StreamError.Subject, socket: Int32?
  ) throws(StreamError) {
    guard let ssl = SSL_new(context.pointer) else {
      throw TLSContext.mistake(OpenSSLError.text)
    }
    (self.context, self.base, self.subject, self.ssl) = (context, base, subject, ssl)
    verification = Verification(
      context.settings.trust, wantedName: name, isOfServer: !context.isServer)
    carrier = socket == nil ? StreamBIO(base) : nil
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(verification).toOpaque())
    if let socket {
      SSL_set_fd(ssl, socket)
    } else {
      let bio = carrier?.makeBIO()
      SSL_set_bio(ssl, bio, bio)
    }
    SSL_set_read_ahead(ssl, 1)
    SSL_set_default_read_buffer_len(ssl, Self.readBufferSize)
    if context.isServer {
      SSL_set_accept_state(ssl)
    } else {
      try context.prepareClient(ssl, name: name)
    }
  }

  /// How much is read at a time of what is encrypted.
  private static let readBufferSize = 256 * 1024

  deinit { SSL_free(ssl) }

  private static func number(of base: any ByteStream) -> Int32? {
    guard let socket = base as? StreamSocket, socket.local.port != nil else { return nil }
    return try? socket.withSocket { socket throws(Errno) in socket.number }
  }

  // MARK: The handshake

  /// Agrees on keys, and on who the peer is.
  ///
  /// - Throws: what is wrong with the peer's certificates, or with what it sent; what the base
  ///   throws; `.timedOut(.connect)` at the deadline.
  package func handshake(by deadline: Deadline) async throws(StreamError) {
    while true {
      OpenSSLError.clear()
      let outcome = SSL_do_handshake(ssl)
      let code = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, outcome)
      if code != SSL_ERROR_NONE, code != SSL_ERROR_WANT_READ, code != SSL_ERROR_WANT_WRITE {
        let error = handshakeError(code)
        try? carrier?.flush()  // the alert; what it said is told anyway
        throw error
      }
      try carrier?.flush()
      if code == SSL_ERROR_NONE { break }
      do throws(StreamError) {
        try await waitForBase(
          readable: code == SSL_ERROR_WANT_READ,
          writable: code == SSL_ERROR_WANT_WRITE || carrier?.hasUnsent == true, by: deadline)
      } catch {
        guard case .timedOut = error.cause else { throw error }
        throw StreamError(opening, subject, .timedOut(.connect))
      }
    }
    guard verification.allows(ssl) else {
      throw StreamError(opening, subject, TLSFailure("the peer shows no certificate"))
    }
    isShaken = true
    isDrained = false
    carrier?.gathers = true
  }

  private func handshakeError(_ code: Int32) -> StreamError {
    if let failure = verification.failure { return StreamError(opening, subject, failure) }
    if let error = carrier?.error() { return StreamError(.read, subject, error.cause) }
    if code == SSL_ERROR_SYSCALL, let errno = Errno.current {
      return StreamError(.read, subject, .system(errno))
    }
    if baseHasEnded {
      var failure = TLSFailure("the peer ended during the TLS handshake")
      failure.mayPass = true
      return StreamError(opening, subject, failure)
    }
    let explained = HandshakeFailure(
      reason: OpenSSLError.reason, firstBytes: carrier?.firstBytes ?? [], context: context)
    return StreamError(opening, subject, explained.failure)
  }

  private var opening: StreamError.Operation { context.isServer ? .accept : .connect }

  // MARK: Reading

  /// Appends what has arrived and could be decrypted.
  ///
  /// Where the base ends without a `close_notify` it is the end here too, as some never send one and
  /// still wait for an answer; ``drain(by:)`` tells it.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if let failure { throw failure }
    if hasEnded { return .endOfFile }
    var total = 0
    (isDrained, readWaitsForRoom) = (false, false)
    while buffer.freeCapacity > 0 {
      let (code, count) = decrypt(into: &buffer)
      total += count
      if code == SSL_ERROR_NONE { continue }
      do throws(StreamError) {
        try note(code)
      } catch {
        if total == 0 { throw error }
        failure = error
      }
      if total > 0 { break }
      return hasEnded ? .endOfFile : .wouldBlock
    }
    return .moved(total)
  }

  private func decrypt(into buffer: inout OutputRawSpan) -> (code: Int32, count: Int) {
    OpenSSLError.clear()
    return buffer.withUnsafeMutableBytes { whole, initializedCount in
      let free = UnsafeMutableRawBufferPointer(rebasing: whole[initializedCount...])
      var count = 0
      let outcome = SSL_read_ex(ssl, free.baseAddress, free.count, &count)
      if outcome == 1 {
        initializedCount += count
        return (SSL_ERROR_NONE, count)
      }
      return (SSL_get_error(ssl, outcome), 0)
    }
  }

  /// What became of a read that brought nothing.
  private func note(_ code: Int32) throws(StreamError) {
    switch code {
    case SSL_ERROR_WANT_READ: isDrained = true
    case SSL_ERROR_WANT_WRITE: (isDrained, readWaitsForRoom) = (true, true)
    case SSL_ERROR_ZERO_RETURN where baseHasEnded: isCut = true
    case SSL_ERROR_ZERO_RETURN: hasPeerEnded = true
    default: throw error(code, .read)
    }
  }

  /// Whether the end of the base was met, which is not looked for behind a `close_notify`.
  private var baseHasEnded: Bool { openssl_has_ended(ssl) == 1 }

  private func error(_ code: Int32, _ operation: StreamError.Operation) -> StreamError {
    if let error = carrier?.error(of: operation) { return error }
    if code == SSL_ERROR_SYSCALL, let errno = Errno.current {
      return StreamError(operation, subject, .system(errno))
    }
    let explained = HandshakeFailure(
      reason: OpenSSLError.reason, firstBytes: [], context: context)
    return StreamError(operation, subject, explained.failure)
  }

  /// Whether a read that brought less than there was room for has brought everything.
  package var isEmptyAfterLess: Bool { isDrained && failure == nil && !hasEnded }

  /// Suspends until reading may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if !isDrained || failure != nil || hasEnded { return }
    try await waitForBase(
      readable: true, writable: readWaitsForRoom || carrier?.hasUnsent == true, by: deadline)
    isDrained = false
  }

  // MARK: Writing

  /// Encrypts bytes and hands them to the base.
  ///
  /// After `.wouldBlock`, and for what was not counted, the same bytes are to be tried again: they
  /// may be on their way already.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try flush()
    if carrier?.hasUnsent == true { return .wouldBlock }
    // Memory for many records is the context's, and stays with a stream only while it is full.
    carrier?.exchange(&context.gatheringMemory)
    defer { carrier?.exchange(&context.gatheringMemory) }
    var done = min(unreportedCount, bytes.byteCount)
    unreportedCount -= done
    if unreportedCount > 0 { return .moved(done) }
    let start = done
    var last = 0
    while done < bytes.byteCount, done - start < Self.gatheredSize {
      guard let count = try encrypt(bytes.extracting(droppingFirst: done)) else { break }
      done += count
      last = count
    }
    try flush()
    if carrier?.hasUnsent == true {
      // Whoever writes has to come again until all has gone.
      unreportedCount = last
      done -= last
    }
    return done > 0 || bytes.isEmpty ? .moved(done) : .wouldBlock
  }

  /// How much is encrypted before it is handed over, in one call.
  private static let gatheredSize = 128 * 1024

  /// How many bytes a record took; nil if the base takes none now.
  private func encrypt(_ bytes: RawSpan) throws(StreamError) -> Int? {
    OpenSSLError.clear()
    var count = 0
    let outcome = bytes.withUnsafeBytes { SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
    if outcome == 1 { return count }
    let code = SSL_get_error(ssl, outcome)
    if code == SSL_ERROR_WANT_WRITE || code == SSL_ERROR_WANT_READ { return nil }
    throw error(code, .write)
  }

  private func flush() throws(StreamError) { try carrier?.flush() }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }

  /// Suspends until nobody can read what is written.
  package func waitReaderGone() async throws(StreamError) {
    do throws(StreamError) {
      try await base.waitReaderGone()
    } catch {
      try forgive(error)
    }
  }

  // MARK: The end

  /// Says that no more bytes will come, by a `close_notify`, and half-closes the base.
  ///
  /// The peer may still answer. The corresponding C function is `SSL_shutdown`.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    guard !hasClosedWrite else { return }
    hasClosedWrite = true
    do throws(StreamError) {
      try await flushAll(by: deadline)
    } catch {
      return try forgive(error)
    }
    do throws(StreamError) {
      if isShaken, carrier?.error() == nil {
        OpenSSLError.clear()
        while SSL_shutdown(ssl) < 0, carrier == nil, SSL_want(ssl) == SSL_WRITING {
          try await base.waitWritable(by: deadline)
        }
        try await flushAll(by: deadline)
      }
      try await base.closeWrite(by: deadline)
    } catch {
      // The peer has gone: how, is behind what it has sent, and that is still to be read.
      guard error.isReset || error.isReaderGone else { throw error }
      loss = error
    }
  }

  private func flushAll(by deadline: Deadline) async throws(StreamError) {
    try flush()
    while carrier?.hasUnsent == true {
      try await base.waitWritable(by: deadline)
      try flush()
    }
  }

  /// A reset behind the peer's `close_notify` says no more than that it has gone: many close at once.
  private func forgive(_ error: StreamError) throws(StreamError) {
    guard hasEnded, error.isReset || error.isReaderGone else { throw error }
  }

  /// Says that the peer has ended without a `close_notify`, if so: then what came may not be all.
  ///
  /// - Throws: that, as ``TLSFailure``.
  package func checkEnd() throws(StreamError) {
    if isCut { throw StreamError(.read, subject, .cut) }
  }

  /// Suspends until the base's peer has everything.
  ///
  /// - Throws: also what ``checkEnd()`` says.
  package func drain(by deadline: Deadline) async throws(StreamError) {
    try checkEnd()
    do throws(StreamError) {
      if let loss { throw loss }
      try await base.drain(by: deadline)
    } catch {
      try forgive(error)
    }
  }

  /// Closes the base.
  package func close() throws(StreamError) { try base.close() }

  /// Resets the base.
  package func abort() { base.abort() }

  // MARK: Waits

  /// Suspends until the base may be read, or may take bytes if that is wanted too, and hands it what
  /// is kept.
  private func waitForBase(
    readable: Bool, writable: Bool, by deadline: Deadline
  ) async throws(StreamError) {
    switch (readable, writable) {
    case (true, true): try await base.waitForEither(by: deadline)
    case (false, true): try await base.waitWritable(by: deadline)
    default: try await base.waitReadable(by: deadline)
    }
    carrier?.isEmpty = false
    // What a write has met is told to whoever writes; the other direction is read to its end.
    try? flush()
  }
}

extension StreamError.Cause {
  /// The base has ended, and TLS has not.
  fileprivate static let cut = StreamError.Cause.layer(
    TLSFailure("the peer ended without close_notify: what came may have been cut"))
}

extension Errno {
  /// What the last call of the C library has left; nil if nothing.
  fileprivate static var current: Errno? {
    errno == 0 ? nil : Errno(rawValue: errno)
  }
}
