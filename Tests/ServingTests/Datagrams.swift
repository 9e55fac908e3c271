import Relaying
import Sockets
import TestSupport

/// A receiver on loopback, at a port of the kernel's choice.
func receiver(
  at address: SocketAddress = .ipv4(.loopback, port: 0), on loop: EventLoop
) throws -> DatagramSocket {
  try DatagramSocket(BoundSocket(to: address, type: .datagram, sharing: false), on: loop)
}

extension DatagramSocket {
  /// The next datagram's bytes and sender.
  func receive() async throws -> (bytes: [UInt8], sender: SocketAddress?) {
    while true {
      var result: (bytes: [UInt8], sender: SocketAddress?)?
      _ = try tryReceive { bytes, datagram in
        result = (bytes.withUnsafeBytes { Array($0) }, datagram.sender)
      }
      if let result { return result }
      try await waitReadable(by: .never)
    }
  }
}

/// Cuts what comes in pieces into datagrams and sends them, without waiting for answers.
func sendAsDatagrams(
  _ pieces: [[UInt8]], _ framing: DatagramFraming, to addresses: [SocketAddress],
  limit: Int = 65_507, on loop: EventLoop,
  changing: (inout DatagramExchange.Policy) -> Void = { _ in }
) async throws -> (exchange: DatagramExchange, error: StreamError?) {
  var policy = DatagramExchange.Policy()
  policy.receives = false
  changing(&policy)
  let reader = DatagramReader(
    Pieces(pieces, on: loop), framing: framing, limit: limit, sendsEmptyInput: false,
    on: loop, stillWaiting: { _ in })
  let exchange = DatagramExchange(reader, policy: policy, on: loop)
  let error = await streamError {
    try await exchange.run(to: addresses, observer: .init()) { address throws(StreamError) in
      try DatagramSocket(to: address, on: loop)
    }
  }
  return (exchange, error)
}

/// A source that gives its bytes in pieces.
final class Pieces: ByteSource, @unchecked Sendable {
  private var pieces: [[UInt8]]
  private var mayRead = true
  private let loop: EventLoop

  init(_ pieces: [[UInt8]], on loop: EventLoop) {
    self.pieces = pieces.filter { !$0.isEmpty }
    self.loop = loop
  }

  /// Each piece is waited for.
  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    mayRead.toggle()
    if !mayRead { return .wouldBlock }
    guard !pieces.isEmpty else { return .endOfFile }
    let piece = pieces.removeFirst()
    let taken = piece.prefix(buffer.freeCapacity)
    for byte in taken { buffer.append(byte) }
    if taken.count < piece.count { pieces.insert(Array(piece.dropFirst(taken.count)), at: 0) }
    return .moved(taken.count)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) { await loop.yield() }
}

/// A source that gives what it has and then never ends.
final class Unfinished: ByteSource, @unchecked Sendable {
  private var bytes: [UInt8]
  private let loop: EventLoop
  private(set) var deadlines: [Deadline] = []

  init(_ bytes: [UInt8], on loop: EventLoop) {
    self.bytes = bytes
    self.loop = loop
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    if bytes.isEmpty { return deadlines.count > 1 ? .endOfFile : .wouldBlock }
    for byte in bytes { buffer.append(byte) }
    defer { bytes = [] }
    return .moved(bytes.count)
  }

  /// Its first deadline passes at once.
  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    deadlines.append(deadline)
    if deadlines.count == 1 { throw StreamError(.read, .standardInput, .timedOut(.total)) }
  }
}
