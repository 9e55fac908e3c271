import Glibc
import Sockets
import SystemPackage

/// Counts the datagrams that a program sends, without being what limits them.
final class DatagramReceiver {
  private let socket: SocketDescriptor
  /// Where it can be reached.
  let port: UInt16

  /// Binds a port that nobody had, with all the room that the kernel gives.
  ///
  /// With `takesBatches` the kernel may hand over datagrams that were sent together in one piece.
  init(takesBatches: Bool) throws(BenchmarkError) {
    do throws(Errno) {
      socket = try SocketDescriptor(family: .ipv4, type: .datagram)
      try socket.set(.receiveBuffer, to: 1 << 22)
      // Beyond the limit for everybody, which only a superuser may.
      try? socket.set(forcedReceiveBuffer, to: 1 << 27)
      if takesBatches { try socket.set(receiveOffload, to: true) }
      try socket.bind(to: .ipv4(.loopback, port: 0))
      port = try socket.localName().port ?? 0
    } catch {
      throw .refused("receive datagrams", error)
    }
  }

  /// Datagrams a second that a program sends, each but the last of one size, until it has ended.
  func rate(of program: MeasuredProcess, size: Int) throws(BenchmarkError) -> Double {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer { space.deallocate() }
    let deadline = Deadline.after(.seconds(30))
    var (count, begin, end) = (0, Deadline.now, Deadline.now)
    var hasEnded = false
    while true {
      let result = recv(socket.number, space.baseAddress, space.count, 0)
      if result >= 0 {
        end = .now
        if count == 0 { begin = end }
        count += max(1, (result + size - 1) / size)
      } else if !isReadable(socket.number, within: 50) {
        if hasEnded { break }
        hasEnded = program.hasEnded
        if deadline.hasPassed { throw .tooSlow(program.name) }
      }
      if count & 0xfff == 0 { try Interruption.check() }
    }
    try program.wait(by: deadline)
    if count < 2 { throw .lost(0, of: size) }
    return Double(count - 1) / end.since(begin).inSeconds
  }
}

/// `SO_RCVBUFFORCE`.
private let forcedReceiveBuffer = SocketOption<Int32>(level: SOL_SOCKET, name: 33)
/// `UDP_GRO`.
private let receiveOffload = SocketOption<Bool>(level: 17, name: 104)
