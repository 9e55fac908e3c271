import Sockets
import TLS

/// What comes to a server's DTLS while a script does something else.
///
/// Handshakes have to go on then too: the client may be a peer of the same script, which waits for its
/// own.
final class SecuredArrivals: @unchecked Sendable {
  private struct Arrival {
    let index: Int
    let bytes: [UInt8]
    let datagram: Datagram
  }

  private let server: DTLSServer
  private let sockets: [DatagramSocket]
  private let change: Wakeup
  private var arrivals: [Arrival] = []
  private var failure: StreamError?
  private var task: Task<Void, Never>?

  /// How many are kept; the others wait in the kernel, as those in clear do.
  private static let limit = 256

  /// Takes what comes until ``end()``.
  init(_ server: DTLSServer, on sockets: [DatagramSocket], loop: EventLoop) {
    (self.server, self.sockets) = (server, sockets)
    change = Wakeup(on: loop)
    task = Task(executorPreference: loop) { [self] in await run() }
  }

  private func run() async {
    do throws(StreamError) {
      while true {
        for index in sockets.indices { try take(on: index) }
        if arrivals.count < Self.limit {
          try await server.waitReadable(by: .never)
        } else {
          await change.wait(by: .never)
          if Task.isCancelled { return }
        }
      }
    } catch {
      failure = error
      change.wakeAll()
    }
  }

  private func take(on index: Int) throws(StreamError) {
    var isThere = true
    while isThere, arrivals.count < Self.limit {
      isThere = try server.tryReceive(on: index) { bytes, datagram in
        let bytes = bytes.withUnsafeBytes { Array($0) }
        arrivals.append(Arrival(index: index, bytes: bytes, datagram: datagram))
        change.wakeAll()
      }
    }
  }

  /// Hands over the next datagram, if it came by that socket.
  func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    guard let first = arrivals.first, first.index == index else { return false }
    arrivals.removeFirst()
    change.wakeAll()
    try body(first.bytes.span.bytes, first.datagram)
    return true
  }

  /// Suspends until there may be another one.
  func wait(by deadline: Deadline) async throws(StreamError) {
    if let failure { throw failure }
    let subject = StreamError.Subject.address(sockets[0].local)
    if arrivals.isEmpty { await change.wait(by: deadline) }
    if Task.isCancelled { throw StreamError(.read, subject, .cancelled) }
    if arrivals.isEmpty, deadline.hasPassed { throw StreamError(.read, subject, .timedOut(.total)) }
  }

  /// Sends to somebody who has been heard.
  func send(
    _ bytes: [UInt8], on index: Int, to peer: SocketAddress, by deadline: Deadline
  ) async throws(StreamError) {
    while case .wouldBlock = try server.trySend(bytes.span.bytes, on: index, to: peer) {
      try await sockets[index].waitWritable(by: deadline)
    }
  }

  /// Says to every peer that no more will come.
  func end() {
    task?.cancel()
    task = nil
    server.end()
  }
}
