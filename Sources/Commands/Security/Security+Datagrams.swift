import Sockets
import TLS

/// DTLS of one conversation.
extension Security {
  /// Puts DTLS around a socket to one peer, after the handshake.
  ///
  /// A socket that is refused is closed.
  func secure(
    _ socket: DatagramSocket, to address: SocketAddress, by deadline: Deadline = .never
  ) async throws(StreamError) -> DTLSChannel {
    do throws(StreamError) {
      guard socket.peer != nil else {
        throw StreamError(
          .connect, .address(address), .layer(Verdict(.usage, "DTLS needs one peer, not many")))
      }
      let channel = try DTLSChannel(
        try await context(), over: socket, name: plan.tls.name ?? plan.peerName,
        subject: .address(address))
      try await channel.handshake(by: min(deadline, .after(plan.tls.handshakeTimeout)))
      tell(channel.facts)
      return channel
    } catch {
      try? socket.close()  // why it is refused is what counts
      throw error
    }
  }

  /// Puts DTLS around sockets that hear many, of whom only those are answered that are admitted;
  /// nil where it is not wanted.
  func serve(
    _ sockets: [DatagramSocket],
    admits: @escaping @Sendable (SocketAddress, _ local: SocketAddress) -> Bool
  ) async throws(StreamError) -> DTLSServer? {
    guard isOn else { return nil }
    var limits = DTLSServer.Limits()
    limits.handshakeTime = plan.tls.handshakeTimeout
    var observer = DTLSServer.Observer()
    observer.admits = admits
    observer.begun = { [self] peer, facts in
      messages.note("keys agreed on with " + peer.shown)
      tell(facts)
    }
    observer.failed = { [self] _, error in messages.note(error.text(TimeoutNames(plan))) }
    observer.ended = { [messages] peer in messages.note(peer.shown + " has ended its association") }
    return try DTLSServer(try await context(), on: sockets, limits: limits, observer: observer)
  }
}
