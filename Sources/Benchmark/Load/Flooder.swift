/// A client who sends as much as is taken and never reads, as if it had been stopped; it stays as
/// long as the loop, which alone holds on to it.
final class Flooder: LoadClient {
  private let socket: LoadSocket
  private let payload: Payload

  private init(on server: Server, _ payload: Payload) throws(BenchmarkError) {
    self.payload = payload
    // Small buffers, so that the kernel's memory does not go to them.
    socket = try LoadSocket(to: server.address, bufferSize: 65536)
  }

  /// Begins a connection.
  static func admit(
    to server: Server, _ payload: Payload, in loop: LoadLoop
  ) throws(BenchmarkError) {
    let flooder = try Flooder(on: server, payload)
    try loop.add(flooder, flooder.socket)
  }

  /// Sends until the kernel takes no more, but not for ever: others share the loop.
  func advance() {
    for _ in 0..<16 {
      guard case .moved = socket.send(UnsafeRawBufferPointer(rebasing: payload.bytes[..<65536]))
      else { return }
    }
  }
}
