public import SystemPackage

/// A connected stream socket: TCP, Multipath TCP, Unix, vsock; or a Unix socket with messages, whose
/// boundaries then are those of the writes and reads.
public final class StreamSocket: ByteStream, PortOwner, @unchecked Sendable {
  /// Where it runs.
  public let loop: EventLoop
  /// The peer's address.
  public let peer: SocketAddress
  /// Our own address.
  public let local: SocketAddress
  /// Stream or messages.
  public let type: SocketType
  /// A path of ours that was bound before connecting.
  var path: UnixPath?
  private let registration: Registration
  private var socket: SocketDescriptor?
  /// What any call met first.
  ///
  /// Whichever direction meets the reset takes the kernel's error with it,
  /// and the other would then see a clean end of file.
  private var latched: StreamError?
  private var hasClosedWrite = false
  private let isTCP: Bool
  /// Whether others hold it too, whose settings are not ours to change.
  private let isInherited: Bool
  /// What it is for the kernel, once somebody has asked.
  private lazy var portKind = findPortKind()

  /// Takes over a connected socket.
  ///
  /// `peer` is whom to name in errors if the kernel does not know, as of a Unix peer that
  ///   was never bound.
  public convenience init(
    _ socket: consuming SocketDescriptor, peer: SocketAddress? = nil, on loop: EventLoop
  ) throws(Errno) {
    try self.init(socket, peer: peer, isInherited: false, on: loop)
  }

  private init(
    _ socket: consuming SocketDescriptor, peer: SocketAddress?, isInherited: Bool,
    on loop: EventLoop
  ) throws(Errno) {
    self.loop = loop
    self.isInherited = isInherited
    local = try socket.localName()
    let named: SocketAddress? = try? socket.peerName()  // a peer that is already gone has no name
    self.peer = Self.better(named, peer) ?? .unnamed
    type = SocketType(rawValue: try socket.get(.type)) ?? .stream
    let isInternet = local.family == .ipv4 || local.family == .ipv6
    isTCP = isInternet && type == .stream
    // A message's credentials are how an empty message is told from the end.
    if type == .sequencedPacket && local.family == .unix {
      try socket.set(.passCredentials, to: true)
    }
    registration = Registration(socket.number, on: loop)
    self.socket = consume socket
  }

  /// Takes over an inherited connection, and sets what was asked for; what is on by default alone is
  /// left as whoever made it wanted it.
  public convenience init(
    inheriting number: Int32, settings: SocketSettings, on loop: EventLoop
  ) throws(Errno) {
    let socket = SocketDescriptor(owning: number)
    var settings = settings
    settings.noDelay = false
    let family = try socket.localName().family
    let type = SocketType(rawValue: try socket.get(.type)) ?? .stream
    do throws(SocketSettings.Failure) {
      try settings.apply(to: socket, family: family, type: type)
    } catch {
      throw error.errno
    }
    try self.init(socket, peer: nil, isInherited: true, on: loop)
  }

  deinit { registration.cancel() }

  private static func better(_ named: SocketAddress?, _ given: SocketAddress?) -> SocketAddress? {
    named == .unnamed || named == nil ? given ?? named : named
  }

  /// Lends the socket for calls that a stream has no word for, such as options.
  public func withSocket<Result>(
    _ body: (borrowing SocketDescriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    switch socket {
    case .some(let socket): return try body(socket)
    case .none: throw .badFileDescriptor
    }
  }

  /// Gives the socket away, out of the loop, non-blocking as it was; the stream is closed then.
  public func detach() -> SocketDescriptor? {
    registration.cancel()
    return socket.take()
  }

  /// Appends what has arrived to the buffer.
  ///
  /// The corresponding C function is `recv`.
  public func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    guard socket != nil else { throw StreamError(.read, .address(peer), .closed) }
    // The kernel would answer 0, which is the end of file.
    if buffer.freeCapacity == 0 { return .moved(0) }
    do throws(Errno) {
      let attempt = try type == .sequencedPacket ? readMessage(into: &buffer) : read(into: &buffer)
      if attempt != .endOfFile { return attempt }
    } catch {
      if error.isWouldBlock { return .wouldBlock }
      throw latch(error, .read)
    }
    if let latched { throw latched }
    return .endOfFile
  }

