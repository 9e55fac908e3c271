import Sockets
import TLS

/// A connection, and TLS around it where that was wanted at once.
struct SecuredSocket: Sendable {
  let socket: StreamSocket
  let tls: TLSStream?

  /// What is said goes through here.
  var stream: any ByteStream { tls ?? socket }

  /// Does what a plan says of TLS; a connection that is refused is closed.
  init(
    _ socket: StreamSocket, _ security: Security, by deadline: Deadline? = nil
  ) async throws(StreamError) {
    self.socket = socket
    do throws(StreamError) {
      tls = try await security.secured(socket, by: deadline)
    } catch {
      try? socket.close()  // why it is refused is what counts
      throw error
    }
  }
}
