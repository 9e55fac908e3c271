public import Sockets
import SystemPackage

/// The kinds of stream that two ends of a test can be connected by.
public enum Transport: CaseIterable, Sendable {
  /// TCP on loopback.
  case tcp
  /// A Unix socket that carries bytes.
  case unixStream
  /// A Unix socket that carries messages.
  case unixPackets

  /// Two connected ends.
  public func pair(on loop: EventLoop) async throws -> (near: StreamSocket, far: StreamSocket) {
    switch self {
    case .tcp: try await tcpPair(on: loop)
    case .unixStream: try unixPair(on: loop)
    case .unixPackets: try unixPair(type: .sequencedPacket, on: loop)
    }
  }
}

/// Two ends of a Unix socket.
public func unixPair(
  type: SocketType = .stream, on loop: EventLoop
) throws -> (near: StreamSocket, far: StreamSocket) {
  let numbers = try SocketDescriptor.pair(type: type).take { ($0.detach(), $1.detach()) }
  let near = try StreamSocket(SocketDescriptor(owning: numbers.0), on: loop)
  return (near, try StreamSocket(SocketDescriptor(owning: numbers.1), on: loop))
}

/// Two ends of a TCP connection on loopback.
public func tcpPair(
  settings: SocketSettings = SocketSettings(), on loop: EventLoop
) async throws -> (near: StreamSocket, far: StreamSocket) {
  let listener = try loopbackListener(settings: settings, on: loop)
  defer { listener.close() }
  var connector = Connector(on: loop)
  connector.settings = settings
  let near = try await connector.connect(to: listener.addresses)
  return (near, try await listener.accept())
}

/// A TCP listener on 127.0.0.1 and a port of the kernel's choice.
public func loopbackListener(
  backlog: Int32 = 128, settings: SocketSettings = SocketSettings(), on loop: EventLoop
) throws -> Listener {
  let bound = try BoundSocket(
    to: .ipv4(.loopback, port: 0), type: .stream, sharing: true, settings: settings)
  return try Listener([bound], backlog: backlog, settings: settings, on: loop)
}

extension ByteSource {
  /// Everything up to the end of file.
  public func readToEnd() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let more = try await read(limit: 65536) { bytes += more }
    return bytes
  }

  /// So many bytes, or fewer if the end of file comes first.
  public func readExactly(_ count: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, let more = try await read(limit: count - bytes.count) {
      bytes += more
    }
    return bytes
  }
}

extension ByteSink {
  /// Writes until nothing more is taken and returns how much was.
  public func fill(with byte: UInt8 = 0) throws -> Int {
    let chunk = [UInt8](repeating: byte, count: 65536)
    var total = 0
    while case .moved(let count) = try tryWrite(chunk.span.bytes) { total += count }
    return total
  }
}

extension StreamSocket {
  /// Waits until the peer's kernel has taken everything that was written.
  public func untilAcknowledged() async throws {
    while try withSocket({ socket throws(Errno) in try socket.unacknowledgedByteCount() }) > 0 {
      await loop.yield()
    }
  }
}

extension StreamSocket {
  /// Sends an urgent byte, which readers step over: `MSG_OOB`.
  public func sendUrgent(_ byte: UInt8) throws {
    let bytes = [byte]
    _ = try withSocket { socket throws(Errno) in
      try socket.send(bytes.span.bytes, flags: .outOfBand)
    }
  }

  /// How many bytes have to come before it is readable: `SO_RCVLOWAT`.
  public var lowWaterMark: Int32 {
    get throws {
      try withSocket { socket throws(Errno) in
        try socket.get(SocketOption<Int32>(level: 1, name: 18))
      }
    }
  }
}

extension StreamError {
  /// The kernel's error as C names it.
  public var code: Int32? { errno?.rawValue }

  /// The timeout that it tells of.
  public var timeout: Timeout? {
    if case .timedOut(let timeout) = cause { timeout } else { nil }
  }

  /// Whether our own side had closed the stream.
  public var isClosed: Bool {
    if case .closed = cause { true } else { false }
  }
}

/// The error that a function throws, nil if it throws none or another one.
public func streamError<Value>(_ body: () async throws -> Value) async -> StreamError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? StreamError
  }
}
