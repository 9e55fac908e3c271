import Glibc
import Relaying
import Sockets
import SystemPackage

/// From an endpoint to a place that is open, and told to those who wait for it.
struct Reception: Sendable {
  let context: ConversationContext
  let ready: ConversationPlan.Ready

  private var plan: ConversationPlan { context.plan }
  private var subject: StreamError.Subject { .endpoint(plan.endpoint.description) }

  /// Binds every address of the endpoint.
  ///
  /// `groups` are those of multicast that a lone port is bound on.
  func bind(
    type: SocketType, groups: [SocketAddress] = []
  ) async throws(StreamError) -> [BoundSocket] {
    let numbers = plan.inheritedSockets
    if !numbers.isEmpty {
      return try numbers.map { number throws(StreamError) in try inherited(number) }
    }
    var addresses = try await Resolver(on: context.loop).addresses(
      of: plan.endpoint, family: plan.family, type: type)
    if !groups.isEmpty, case .loopback = plan.endpoint {
      // A socket on loopback would hear nothing of a group.
      let port = addresses.first?.port ?? 0
      addresses = groups.map { $0.with(port: port) }
    }
    let bound = try BoundSockets(
      to: addresses, type: type, sharing: type == .stream || !groups.isEmpty,
      settings: plan.settings)
    for family in bound.missing {
      context.messages.note(
        "this host has no " + (family == .ipv6 ? "IPv6" : "IPv4") + " for "
          + plan.endpoint.description)
    }
    return bound.sockets
  }

  /// Begins to listen on what was bound, unless others have begun already.
  func listen(
    on bound: [BoundSocket], _ listen: ConversationPlan.Listening
  ) throws(StreamError) -> Listener {
    if !plan.inheritedSockets.isEmpty {
      return Listener(inheriting: bound, settings: plan.settings, on: context.loop)
    }
    return try Listener(
      bound, backlog: listen.backlog, settings: plan.settings, on: context.loop)
  }

  /// An inherited descriptor that is a connection already; nil if it listens, or nothing was
  /// inherited.
  func connection() throws(StreamError) -> StreamSocket? {
    guard let number = plan.inheritedSockets.first, plan.inheritedSockets.count == 1 else {
      return nil
    }
    do throws(Errno) {
      if try InheritedSocket.facts(of: number).isListening { return nil }
      return try StreamSocket(inheriting: number, settings: plan.settings, on: context.loop)
    } catch {
      throw StreamError(.open, subject, .system(error))
    }
  }

  private func inherited(_ number: Int32) throws(StreamError) -> BoundSocket {
    do throws(Errno) {
      let facts = try InheritedSocket.facts(of: number)
      return try BoundSocket(inheriting: SocketDescriptor(owning: number), type: facts.type)
    } catch {
      throw StreamError(.open, subject, .system(error))
    }
  }

  /// Says where it is open: one stable line, then the port file, then the descriptor.
  func announce(_ addresses: [SocketAddress]) throws(StreamError) -> PortFile? {
    if let number = ready.descriptor, fcntl(number, F_GETFD) < 0 {
      throw StreamError(
        .write, .file("fd:" + String(number)), .system(Errno(rawValue: errno)))
    }
    // Only now: whoever cannot bind leaves the file of the one that could.
    let port = addresses[0].portNumber
    if let path = ready.portFile {
      guard port != nil else {
        throw StreamError(.open, subject, .layer(Verdict(.usage, "no port for --port-file")))
      }
      try PortFile.clearStale(path)
    }
    let places = addresses.map(\.description).joined(separator: " and ")
    context.messages.say("listening on " + StreamError.Subject.endpoint(places).text)
    context.security.announce(addresses)
    let file = try ready.portFile.map { path throws(StreamError) in
      try PortFile(path, port: port ?? 0)
    }
    if let number = ready.descriptor {
      let line = Array((addresses[0].description + "\n").utf8)
      let count = line.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      guard count == line.count, close(number) == 0 else {
        throw StreamError(.write, .file("fd:" + String(number)), .system(Errno(rawValue: errno)))
      }
    }
    return file
  }
}
