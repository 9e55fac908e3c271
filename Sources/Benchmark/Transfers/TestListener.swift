import Glibc
import Sockets
import SystemPackage

/// A listener of our own that takes its clients when it is told to.
final class TestListener {
  private let socket: SocketDescriptor
  let port: UInt16
  /// Where it listens.
  var place: Place { .tcp(port) }

  /// Listens on a port that nobody had.
  init() throws(BenchmarkError) {
    do throws(Errno) {
      socket = try SocketDescriptor(family: .ipv4, type: .stream)
      try socket.bind(to: .ipv4(.loopback, port: 0))
      try socket.listen()
      port = try socket.localName().port ?? 0
    } catch {
      throw .refused("listen", error)
    }
  }

  /// Takes the next client, whose socket waits in its calls, at most so long.
  func accept(_ program: MeasuredProcess) throws(BenchmarkError) -> SocketDescriptor {
    if !isReadable(socket.number, within: 60_000) {
      if program.hasEnded { throw program.endedEarly }
      throw .tooSlow(program.name)
    }
    do throws(Errno) {
      let client = try socket.accept()
      try Descriptor.setNonBlocking(false, of: client.number)
      try client.set(.noDelay, to: true)
      return client
    } catch {
      throw .refused("accept", error)
    }
  }
}
