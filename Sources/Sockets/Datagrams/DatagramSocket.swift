public import SystemPackage

/// What is known of a datagram besides its bytes.
public struct Datagram: Sendable, Hashable {
  /// Bytes in it; 0 is a datagram like any other.
  public var byteCount: Int
  /// Whether it was longer than we could take; the bytes beyond are lost.
  public var isTruncated = false
  /// Who sent it; nil if it is an unnamed Unix socket.
  public var sender: SocketAddress?
  /// The address of ours that it was sent to, and the interface it came by.
  public var destination: PacketInfo?
  /// When the kernel received it, in nanoseconds since 1970.
  public var time: Int64?
  /// Datagrams that the kernel has dropped on this socket so far, for want of buffer.
  public var dropCount: UInt32?

  /// A datagram of which only the size and sender are known.
  public init(byteCount: Int, sender: SocketAddress? = nil) {
    self.byteCount = byteCount
    self.sender = sender
  }
}

/// Messages that keep their boundaries; an empty one is data, and there is no end of file.
public protocol DatagramChannel: AnyObject, Sendable {
  /// Hands over the next datagram, if one is there; the bytes are gone after the call.
  func tryReceive(
    _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool
  /// Sends one datagram, whole or not at all.
  func trySend(
    _ bytes: RawSpan, to peer: SocketAddress?, from source: PacketInfo?
  ) throws(StreamError) -> Attempt
  /// Suspends until receiving may be tried again.
  func waitReadable(by deadline: Deadline) async throws(StreamError)
  /// Suspends until sending may be tried again.
  func waitWritable(by deadline: Deadline) async throws(StreamError)
  /// Frees the channel and wakes all waits.
  func close() throws(StreamError)
}

extension DatagramChannel {
  /// Sends one datagram, waiting until there is room for it.
  public func send(
    _ bytes: [UInt8], to peer: SocketAddress? = nil, from source: PacketInfo? = nil,
    by deadline: Deadline = .never
  ) async throws(StreamError) {
    while true {
      switch try trySend(bytes.span.bytes, to: peer, from: source) {
      case .moved, .endOfFile: return
      case .wouldBlock: try await waitWritable(by: deadline)
      }
    }
  }
}

/// A UDP or Unix datagram socket.
public final class DatagramSocket: DatagramChannel, @unchecked Sendable {
  /// Our own address.
  public let local: SocketAddress
  /// The only one we talk with, if there is such a one.
  public private(set) var peer: SocketAddress?
  private let loop: EventLoop
  private let bound: BoundSocket?
  /// A path of ours to send from.
  private let path: UnixPath?
  private let registration: Registration
  private var socket: SocketDescriptor?
  /// Whether a Unix receiver that is not our only peer was full: we get no event when it has room,
  /// but one for every attempt.
  private var receiverIsFull = false
  /// Whether others may have the same socket.
  var isInherited: Bool { bound?.isInherited ?? false }
  private(set) lazy var runSender = DatagramRunSender(
    segmentLimit: knowsSegments() ? Self.payloadLimit : 0)

  /// The most bytes that fit a UDP datagram over IPv4: 65,535 less the two headers.
  public static let payloadLimit = 65507

  /// Takes over a bound socket; datagrams come with their time, destination and drop count.
  public init(_ bound: BoundSocket, on loop: EventLoop) throws(StreamError) {
    guard let socket = bound.take() else {
      throw StreamError(.bind, .address(bound.address), .closed)
    }
    self.loop = loop
    self.bound = bound
    path = nil
    let local = bound.address
    try mapped(.setOption("SO_TIMESTAMPNS"), .address(local)) { () throws(Errno) in
      try socket.set(.timestamps, to: true)
      try socket.set(.dropCounts, to: true)
      if local.family == .ipv4 { try socket.set(.ipv4PacketInfo, to: true) }
      if local.family == .ipv6 { try socket.set(.ipv6PacketInfo, to: true) }
    }
    self.local = local
    // An inherited one may have been connected.
    peer = try? socket.peerName()
    registration = Registration(socket.number, on: loop)
    self.socket = consume socket
  }

  /// A socket to send from: its own address, if given, is bound before the peer is set.
  ///
  /// `isConnected` takes datagrams and errors (a refused port) from the peer alone; not for groups
  /// and broadcasts, which many answer.
  public init(
    to peer: SocketAddress, from source: SocketAddress? = nil, isConnected: Bool = true,
    settings: SocketSettings = SocketSettings(), on loop: EventLoop
  ) throws(StreamError) {
    self.loop = loop
    bound = nil
    let subject = StreamError.Subject.address(peer)
    let socket = try mapped(.connect, subject) { () throws(Errno) in
      try SocketDescriptor(family: peer.family, type: .datagram)
    }
    do throws(SocketSettings.Failure) {
      try settings.apply(to: socket, family: peer.family, type: .datagram)
    } catch {
      throw StreamError(.setOption(error.name), subject, .system(error.errno))
    }
    path = try mapped(.bind, .address(source ?? peer)) { () throws(Errno) in
      try socket.set(.timestamps, to: true)
      if let source { return try UnixPath.bind(socket, to: source) }
      // A Unix sender without an address could not be answered: the kernel gives it one.
      if peer.family == .unix { try socket.bind(to: .unnamed) }
      return nil
    }
    local = try mapped(.connect, subject) { () throws(Errno) in
      if isConnected { try socket.connect(to: peer) }
      return try socket.localName()
    }
    self.peer = isConnected ? peer : nil
    registration = Registration(socket.number, on: loop)
    self.socket = consume socket
  }

