import Glibc
import Sockets
import SystemPackage

/// A program of ours that listens, until it is ended by its number.
final class Server {
  /// What messages call it.
  let name: String
  /// Where it listens.
  let address: SocketAddress
  /// What the kernel says of it.
  var figures: ProcessFigures { ProcessFigures(number: process.number) }
  private let process: SpawnedProcess
  private var isEnded = false

  /// Starts a program on a port that nobody has; if somebody takes it before, on another one.
  init(_ name: String, onFreePort command: (String) -> [String]) throws(BenchmarkError) {
    self.name = name
    for _ in 0..<5 {
      let address = try freeAddress()
      let arguments = command(String(address.port ?? 0))
      let log = try OutputLog()
      let process = try startProcess(arguments, log)
      if try waitFor(process, name, until: { canConnect(to: address) }) {
        self.process = process
        self.address = address
        return
      }
    }
    throw .notReady(name)
  }

  /// Starts a program that says on standard error where it listens.
  init(announcing arguments: [String]) throws(BenchmarkError) {
    name = arguments[0]
    let log = try OutputLog()
    let process = try startProcess(arguments, log)
    var port: UInt16?
    let isReady = try waitFor(process, name) {
      port = log.announcedPort
      return port != nil
    }
    guard isReady, let port else {
      let command = arguments.joined(separator: " ")
      throw .ended(command, saying: String(log.text.prefix { $0 != "\n" }))
    }
    self.process = process
    address = .ipv4(.loopback, port: port)
  }

  deinit { end() }

  /// Whether it has ended by itself.
  var hasEnded: Bool { isEnded || process.hasEnded }

  /// Kills it and all that it has started.
  func end() {
    if !isEnded { endProcess(process) }
    isEnded = true
  }
}

/// Kills a process and its group, takes its status, and gives the others of the group some time to
/// be gone, as their ending costs time that is not the next one's.
func endProcess(_ process: SpawnedProcess) {
  process.signalGroup(SIGKILL)
  while process.reap() == nil { usleep(1000) }
  let deadline = Deadline.after(.seconds(2))
  while kill(-process.number, 0) == 0, !deadline.hasPassed { usleep(10_000) }
}

/// Starts a program; what it has no input or output for is `/dev/null`.
func startProcess(
  _ arguments: [String], input: Int32? = nil, output: Int32? = nil, _ log: borrowing OutputLog
) throws(BenchmarkError) -> SpawnedProcess {
  do throws(Errno) {
    let null = try Descriptor(opening: "/dev/null", flags: O_RDWR)
    return try DescriptorLimit.withOriginal { () throws(Errno) in
      try SpawnedProcess(
        spawning: arguments[0], arguments: Array(arguments.dropFirst()), environment: [:],
        streams: [input ?? null.number, output ?? null.number, log.number])
    }
  } catch {
    throw error == .noSuchFileOrDirectory
      ? .notInstalled(arguments[0]) : .notStarted(arguments[0], error)
  }
}

/// Waits until a program is ready; false if it has ended before.
private func waitFor(
  _ process: SpawnedProcess, _ name: String, until isReady: () -> Bool
) throws(BenchmarkError) -> Bool {
  let deadline = Deadline.after(.seconds(10))
  do throws(BenchmarkError) {
    while !process.hasEnded {
      if isReady() { return true }
      if deadline.hasPassed { throw .notReady(name) }
      try Interruption.check()
      usleep(2000)
    }
  } catch {
    endProcess(process)
    throw error
  }
  endProcess(process)
  return false
}

/// An address of this host whose port nobody has now.
func freeAddress() throws(BenchmarkError) -> SocketAddress {
  do throws(Errno) {
    let socket = try SocketDescriptor(family: .ipv4, type: .stream)
    try socket.bind(to: .ipv4(.loopback, port: 0))
    return try socket.localName()
  } catch {
    throw .refused("bind", error)
  }
}

private func canConnect(to address: SocketAddress) -> Bool {
  do throws(Errno) {
    let number = try systemCall { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
    try SocketDescriptor(owning: number).connect(to: address)
    return true
  } catch {
    return false
  }
}
