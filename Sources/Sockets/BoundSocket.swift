public import SystemPackage

/// A socket with an address of its own, not yet listening or receiving.
public final class BoundSocket: @unchecked Sendable {
  /// The address, with the port that the kernel chose.
  public let address: SocketAddress
  /// Stream, datagram, or packets.
  public let type: SocketType
  private var socket: SocketDescriptor?
  private let path: UnixPath?
  /// Whether it was opened by others, who may have it still.
  let isInherited: Bool

  private init(
    _ socket: consuming SocketDescriptor, type: SocketType, path: UnixPath?
  ) throws(Errno) {
    address = try socket.localName()
    self.type = type
    self.path = path
    isInherited = true
    self.socket = consume socket
  }

  /// Takes over an inherited socket that is bound already.
  public convenience init(
    inheriting socket: consuming SocketDescriptor, type: SocketType
  ) throws(Errno) {
    try self.init(socket, type: type, path: nil)
  }

  /// Takes the socket out; the path of a Unix socket stays ours until ``removePath()``.
  func take() -> SocketDescriptor? { socket.take() }

  /// Lends the socket for calls that this type has no word for, such as options.
  public func withSocket<Result>(
    _ body: (borrowing SocketDescriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    switch socket {
    case .some(let socket): return try body(socket)
    case .none: throw .badFileDescriptor
    }
  }

  /// Removes the path of a Unix socket if it is still the one that we made.
  public func removePath() { path?.remove() }

  /// Binds one socket.
  ///
  /// A Unix path is taken only if nothing is there, or a dead socket is: one that refuses
  /// connections. Never a live listener's, never a file that is no socket.
  ///
  /// `sharing` sets `SO_REUSEADDR`: for streams, and for datagrams of a group.
  public init(
    to address: SocketAddress, type: SocketType, sharing: Bool,
    settings: SocketSettings = SocketSettings()
  ) throws(StreamError) {
    let subject = StreamError.Subject.address(address)
    let socket = try mapped(.bind, subject) { () throws(Errno) in
      try SocketDescriptor(
        family: address.family, type: type,
        protocolNumber: settings.protocolNumber(family: address.family, type: type))
    }
    do throws(SocketSettings.Failure) {
      try settings.apply(to: socket, family: address.family, type: type)
    } catch {
      throw StreamError(.setOption(error.name), subject, .system(error.errno))
    }
    settings.prepare(socket, for: address, type: type)
    path = try mapped(.bind, subject) { () throws(Errno) in
      if sharing && address.family != .unix { try socket.set(.reuseAddress, to: true) }
      if address.family == .ipv6 { try socket.set(.ipv6Only, to: true) }
      return try UnixPath.bind(socket, to: address, mode: settings.unixMode)
    }
    self.address = try mapped(.bind, subject) { () throws(Errno) in try socket.localName() }
    self.type = type
    isInherited = false
    self.socket = consume socket
  }
}

/// Sockets on all addresses of an endpoint, one for each, with one port for all.
public struct BoundSockets: Sendable {
  /// One socket for each address that the host has.
  public let sockets: [BoundSocket]
  /// Families that the host lacks, which were left out.
  public let missing: [AddressFamily]

  /// Binds all addresses; if the kernel chooses the port, the same one for all.
  ///
  /// There has to be at least one.
  /// - Throws: the first address's error that is not the lack of its family.
  public init(
    to addresses: [SocketAddress], type: SocketType, sharing: Bool, settings: SocketSettings
  ) throws(StreamError) {
    // A port that is free in one family may be taken in the other: then the kernel chooses again.
    for isLastTry in (0..<64).map({ $0 == 63 }) {
      var sockets: [BoundSocket] = []
      var missing: [AddressFamily] = []
      var failure: StreamError?
      for address in addresses {
        let chosen = sockets.first?.address.port
        let target = address.port == 0 ? address.with(port: chosen ?? 0) : address
        do throws(StreamError) {
          sockets.append(
            try BoundSocket(to: target, type: type, sharing: sharing, settings: settings))
        } catch {
          let familyIsMissing =
            error.errno == .addressFamilyNotSupported
            || error.errno == .addressNotAvailable && addresses.count > 1
          if familyIsMissing { missing.append(address.family) } else { failure = failure ?? error }
        }
      }
      let canChooseAgain =
        !isLastTry && failure?.errno == .addressInUse && sockets.first != nil
        && addresses.allSatisfy { $0.port == 0 }
      if canChooseAgain { continue }
      if let failure {
        for socket in sockets { socket.removePath() }
        throw failure
      }
      guard !sockets.isEmpty else {
        throw StreamError(.bind, .address(addresses[0]), .system(.addressNotAvailable))
      }
      self.sockets = sockets
      self.missing = missing
      return
    }
    throw StreamError(.bind, .address(addresses[0]), .system(.addressInUse))
  }
}
