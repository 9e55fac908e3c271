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
  /// `group` is the address of a multicast group, which a lone port is bound on.
  func bind(
    type: SocketType, groups: [SocketAddress] = []
  ) async throws(StreamError) -> [BoundSocket] {
    if case .descriptor(let number) = plan.endpoint {
      return [try inherited(number, type: type)]
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

  private func inherited(_ number: Int32, type: SocketType) throws(StreamError) -> BoundSocket {
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
    let places = addresses.map(\.description).joined(separator: " and ")
    context.messages.say("listening on " + StreamError.Subject.endpoint(places).text)
    let file = try ready.portFile.map { path throws(StreamError) in
      try PortFile(path, port: addresses[0].port ?? 0)
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

/// The file that a listener writes its port to, so that scripts need not sleep.
final class PortFile: Sendable {
  private let path: String
  private let inode: UInt

  /// Removes what an earlier run left there, so that nobody takes it for ours.
  static func clear(_ path: String) { unlink(path) }

  /// Writes the port and a newline; the file appears whole.
  init(_ path: String, port: UInt16) throws(StreamError) {
    self.path = path
    let temporary = path + ".new"
    let number = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw Self.failure(path) }
    let line = Array((String(port) + "\n").utf8)
    let count = line.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    var status = stat()
    fstat(number, &status)
    inode = status.st_ino
    guard close(number) == 0, count == line.count, rename(temporary, path) == 0 else {
      let failure = Self.failure(path)
      unlink(temporary)
      throw failure
    }
  }

  private static func failure(_ path: String) -> StreamError {
    StreamError(.write, .file(path), .system(Errno(rawValue: errno)))
  }

  /// Removes the file if it is still ours.
  func remove() {
    var status = stat()
    if lstat(path, &status) == 0, status.st_ino == inode { unlink(path) }
  }
}
