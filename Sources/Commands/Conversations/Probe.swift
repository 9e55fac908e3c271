import Relaying
import Sockets
import Transcripts

/// `connect --probe`: connects to every address, reports each, sends nothing, closes.
final class Probe: Conversation, @unchecked Sendable {
  private let connecting: ConversationPlan.Connecting
  private let context: ConversationContext

  init(_ connecting: ConversationPlan.Connecting, _ context: ConversationContext) {
    self.connecting = connecting
    self.context = context
  }

  var hasBegun: Bool { false }
  var statistics: Statistics { Statistics() }

  func run() async -> StreamError? {
    do throws(StreamError) {
      let rendezvous = Rendezvous(connecting: connecting, context: context)
      let attempts = try await rendezvous.repeated { deadline in
        await result { () throws(StreamError) in
          try await self.attempt(rendezvous, by: deadline)
        }
      }
      for attempt in attempts { context.messages.say(attemptText(attempt)) }
      return nil
    } catch {
      return error
    }
  }

  /// How long the others may still take when one address has answered.
  private static let patience = Duration.seconds(1)

  /// All addresses at once; it is good if one of them answers.
  private func attempt(
    _ rendezvous: Rendezvous, by deadline: Deadline
  ) async throws(StreamError) -> [Connector.Attempt] {
    let addresses = try await rendezvous.addresses(by: deadline)
    let attempts = await withTaskGroup(of: (Int, Connector.Attempt)?.self) { [context] group in
      for (index, address) in addresses.enumerated() {
        group.addTask { (index, await self.attempt(address, by: deadline)) }
      }
      var attempts: [Int: Connector.Attempt] = [:]
      while attempts.count < addresses.count, let next = await group.next() {
        guard let (index, attempt) = next else {
          group.cancelAll()
          continue
        }
        attempts[index] = attempt
        if attempt.error == nil {
          group.addTask {
            await context.loop.sleep(until: .after(Self.patience))
            return nil
          }
        }
      }
      group.cancelAll()
      return addresses.indices.compactMap { attempts[$0] }
    }
    if Task.isCancelled { throw StreamError(.connect, .endpoint(""), .cancelled) }
    if attempts.contains(where: { $0.error == nil }) { return attempts }
    let errors = attempts.compactMap(\.error)
    let subject = StreamError.Subject.endpoint(context.plan.endpoint.description)
    guard let first = errors.first else { throw StreamError(.connect, subject, .cancelled) }
    throw errors.count == 1 ? first : StreamError(.connect, subject, .attempts(errors))
  }

  private func attempt(
    _ address: SocketAddress, by deadline: Deadline
  ) async -> Connector.Attempt {
    var connector = Connector(on: context.loop)
    connector.type = connecting.type
    connector.source = connecting.source
    connector.settings = context.plan.settings
    let begun = Deadline.now
    do throws(StreamError) {
      let stream = try await connector.connect(to: [address], by: deadline)
      let took = Deadline.now.since(begun)
      try? stream.close()  // nothing was sent that could be lost
      return Connector.Attempt(address: address, error: nil, duration: took)
    } catch {
      // Cancelled because another address has answered long ago.
      let cause = error.isCancellation ? StreamError.Cause.timedOut(.connect) : error.cause
      return Connector.Attempt(
        address: address, error: StreamError(error.operation, error.subject, cause),
        duration: Deadline.now.since(begun))
    }
  }

  func finish(_ failure: StreamError?) async -> StreamError? { failure }
}
