import Relaying
package import Sockets
import SystemPackage

/// Serves the clients of a listener at the same time, each in a task of its own.
///
/// Nothing that one client does ends another, nor the serving: what goes wrong with one is told as
/// its end.
package final class ClientServer: @unchecked Sendable {
  /// What a user decided.
  package struct Limits: Sendable {
    /// How many are served at a time; the others wait in the kernel's queue.
    package var clientLimit: Int?
    /// Ends after so many clients; whom the lists refuse does not count.
    package var countLimit: Int?
    /// How long no byte may move, of each client.
    package var idleTimeout: Duration?
    /// How many descriptors a client needs beside its connection; who would not get them waits in
    /// the kernel's queue.
    package var descriptorsPerClient = 0

    /// No limits.
    package init() {}
  }

  /// What happens while clients are served.
  package enum Event: Sendable {
    case accepted(Client)
    /// Closed before a byte of it was read.
    case refused(StreamSocket, AccessRefusal)
    case ended(Client, Result<Void, StreamError>)
    /// Descriptors or memory have run out; told once until all who wait have been taken.
    case pausedAccepting(StreamError)
  }

  /// How many were taken, are served now, and were refused.
  package private(set) var acceptedCount = 0
  package private(set) var activeCount = 0
  package private(set) var refusedCount = 0

  private let listener: Listener
  private let tryAccept: @Sendable () throws(StreamError) -> StreamSocket?
  private let limits: Limits
  private let loop: EventLoop
  private let refusal: @Sendable (StreamSocket) -> AccessRefusal?
  private let observe: @Sendable (Event) -> Void
  private let idleWatch: IdleWatch?
  /// Told when a client has ended, and when the serving is to end.
  private let change: Wakeup
  private var isStopping = false
  /// When the clients that are left are cancelled.
  private var graceEnd = Deadline.never
  private var isShort = false

  /// Serves the clients of a listener, once it runs.
  ///
  /// `refusal` says of each why it may not be served, before anything of it is read.
  package convenience init(
    _ listener: Listener, limits: Limits = Limits(), on loop: EventLoop,
    refusal: @escaping @Sendable (StreamSocket) -> AccessRefusal? = { _ in nil },
    observe: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.init(
      listener, limits: limits, on: loop, refusal: refusal, observe: observe,
      tryAccept: { () throws(StreamError) in try listener.tryAccept() })
  }

  /// Does so with another way to take a connection, for tests.
  init(
    _ listener: Listener, limits: Limits, on loop: EventLoop,
    refusal: @escaping @Sendable (StreamSocket) -> AccessRefusal?,
    observe: @escaping @Sendable (Event) -> Void,
    tryAccept: @escaping @Sendable () throws(StreamError) -> StreamSocket?
  ) {
    self.listener = listener
    self.tryAccept = tryAccept
    self.limits = limits
    self.loop = loop
    self.refusal = refusal
    self.observe = observe
    idleWatch = limits.idleTimeout.map { IdleWatch(limit: $0, on: loop) }
    change = Wakeup(on: loop)
  }

  /// Serves until it is stopped, the count is reached, or the listener fails for good; returns when
  /// no client is left.
  ///
  /// - Throws: why nobody can be accepted any more, or `.cancelled`.
  package func run(
    _ serve: @escaping @Sendable (Client) async throws(StreamError) -> Void
  ) async throws(StreamError) {
    let outcome = await withDiscardingTaskGroup { group in
      if let idleWatch { group.addTask { await idleWatch.run() } }
      let outcome = await result { () throws(StreamError) in
        try await acceptAll(in: &group, serve)
      }
      listener.close()
      await waitForClients()
      group.cancelAll()
      return outcome
    }
    try outcome.get()
  }

  /// Serves a connection that was there before us, and no other.
  package static func serve(
    only socket: StreamSocket, idleTimeout: Duration?, on loop: EventLoop,
    observe: @escaping @Sendable (Event) -> Void,
    _ serve: @escaping @Sendable (Client) async throws(StreamError) -> Void
  ) async {
    let client = Client(number: 1, socket: socket)
    observe(.accepted(client))
    let watch = idleTimeout.map { IdleWatch(limit: $0, on: loop) }
    watch?.add(client)
    let outcome = await withDiscardingTaskGroup { group in
      if let watch { group.addTask { await watch.run() } }
      let outcome = await client.run(serve)
      group.cancelAll()
      return outcome
    }
    observe(.ended(client, outcome))
  }

  /// Accepts nobody any more, and gives those who are served some time to end.
  ///
  /// A later call replaces the time.
  package func stop(grace: Duration) {
    isStopping = true
    graceEnd = .after(grace)
    listener.close()
    change.wakeAll()
  }

  private func acceptAll(
    in group: inout DiscardingTaskGroup,
    _ serve: @escaping @Sendable (Client) async throws(StreamError) -> Void
  ) async throws(StreamError) {
    var acceptedInARow = 0
    while !isStopping, acceptedCount < limits.countLimit ?? .max {
      if Task.isCancelled { throw StreamError(.accept, subject, .cancelled) }
      guard activeCount < limits.clientLimit ?? .max else {
        await change.wait()
        continue
      }
      if let socket = try await next() {
        take(socket, in: &group, serve)
        acceptedInARow += 1
      }
      // Those who were taken want to be served, however many stand behind them.
      // Those who need more descriptors take them then.
      if acceptedInARow == (limits.descriptorsPerClient > 0 ? 1 : 64) {
        acceptedInARow = 0
        await loop.yield()
      }
    }
  }

  private var subject: StreamError.Subject { .address(listener.addresses[0]) }

  /// The next connection; nil if it is to be looked again whether there should be one.
  private func next() async throws(StreamError) -> StreamSocket? {
    do throws(StreamError) {
      if let socket = try acceptNow() { return socket }
      isShort = false
      try await listener.waitForConnection()
      return nil
    } catch {
      if isStopping { return nil }
      guard error.isShortage else { throw error }
      if !isShort { observe(.pausedAccepting(error)) }
      isShort = true
      // Somebody outside may give back what a client of ours does not.
      await change.wait(by: .after(.milliseconds(100)))
      return nil
    }
  }

  private func acceptNow() throws(StreamError) -> StreamSocket? {
    let count = limits.descriptorsPerClient
    // A few more, as a file is opened beside the loop.
    if count > 0, !DescriptorLimit.hasRoom(for: count + 4) {
      throw StreamError(.accept, subject, .system(.tooManyOpenFiles))
    }
    return try tryAccept()
  }

  private func take(
    _ socket: StreamSocket, in group: inout DiscardingTaskGroup,
    _ serve: @escaping @Sendable (Client) async throws(StreamError) -> Void
  ) {
    if let refusal = refusal(socket) {
      refusedCount += 1
      observe(.refused(socket, refusal))
      try? socket.close()  // nothing was sent that could be lost
      return
    }
    acceptedCount += 1
    activeCount += 1
    let client = Client(number: acceptedCount, socket: socket)
    observe(.accepted(client))
    idleWatch?.add(client)
    group.addTask { [self] in
      let outcome = await client.run(serve)
      activeCount -= 1
      observe(.ended(client, outcome))
      change.wakeAll()
    }
  }

  private func waitForClients() async {
    while activeCount > 0, !graceEnd.hasPassed, !Task.isCancelled {
      await change.wait(by: graceEnd)
    }
  }
}
