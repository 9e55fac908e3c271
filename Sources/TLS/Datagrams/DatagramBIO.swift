import COpenSSL
import Sockets

/// What OpenSSL reads from and writes to: datagrams of one peer, each as a whole.
///
/// A datagram to be read is lent for the time of a call; a datagram that is written goes out at once,
/// or is lost.
final class DatagramBIO: @unchecked Sendable {
  /// Where datagrams go: to a peer of a socket that has several, and from which address of ours.
  struct Way {
    let base: any DatagramChannel
    var peer: SocketAddress?
    var source: PacketInfo?
  }

  var way: Way
  /// Who a server talks with, also where the base has no other peer.
  var client: SocketAddress?
  /// What the base has thrown, until somebody takes it.
  private var error: StreamError?
  /// Whether there was no room for the last datagram.
  private(set) var isFull = false
  /// Whether a datagram for which there is no room counts as sent: those of a handshake are sent
  /// again anyway.
  var dropsWhenFull = true
  /// What came first, to show of a peer that speaks something else.
  private(set) var firstBytes: [UInt8] = []
  /// What a server's cookies are made with.
  let cookies: CookieJar?
  /// How long the first answer is waited for before a handshake's datagrams are sent again.
  var firstPatience: Duration?
  private var incoming: UnsafeRawBufferPointer?

  init(_ way: Way, cookies: CookieJar? = nil) { (self.way, self.cookies) = (way, cookies) }

  /// Makes what OpenSSL knows of it; whoever owns that must let go of it before this.
  func makeBIO() -> OpaquePointer? {
    guard let bio = BIO_new(datagramMethod) else { return nil }
    BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_init(bio, 1)
    return bio
  }

  /// Has OpenSSL read a datagram, if it wants to, while a function runs.
  func lend<Result, Failure: Error>(
    _ bytes: RawSpan, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBytes { bytes throws(Failure) in
      incoming = bytes
      defer { incoming = nil }
      return try body()
    }
  }

  /// Takes out what the base has thrown.
  func takeError() -> StreamError? {
    defer { error = nil }
    return error
  }

  // MARK: OpenSSL's side

  /// How many bytes of the datagram there was room for; the rest is lost, as of any datagram.
  fileprivate func read(into space: UnsafeMutableRawBufferPointer) -> Int {
    // An empty one would look like an end.
    guard let datagram = incoming, !datagram.isEmpty else { return -1 }
    incoming = nil
    let bytes = UnsafeRawBufferPointer(rebasing: datagram.prefix(space.count))
    space.copyMemory(from: bytes)
    if firstBytes.isEmpty { firstBytes = Array(bytes.prefix(64)) }
    return bytes.count
  }

  /// How many bytes were sent, all of them; -1 is no room now, -2 an error.
  fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    isFull = false
    do throws(StreamError) {
      switch try way.base.trySend(bytes.bytes, to: way.peer, from: way.source) {
      case .moved, .endOfFile: return bytes.count
      case .wouldBlock:
        isFull = true
        return dropsWhenFull ? bytes.count : -1
      }
    } catch {
      self.error = error
      return -2
    }
  }

  /// What IP and UDP add to each datagram.
  fileprivate var overhead: Int { client?.family == .ipv4 ? 28 : 48 }

  /// Whose BIO an `SSL` has.
  static func of(_ ssl: OpaquePointer?) -> DatagramBIO? { datagrams(of: SSL_get_rbio(ssl)) }
}

/// The functions of ours that OpenSSL calls.
private nonisolated(unsafe) let datagramMethod: OpaquePointer? = {
  let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams")
  BIO_meth_set_read(method) { bio, space, count in
    openssl_clear_retry(bio)
    guard let own = datagrams(of: bio), let space else { return -1 }
    let outcome = own.read(into: UnsafeMutableRawBufferPointer(start: space, count: Int(count)))
    if outcome == -1 { openssl_retry_read(bio) }
    return Int32(outcome)
  }
  BIO_meth_set_write(method) { bio, bytes, count in
    openssl_clear_retry(bio)
    guard let own = datagrams(of: bio), let bytes else { return -1 }
    let outcome = own.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    if outcome == -1 { openssl_retry_write(bio) }
    return Int32(max(outcome, -1))
  }
  BIO_meth_set_ctrl(method) { bio, command, _, _ in
    switch command {
    case BIO_CTRL_FLUSH: 1
    case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: datagrams(of: bio)?.overhead ?? 0
    default: 0
    }
  }
  return method
}()

private func datagrams(of bio: OpaquePointer?) -> DatagramBIO? {
  BIO_get_data(bio).map { Unmanaged<DatagramBIO>.fromOpaque($0).takeUnretainedValue() }
}
