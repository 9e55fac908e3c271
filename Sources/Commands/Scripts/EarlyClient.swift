import Sockets

/// Lets in who comes to a listener of a script.
struct Admission: Sendable {
  let context: ConversationContext
  let listener: Listener
  let access: AccessControl?
  let timeout: Duration?

  /// The next client who is not refused, after the handshake if there is one.
  func client(
    by deadline: Deadline, isThere: () -> Void = {}
  ) async throws(StreamError) -> SecuredSocket {
    let limit = min(deadline, .after(timeout))
    while true {
      let socket: StreamSocket
      do throws(StreamError) {
        socket = try await listener.accept(by: limit)
      } catch {
        guard case .timedOut = error.cause, timeout == nil else { throw error }
        throw nobody(error.subject)
      }
      if let refusal = access?.refusal(of: socket) {
        context.messages.note(refusal.text(of: socket))
        try? socket.close()  // nothing was sent that could be lost
        continue
      }
      context.messages.note("connected by " + socket.peer.shown + " to " + socket.local.shown)
      isThere()
      return try await SecuredSocket(socket, context.security, by: limit)
    }
  }
}

/// That the time of a statement is over.
private func nobody(_ subject: StreamError.Subject) -> StreamError {
  StreamError(.accept, subject, .layer(Verdict(.answerIsNo, "nobody connected in time")))
}

/// The next client of a listener, let in while the script does something else.
///
/// A handshake needs both sides: the client may be a peer of the same script, which waits for it.
final class EarlyClient: Sendable {
  /// What came of it, which the task does not keep us for.
  private final class Arrival: @unchecked Sendable {
    let change: Wakeup
    var outcome: Result<SecuredSocket, StreamError>?

    init(on loop: EventLoop) { change = Wakeup(on: loop) }
  }

  private let arrival: Arrival
  private let task: Task<Void, Never>

  /// Waits for a client from now on.
  init(of admission: Admission) {
    let arrival = Arrival(on: admission.context.loop)
    self.arrival = arrival
    task = Task(executorPreference: admission.context.loop) {
      do throws(StreamError) {
        arrival.outcome = .success(try await admission.client(by: .never))
      } catch {
        arrival.outcome = .failure(error)
      }
      arrival.change.wakeAll()
    }
  }

  deinit { task.cancel() }

  /// Waits until it is there, or could not be let in; whoever has not come may be waited for again.
  func wait(
    by deadline: Deadline, _ subject: StreamError.Subject
  ) async throws(StreamError) -> Result<SecuredSocket, StreamError> {
    while true {
      if let outcome = arrival.outcome { return outcome }
      await arrival.change.wait(by: deadline)
      if Task.isCancelled { throw StreamError(.accept, subject, .cancelled) }
      if arrival.outcome == nil, deadline.hasPassed { throw nobody(subject) }
    }
  }
}