  private func read(into buffer: inout OutputRawSpan) throws(Errno) -> Attempt {
    let count = try withSocket { socket throws(Errno) in
      try socket.receive(into: &buffer, flags: .dontWait)
    }
    return count > 0 || type == .datagram ? .moved(count) : .endOfFile
  }

  private func readMessage(into buffer: inout OutputRawSpan) throws(Errno) -> Attempt {
    let message = try withSocket { socket throws(Errno) in
      try socket.receiveMessage(into: &buffer, flags: .dontWait, ancillaryLimit: 64)
    }
    message.ancillary.closeDescriptors()
    if message.flags.contains(.truncated) { throw .messageTooLong }
    return message.byteCount == 0 && message.ancillary.isEmpty
      ? .endOfFile : .moved(message.byteCount)
  }

  /// Hands bytes to the kernel.
  ///
  /// The corresponding C function is `send`.
  public func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if let latched { throw latched }
    guard socket != nil else { throw StreamError(.write, .address(peer), .closed) }
    if bytes.isEmpty && type == .stream { return .moved(0) }
    // A message has to fit the send buffer as a whole.
    let part = type == .stream ? bytes : bytes.extracting(first: min(bytes.byteCount, 65536))
    do throws(Errno) {
      return .moved(
        try withSocket { socket throws(Errno) in try socket.send(part, flags: .dontWait) })
    } catch {
      if error.isWouldBlock || error == .noBufferSpace && type != .stream { return .wouldBlock }
      throw latch(error, .write)
    }
  }

  /// Suspends until reading may be tried again.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await wait(for: .readable, .read, by: deadline)
  }

  /// Waits for the kernel alone.
  public func hasBecomeReadable(by deadline: Deadline) -> Bool {
    registration.waitInTurn(for: .readable, by: deadline)
  }

  /// TCP's reads stop short only where something other than bytes was reported; a Unix socket's also
  /// where a message with descriptors begins.
  public var isEmptyAfterLess: Bool { portKind == .tcp && registration.isPlain }

  /// Suspends until writing may be tried again.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await wait(for: .writable, .write, by: deadline)
  }

  /// Suspends until the connection is over in both directions, or reset.
  ///
  /// On a Unix socket that is known as soon as the peer has closed; a TCP peer that has closed
  /// looks like one that has half-closed until something is sent to it.
  ///
  /// - Throws: the reset, which every later call will meet too.
  public func waitReaderGone() async throws(StreamError) {
    try await wait(for: .readerGone, .read, by: .never)
    try throwPendingError(.read)
  }

  /// Whether the connection is known to be over in both directions.
  public var isOver: Bool { registration.hasHungUp }

  private func wait(
    for interest: Interest, _ operation: StreamError.Operation, by deadline: Deadline
  ) async throws(StreamError) {
    switch await registration.wait(for: interest, by: deadline) {
    case .ready: return
    case .timedOut: throw StreamError(operation, .address(peer), .timedOut(.total))
    case .cancelled: throw StreamError(operation, .address(peer), .cancelled)
    case .closed: throw StreamError(operation, .address(peer), .closed)
    }
  }

  /// Tells the peer that no more bytes will come, and keeps reading.
  ///
  /// The corresponding C function is `shutdown` with `SHUT_WR`. A peer that reads to the end then
  /// sees end of file and may still answer; closing the socket instead would discard that answer
  /// and may reset the connection. Calling this again has no further effect.
  public func closeWrite(by deadline: Deadline) async throws(StreamError) {
    guard !hasClosedWrite, type != .datagram else { return }
    if let latched { throw latched }
    guard socket != nil else { throw StreamError(.closeWrite, .address(peer), .closed) }
    do throws(Errno) {
      try withSocket { socket throws(Errno) in try socket.shutdown(.write) }
      hasClosedWrite = true
    } catch {
      throw latch(error == .socketNotConnected ? .connectionReset : error, .closeWrite)
    }
  }

  /// Suspends until the peer's kernel has acknowledged every byte and our end.
  ///
  /// Only after ``closeWrite(by:)``. The kernel wakes us when the connection changes its state, so
  /// nothing is polled: `FIN_WAIT2`, `TIME_WAIT` and `CLOSE` mean that our end was acknowledged.
  public func drain(by deadline: Deadline) async throws(StreamError) {
    guard isTCP, hasClosedWrite else { return }
    if let latched { throw latched }
    // A socket that has no state to tell any more has nothing to wait for either.
    while let state = try? withSocket({ socket throws(Errno) in try socket.tcpInfo().state }),
      state != .finWait2, state != .timeWait, state != .closed
    {
      guard await registration.wait(for: .writable, by: deadline) != .timedOut else {
        let count = try? withSocket { socket throws(Errno) in
          try socket.unacknowledgedByteCount()
        }
        throw StreamError(
          .acknowledge, .address(peer), .timedOut(.acknowledgement(bytesInDoubt: count ?? 0)))
      }
      if Task.isCancelled { throw StreamError(.acknowledge, .address(peer), .cancelled) }
    }
    guard socket != nil else { throw StreamError(.acknowledge, .address(peer), .closed) }
    try throwPendingError(.acknowledge)
  }

  /// What another call has met, or `SO_ERROR`, which reading clears in the kernel, so that it has to
  /// be remembered here.
  private func throwPendingError(_ operation: StreamError.Operation) throws(StreamError) {
    if let latched { throw latched }
    let pending = (try? withSocket { socket throws(Errno) in try socket.get(.error) }) ?? 0
    if pending != 0 { throw latch(Errno(rawValue: pending), operation) }
  }

  /// Closes the socket; what the peer sent and nobody read makes it a reset.
  public func close() throws(StreamError) {
    registration.cancel()
    path?.remove()
    guard let socket = socket.take() else { return }
    // With a time to linger the kernel would hold up the loop here; 0 resets at once, as asked.
    if let linger: Linger = try? socket.get(.linger), linger.isOn, linger.seconds > 0 {
      try? socket.set(.linger, to: Linger(isOn: false, seconds: 0))
    }
    do throws(Errno) {
      try socket.close()
    } catch {
      throw StreamError(.close, .address(peer), .system(error))
    }
  }

  /// Resets the connection: nothing that is not sent yet will be.
  ///
  /// The corresponding C function is `close` after `SO_LINGER` with a time of zero.
  public func abort() {
    // On a Unix socket the option has no effect and closing is all there is.
    try? withSocket { socket throws(Errno) in
      try socket.set(.linger, to: Linger(isOn: true, seconds: 0))
    }
    try? close()  // whatever it says, nothing more is wanted of it
  }

  // MARK: Ports

  /// The socket, unless it keeps the boundaries of messages, or is shared with whoever handed it down:
  /// calls may wait there, and what is set for a time would stay if we were killed.
  public var readPort: Port? {
    guard socket != nil, let kind = portKind else { return nil }
    return Port(kind, registration.number, of: self)
  }

  /// As ``readPort``; none after an error, which the next attempt to write tells.
  public var writePort: Port? { latched == nil ? readPort : nil }

  private func findPortKind() -> Port.Kind? {
    guard type == .stream, !isInherited, Descriptor.isNonBlocking(registration.number) else {
      return nil
    }
    let number: Int32? = try? withSocket { socket throws(Errno) in try socket.get(.protocolNumber) }
    return isTCP && number == 6 ? .tcp : .socket
  }

  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    latch(errno, operation)
  }

  private func latch(_ errno: Errno, _ operation: StreamError.Operation) -> StreamError {
    if let latched { return latched }
    let error = StreamError(operation, .address(peer), .system(errno))
    latched = error
    return error
  }
}
