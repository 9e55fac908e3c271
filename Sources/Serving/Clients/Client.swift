package import Relaying
package import Sockets

/// One client of a server while it is served.
package final class Client: @unchecked Sendable {
  /// Which one it is, counted from 1 in the order in which they were taken.
  package let number: Int
  /// Its connection; whoever serves it need not close it.
  package let socket: StreamSocket
  /// What has passed; its idle time is judged by them.
  package let flows = Flows()
  /// Why it was ended from outside.
  private(set) var interruption: StreamError?
  private(set) var hasEnded = false
  private var task: UnsafeCurrentTask?

  init(number: Int, socket: StreamSocket) {
    self.number = number
    self.socket = socket
  }

  /// Ends it: whatever serves it is cancelled, and the error is what is told of its end.
  package func end(with error: StreamError) {
    guard interruption == nil, !hasEnded else { return }
    interruption = error
    task?.cancel()
  }

  /// Serves it and closes its connection.
  func run(
    _ serve: @Sendable (Client) async throws(StreamError) -> Void
  ) async -> Result<Void, StreamError> {
    // The task lives at least as long as this body, and is forgotten at its end.
    let outcome = await withUnsafeCurrentTask { task in
      self.task = task
      if interruption != nil { task?.cancel() }
      let outcome = await result { () throws(StreamError) in try await serve(self) }
      self.task = nil
      return outcome
    }
    hasEnded = true
    let closing = await result { () throws(StreamError) in try socket.close() }
    if let interruption { return .failure(interruption) }
    return outcome.flatMap { closing }
  }
}
