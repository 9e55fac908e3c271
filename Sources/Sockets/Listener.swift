import Glibc
import SystemPackage

/// Sockets that take connections: one for each address and family of an endpoint.
public final class Listener: @unchecked Sendable {
  /// Where it listens.
  public let addresses: [SocketAddress]
  private let loop: EventLoop
  private let bound: [BoundSocket]
  private var sockets: [ListeningSocket]
  private let settings: SocketSettings
  /// Which socket is asked first.
  private var turn = 0

  /// Begins to listen.
  ///
  /// The corresponding C function is `listen`.
  ///
  /// `backlog` is how many connections there may be that the kernel completes before they are accepted.
  public init(
    _ bound: [BoundSocket], backlog: Int32 = 128, settings: SocketSettings = SocketSettings(),
    on loop: EventLoop
  ) throws(StreamError) {
    self.loop = loop
    self.bound = bound
    self.settings = settings
    addresses = bound.map(\.address)
    sockets = []
    for socket in bound {
      do throws(Errno) {
        try socket.withSocket { socket throws(Errno) in
          try socket.listen(backlog: backlog)
          if settings.usesFastOpen { try socket.set(.fastOpenQueue, to: backlog) }
        }
      } catch {
        throw StreamError(.listen, .address(socket.address), .system(error))
      }
      if let socket = ListeningSocket(socket, isInherited: false, on: loop) {
        sockets.append(socket)
      }
    }
  }

  /// Takes over inherited sockets that listen already.
  ///
  /// Their flags are shared with others and stay as they are: if one is blocking and somebody else
  /// takes the connection that woke us, we wait in the kernel for the next one.
  public init(
    inheriting bound: [BoundSocket], settings: SocketSettings = SocketSettings(),
    on loop: EventLoop
  ) {
    self.loop = loop
    self.bound = bound
    self.settings = settings
    addresses = bound.map(\.address)
    sockets = bound.compactMap { ListeningSocket($0, isInherited: true, on: loop) }
  }

  deinit { close() }

  /// Takes the next connection, waiting for it.
  ///
  /// - Throws: `.timedOut(.accept)` at the deadline.
  public func accept(by deadline: Deadline = .never) async throws(StreamError) -> StreamSocket {
    while true {
      if let stream = try tryAccept() { return stream }
      try await waitForConnection(by: deadline)
    }
  }

  /// Takes the next connection, nil if none is there.
  ///
  /// The corresponding C function is `accept4`. Connections that were gone again before they were
  /// taken are passed over, as `accept(2)` advises. Addresses take turns, so that many connections
  /// to one do not keep those to another waiting.
  ///
  /// - Throws: also what ``StreamError/isShortage`` says of itself; the connection stays in the
  ///   kernel then, and can be taken later.
  public func tryAccept() throws(StreamError) -> StreamSocket? {
    for offset in sockets.indices {
      let index = (turn + offset) % sockets.count
      guard let stream = try tryAccept(from: sockets[index]) else { continue }
      turn = (index + 1) % sockets.count
      return stream
    }
    return nil
  }

  /// Suspends until ``tryAccept()`` may be tried again.
  ///
  /// - Throws: `.timedOut(.accept)` at the deadline.
  public func waitForConnection(by deadline: Deadline = .never) async throws(StreamError) {
    let subject = StreamError.Subject.address(addresses[0])
    let registrations = sockets.map(\.registration)
    guard !registrations.isEmpty else { throw StreamError(.accept, subject, .closed) }
    switch await Registration.waitForAny(of: registrations, by: deadline) {
    case .ready: return
    case .timedOut: throw StreamError(.accept, subject, .timedOut(.accept))
    case .cancelled: throw StreamError(.accept, subject, .cancelled)
    case .closed: throw StreamError(.accept, subject, .closed)
    }
  }

  private func tryAccept(from listening: ListeningSocket) throws(StreamError) -> StreamSocket? {
    while true {
      do throws(Errno) {
        guard let accepted = try listening.accept() else { return nil }
        let family = try accepted.localName().family
        // What cannot be set is inherited from us already.
        try? settings.apply(to: accepted, family: family, type: .stream)
        return try StreamSocket(accepted, on: loop)
      } catch {
        // The connection is out of the kernel's queue: there may be others behind it, of which no
        // edge will tell again.
        if passingErrors.contains(error) { continue }
        if error.isWouldBlock || error == .notSupportedOnSocket { return nil }
        throw StreamError(.accept, .address(listening.address), .system(error))
      }
    }
  }

  /// Stops listening: whoever connects from now on is refused.
  ///
  /// The paths of Unix sockets are
  /// removed if they are still ours.
  public func close() {
    for socket in sockets { socket.close() }
    sockets = []
    for socket in bound { socket.removePath() }
  }
}

/// What `accept(2)` calls errors of the new connection rather than of the listening socket.
private let passingErrors: Set<Errno> = [
  .connectionAbort, .connectionReset, .networkDown, .protocolError, .protocolNotAvailable,
  .hostIsDown, .noRouteToHost, .networkUnreachable, .timedOut,
]

extension StreamError {
  /// Whether descriptors or memory have run out, which passes when somebody gives some back:
  /// `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`.
  public var isShortage: Bool {
    errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem || errno == .noBufferSpace
      || errno == .noMemory
  }
}

/// One listening socket in the loop.
private final class ListeningSocket: @unchecked Sendable {
  let address: SocketAddress
  let registration: Registration
  private let isInherited: Bool
  private var socket: SocketDescriptor?

  init?(_ bound: BoundSocket, isInherited: Bool, on loop: EventLoop) {
    address = bound.address
    self.isInherited = isInherited
    guard let socket = bound.take() else { return nil }
    registration = Registration(socket.number, on: loop)
    self.socket = consume socket
  }

  /// The next connection, nil if none is there.
  func accept() throws(Errno) -> SocketDescriptor? {
    switch socket {
    case .some(let socket):
      if isInherited {
        var entry = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, 0) <= 0 { return nil }
      }
      return try socket.accept()
    case .none: return nil
    }
  }

  func close() {
    registration.cancel()
    _ = socket.take()
  }
}
