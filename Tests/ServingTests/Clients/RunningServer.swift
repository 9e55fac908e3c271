import Relaying
import Sockets
import TestSupport

@testable import Serving

/// A server on loopback, running.
final class RunningServer: Sendable {
  let server: ClientServer
  let addresses: [SocketAddress]
  let events = ServerEvents()
  private let loop: EventLoop
  private let settings: SocketSettings
  private let task: Task<StreamError?, Never>

  init(
    _ limits: ClientServer.Limits = .init(), on loop: EventLoop,
    settings: SocketSettings = SocketSettings(),
    refusal: @escaping @Sendable (StreamSocket) -> AccessRefusal? = { _ in nil },
    serve: @escaping @Sendable (Client) async throws(StreamError) -> Void
  ) throws {
    let listener = try loopbackListener(settings: settings, on: loop)
    self.settings = settings
    addresses = listener.addresses
    self.loop = loop
    server = ClientServer(
      listener, limits: limits, on: loop, refusal: refusal,
      observe: { [events] in events.add($0) })
    task = Task(executorPreference: loop) { [server] in
      await streamError { try await server.run(serve) }
    }
  }

  convenience init(
    _ responder: some Responder, _ limits: ClientServer.Limits = .init(), on loop: EventLoop
  ) throws {
    try self.init(limits, on: loop) { (client) throws(StreamError) in
      try await responder.serve(ClientStream(client.socket, flows: client.flows, on: loop))
    }
  }

  /// A task that nobody waits for would keep its sockets as long as the process lives.
  deinit { task.cancel() }

  /// Nil if it ended well.
  var outcome: StreamError? { get async { await task.value } }

  func cancel() { task.cancel() }

  func connect() async throws -> StreamSocket {
    var connector = Connector(on: loop)
    connector.settings = settings
    return try await connector.connect(to: addresses)
  }
}

/// What a server told.
final class ServerEvents: @unchecked Sendable {
  private(set) var accepted: [Client] = []
  private(set) var refused: [AccessRefusal] = []
  private(set) var ended: [Int: Result<Void, StreamError>] = [:]
  private(set) var pauses: [StreamError] = []

  /// What a client ended with; nil if it ended well, or has not.
  func error(of number: Int) -> StreamError? {
    if case .failure(let error) = ended[number] { error } else { nil }
  }

  func endedWell(_ number: Int) -> Bool {
    if case .success = ended[number] { true } else { false }
  }

  func add(_ event: ClientServer.Event) {
    switch event {
    case .accepted(let client): accepted.append(client)
    case .refused(_, let refusal): refused.append(refusal)
    case .ended(let client, let outcome): ended[client.number] = outcome
    case .pausedAccepting(let error): pauses.append(error)
    }
  }
}

/// Runs everybody else until something holds.
func until(_ loop: EventLoop, _ condition: () -> Bool) async throws {
  let limit = Deadline.after(.seconds(20))
  while !condition() {
    guard !limit.hasPassed else { throw TestError("not so within 20 s") }
    await loop.yield()
  }
}

/// Runs everybody else until fewer descriptors are open; those of tests that run beside go too.
func untilFewer(than limit: Int, on loop: EventLoop) async throws {
  let deadline = Deadline.after(.seconds(20))
  while try openDescriptorCount() >= limit {
    guard !deadline.hasPassed else { throw TestError("descriptors are left open") }
    await loop.sleep(until: .after(.milliseconds(20)))
  }
}

/// A moment that nothing is expected to happen before.
var soon: Deadline { .after(.milliseconds(30)) }
