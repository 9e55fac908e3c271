import Foundation
import Glibc
import TestSupport

/// Stands between a client and a server, and cuts the connection after so many bytes.
///
/// It takes one client, on 127.0.0.1 and a port of the kernel's choice, on a thread of its own.
final class CuttingRelay: @unchecked Sendable {
  /// Where bytes go.
  enum Direction: Int, Sendable, CaseIterable { case toServer, toClient }

  /// How a connection is cut, on both sides at once.
  enum Cut: Sendable, CaseIterable { case end, reset }

  let port: Int
  private let listener: Int32
  private let serverPort: Int
  private let limit: (direction: Direction, count: Int, cut: Cut)
  private let done = DispatchSemaphore(value: 0)
  /// How many bytes have passed in each direction.
  private var counts = [0, 0]

  init(to serverPort: Int, cut: Cut, after count: Int, _ direction: Direction) throws {
    let socket = makeSocket()
    var address = loopback(port: 0)
    guard withAddress(&address, { bind(socket, $0, $1) }) == 0, listen(socket, 1) == 0 else {
      throw TestError("the relay cannot listen")
    }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    (listener, port) = (socket, Int(UInt16(bigEndian: address.sin_port)))
    (self.serverPort, limit) = (serverPort, (direction, count, cut))
    Thread.detachNewThread { self.run() }
  }

  deinit { close(listener) }

  /// Waits until the connection is over, and says how many bytes went in a direction.
  func count(_ direction: Direction) throws -> Int {
    guard done.wait(timeout: .now() + 20) == .success else {
      throw TestError("the relay still runs")
    }
    done.signal()
    return counts[direction.rawValue]
  }

  private func run() {
    defer { done.signal() }
    guard waitUntilReadable([listener]) else { return }
    let sockets = [accept(listener, nil, nil), makeSocket()]
    var address = loopback(port: UInt16(serverPort))
    let isConnected = withAddress(&address) { connect(sockets[1], $0, $1) } == 0
    if isConnected { forward(between: sockets) }
    for socket in sockets {
      if limit.cut == .reset { resetAtClose(socket) }
      close(socket)
    }
  }

  /// Moves bytes until both directions have ended, or it is time to cut.
  private func forward(between sockets: [Int32]) {
    var open = Set(Direction.allCases)
    while !open.isEmpty {
      let readable = open.map { sockets[$0.rawValue] }
      guard waitUntilReadable(readable) else { return }
      for direction in open {
        let (source, target) = (sockets[direction.rawValue], sockets[1 - direction.rawValue])
        guard let count = move(from: source, to: target, direction) else { continue }
        if count < 0 { return }
        if count == 0 {
          shutdown(target, Int32(SHUT_WR))
          open.remove(direction)
        }
        if direction == limit.direction, counts[direction.rawValue] >= limit.count { return }
      }
    }
  }

  /// How many bytes were moved, 0 at the end, less if that failed; nil if there are none yet.
  private func move(from source: Int32, to target: Int32, _ direction: Direction) -> Int? {
    let room =
      direction == limit.direction ? limit.count - counts[direction.rawValue] : Int.max
    var bytes = [UInt8](repeating: 0, count: min(room, 16_384))
    let count = recv(source, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    if count < 0, errno == EAGAIN { return nil }
    guard count > 0 else { return count }
    counts[direction.rawValue] += count
    return send(target, bytes, count, Int32(MSG_NOSIGNAL)) == count ? count : -1
  }
}

private func waitUntilReadable(_ sockets: [Int32]) -> Bool {
  var polled = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  return poll(&polled, nfds_t(polled.count), 15_000) > 0
}

private func makeSocket() -> Int32 {
  socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
}

private func resetAtClose(_ socket: Int32) {
  var atOnce = linger(l_onoff: 1, l_linger: 0)
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
}

private func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return address
}

private func withAddress(
  _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}