  deinit { registration.cancel() }

  /// From now on takes datagrams from one peer alone, and sends to it.
  ///
  /// Datagrams of others that wait already are still handed over: look at their sender.
  public func connect(to peer: SocketAddress) throws(StreamError) {
    try mapped(.connect, .address(peer)) { () throws(Errno) in
      try withSocket { socket throws(Errno) in try socket.connect(to: peer) }
    }
    self.peer = peer
  }

  /// Lends the socket for calls that this type has no word for, such as options.
  public func withSocket<Result>(
    _ body: (borrowing SocketDescriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    switch socket {
    case .some(let socket): return try body(socket)
    case .none: throw .badFileDescriptor
    }
  }

  /// Hands over the next datagram, if one is there, up to 262,144 bytes of it.
  ///
  /// The corresponding C function is `recvmsg`.
  public func tryReceive(
    _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    try loop.scratch.withSpace { (buffer) throws(StreamError) in
      let message: ReceivedMessage
      do throws(Errno) {
        message = try withSocket { socket throws(Errno) in
          try socket.receiveMessage(into: &buffer, flags: .dontWait)
        }
      } catch {
        if error.isWouldBlock { return false }
        throw StreamError(.read, .address(peer ?? local), .system(error))
      }
      message.ancillary.closeDescriptors()
      try body(buffer.bytes, Datagram(message, byteCount: buffer.byteCount))
      return true
    }
  }

  /// Sends one datagram, whole or not at all.
  ///
  /// The corresponding C function is `sendmsg`.
  ///
  /// `source` is our address that it leaves from, where the socket has several.
  public func trySend(
    _ bytes: RawSpan, to peer: SocketAddress? = nil, from source: PacketInfo? = nil
  ) throws(StreamError) -> Attempt {
    do throws(Errno) {
      return .moved(
        try withSocket { socket throws(Errno) in
          try socket.sendMessage(
            bytes, to: peer, ancillary: source.map { [.packetInfo($0)] } ?? [], flags: .dontWait)
        })
    } catch {
      _ = try noRoom(error, to: peer)
      return .wouldBlock
    }
  }

  /// Notes that there was no room to send, which is false; throws any other error.
  func noRoom(_ error: Errno, to peer: SocketAddress?) throws(StreamError) -> Bool {
    guard error.isWouldBlock || error == .noBufferSpace else {
      throw StreamError(.write, .address(peer ?? self.peer ?? local), .system(error))
    }
    receiverIsFull = local.family == .unix && self.peer == nil
    return false
  }

  /// Suspends until receiving may be tried again.
  public func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await wait(for: .readable, .read, by: deadline)
  }

  /// Suspends until sending may be tried again.
  public func waitWritable(by deadline: Deadline) async throws(StreamError) {
    if receiverIsFull {
      receiverIsFull = false
      await loop.sleep(until: min(deadline, .after(.milliseconds(5))))
    }
    try await wait(for: .writable, .write, by: deadline)
  }

  /// Suspends until any of several sockets, at least one, may be tried again.
  public static func waitForAny(
    of sockets: [DatagramSocket], by deadline: Deadline
  ) async throws(StreamError) {
    let outcome = await Registration.waitForAny(of: sockets.map(\.registration), by: deadline)
    try outcome.check(.read, .address(sockets[0].local))
  }

  /// Datagrams that the kernel has dropped on this socket so far: `SO_MEMINFO`, which knows it also
  /// when no later datagram has carried the count.
  public var dropCount: Int? {
    guard
      let bytes = try? withSocket({ socket throws(Errno) in
        try socket.option(level: socketLevel, name: memoryInfo)
      }), bytes.count >= 36
    else { return nil }
    return bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 32, as: UInt32.self)) }
  }

  private func wait(
    for interest: Interest, _ operation: StreamError.Operation, by deadline: Deadline
  ) async throws(StreamError) {
    let subject = StreamError.Subject.address(peer ?? local)
    switch await registration.wait(for: interest, by: deadline) {
    case .ready: return
    case .timedOut: throw StreamError(operation, subject, .timedOut(.total))
    case .cancelled: throw StreamError(operation, subject, .cancelled)
    case .closed: throw StreamError(operation, subject, .closed)
    }
  }

  /// Frees the socket and removes its path; harmless when repeated.
  public func close() throws(StreamError) {
    registration.cancel()
    _ = socket.take()
    bound?.removePath()
    path?.remove()
  }
}

/// `SOL_SOCKET`, and `SO_MEMINFO` with its nine counters, the last of which are the drops.
private let socketLevel: Int32 = 1
private let memoryInfo: Int32 = 55

extension Datagram {
  fileprivate init(_ message: ReceivedMessage, byteCount: Int) {
    self.init(byteCount: byteCount, sender: message.sender == .unnamed ? nil : message.sender)
    isTruncated = message.flags.contains(.truncated)
    for item in message.ancillary { note(item) }
  }
}

extension StreamError {
  /// There was no room for a datagram to a peer, and it was not waited for: `EAGAIN`.
  public static func noRoom(for peer: SocketAddress) -> StreamError {
    StreamError(.write, .address(peer), .system(.resourceTemporarilyUnavailable))
  }

  /// Who sent a datagram has no address that an answer could go to: `EDESTADDRREQ`.
  public static var noSender: StreamError {
    StreamError(.write, .address(.unnamed), .system(.addressRequired))
  }
}
