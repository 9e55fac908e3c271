import Glibc
import Sockets
import Synchronization
import SystemPackage

/// A connection to a server under load.
struct LoadSocket: ~Copyable {
  /// What became of an attempt to move bytes.
  enum Transfer: Equatable {
    case moved(Int)
    case wouldBlock, ended
    case failed(Errno)
  }

  private let socket: SocketDescriptor

  /// The number that the kernel knows it by.
  var number: Int32 { socket.number }

  /// Begins a connection; the first bytes can be sent when it is writable.
  ///
  /// `bufferSize` is how much the kernel holds for each direction, else it is left to it.
  init(to server: SocketAddress, bufferSize: Int32? = nil) throws(BenchmarkError) {
    do throws(Errno) {
      let socket = try SocketDescriptor(family: .ipv4, type: .stream)
      try socket.set(.noDelay, to: true)
      // The port is chosen at the connection, by both addresses: there are enough of them then.
      try socket.set(bindAddressWithoutPort, to: true)
      try socket.bind(to: nextSource())
      if let bufferSize {
        try socket.set(.sendBuffer, to: bufferSize)
        try socket.set(.receiveBuffer, to: bufferSize)
      }
      do throws(Errno) {
        try socket.connect(to: server)
      } catch {
        guard error == .nowInProgress else { throw error }
      }
      self.socket = consume socket
    } catch {
      throw .refused("connect to \(server)", error)
    }
  }

  /// Hands bytes to the kernel.
  func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    outcome(Glibc.send(number, bytes.baseAddress, bytes.count, noSignal))
  }

  /// Has the kernel send as soon as it may, where its usual way (bbr) would wait between packets.
  func sendUnpaced() throws(BenchmarkError) {
    if setsockopt(number, Int32(IPPROTO_TCP), TCP_CONGESTION, "reno", 4) != 0 {
      throw .refused("choose reno", Errno(rawValue: errno))
    }
  }

  /// Waits until there is room for more, or nobody who takes it, but not for ever.
  func awaitRoom() {
    var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    poll(&entry, 1, 1000)
  }

  /// Takes what has come.
  func receive(into space: UnsafeMutableRawBufferPointer) -> Transfer {
    let outcome = outcome(recv(number, space.baseAddress, space.count, 0))
    return outcome == .moved(0) ? .ended : outcome
  }

  /// Says that nothing more will be sent.
  func endWriting() { shutdown(number, Int32(SHUT_WR)) }

  /// Makes its close a reset, which loses what is under way in both directions.
  func loseAtClose() {
    try? socket.set(.linger, to: Linger(isOn: true, seconds: 0))  // or it has been reset already
  }

  private func outcome(_ count: Int) -> Transfer {
    if count >= 0 { return .moved(count) }
    let error = Errno(rawValue: errno)
    // Before the connection is made, too: there is nothing to be read from it, nor written.
    let isEarly = error == .socketNotConnected
    return error == .resourceTemporarilyUnavailable || isEarly ? .wouldBlock : .failed(error)
  }
}

private let noSignal = Int32(MSG_NOSIGNAL)

/// `IP_BIND_ADDRESS_NO_PORT`.
private let bindAddressWithoutPort = SocketOption<Bool>(level: 0, name: 24)

/// Thirty-two addresses of this host in turn, as each has but some 28,000 ports.
private func nextSource() -> SocketAddress {
  let number = sourceCount.add(1, ordering: .relaxed).newValue
  return .ipv4(IPv4Address(number: 0x7f00_0002 + number % 32), port: 0)
}

private let sourceCount = Atomic<UInt32>(0)
