import CLinux
import Glibc
import Sockets
import SystemPackage

/// One end of a connection under load.
protocol LoadClient: AnyObject {
  /// Does what it can without waiting; called whenever something has changed.
  func advance()
}

/// One epoll for all connections of a load, without tasks, so that the load costs little beside
/// what it is put on.
///
/// It is edge-triggered: a client tries until the kernel has nothing more, and is then told again.
final class LoadLoop {
  private let epoll: Descriptor
  /// By the number of their descriptor, which is reused: a client may be told in vain.
  private var clients: [(any LoadClient)?] = []
  private var events = [linux_event](repeating: linux_event(), count: 256)

  /// Makes a loop without clients.
  init() throws(BenchmarkError) {
    do throws(Errno) {
      epoll = Descriptor(owning: try systemCall { linux_epoll_create() })
    } catch {
      throw .refused("epoll", error)
    }
  }

  /// Tells a client of what happens to its socket, from now on and at least once.
  func add(_ client: some LoadClient, _ socket: borrowing LoadSocket) throws(BenchmarkError) {
    let number = Int(socket.number)
    while clients.count <= number { clients.append(nil) }
    clients[number] = client
    if linux_epoll_add(epoll.number, socket.number, UInt64(number)) != 0 {
      throw .refused("watch a connection", Errno(rawValue: errno))
    }
  }

  /// Tells clients what has happened to them, waiting for it at most until the deadline.
  func turn(by deadline: Deadline) throws(BenchmarkError) {
    try Interruption.check()
    let wait = Int64(clamping: deadline.since(.now).wholeNanoseconds)
    let count = Int(linux_epoll_wait(epoll.number, &events, Int32(events.count), wait))
    for event in events.prefix(max(0, count)) {
      let client = clients[Int(event.data)]
      client?.advance()
    }
  }

  /// Lets go of a client, which closes its connection if nobody else holds on to it.
  func remove(_ number: Int32) { clients[Int(number)] = nil }

  /// Goes on while a condition holds, at most until the deadline.
  func run(
    by deadline: Deadline, while goesOn: () -> Bool = { true }
  ) throws(BenchmarkError) {
    while goesOn(), !deadline.hasPassed { try turn(by: deadline) }
  }
}
