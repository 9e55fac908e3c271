import CBenchmark
import Glibc
import Sockets
import SystemPackage

/// A mebibyte of random bytes, which a helper sends again and again.
///
/// They are random as programs that show bytes make less of those that repeat.
final class HelperPages {
  private static let size = 1 << 20
  private let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: size, alignment: Int(getpagesize()))

  init() {
    var random = Randomness(seed: 1)
    for offset in stride(from: 0, to: Self.size, by: 8) {
      bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
    }
  }

  deinit { bytes.deallocate() }

  /// Puts so many bytes into a pipe, without copying them; false if nobody takes them.
  func give(_ count: Int, to pipe: Int32) -> Bool {
    move(count) { benchmark_give_pages(pipe, $0.baseAddress, $0.count) }
  }

  /// Writes so many bytes to a file.
  func write(_ count: Int, to file: Int32) -> Bool {
    move(count) { Glibc.write(file, $0.baseAddress, $0.count) }
  }

  /// Sends so many bytes to a port of this host.
  func send(_ count: Int, to port: UInt16) -> Bool {
    let socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    do throws(Errno) {
      try SocketDescriptor(owning: dup(socket.number)).connect(
        to: .ipv4(.loopback, port: port))
    } catch {
      return false
    }
    return write(count, to: socket.number)
  }

  private func move(_ count: Int, by call: (UnsafeRawBufferPointer) -> Int) -> Bool {
    var moved = 0
    while moved < count {
      let start = moved % Self.size
      let end = min(Self.size, start + count - moved)
      let result = call(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      if result < 0 && errno == EINTR { continue }
      if result <= 0 { return false }
      moved += result
    }
    return true
  }
}

/// Empties standard input, a pipe, without copying what is in it.
func consumeInput() -> Int32 {
  let null = open("/dev/null", O_WRONLY)
  var count = 0
  while true {
    let moved = benchmark_move(0, null, 1 << 20)
    if moved < 0 && errno == EINTR { continue }
    if moved < 0 { return 1 }
    if moved == 0 { break }
    count += moved
  }
  let line = "\(count)\n"
  return line.withCString { write(2, $0, strlen($0)) } > 0 ? 0 : 1
}
