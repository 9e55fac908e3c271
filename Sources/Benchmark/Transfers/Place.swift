import Glibc
import Sockets
import Synchronization

/// Where a receiver listens and a sender connects to.
///
/// Nobody connects to see whether it listens: those who take one client would take that.
enum Place {
  case tcp(UInt16)
  case unix(String)

  private static let count = Atomic(0)

  /// A place that nobody has now.
  static func free(_ transport: Transport) throws(BenchmarkError) -> Place {
    switch transport {
    case .tcp: return .tcp(try freePort())
    case .unix:
      let number = count.add(1, ordering: .relaxed).newValue
      return .unix("/tmp/sockcat-benchmark-\(getpid())-\(number)")
    }
  }

  /// A TCP port of this host that nobody has now.
  static func freePort() throws(BenchmarkError) -> UInt16 { try freeAddress().port ?? 0 }

  /// Its port; nil for a path.
  var port: UInt16? {
    if case .tcp(let port) = self { port } else { nil }
  }

  /// Whether somebody listens there.
  var isListening: Bool {
    switch self {
    case .tcp(let port):
      TextFile.lines(of: "/proc/net/tcp").contains { SocketLine.isListening($0, port: port) }
    case .unix(let path):
      TextFile.lines(of: "/proc/net/unix").contains { SocketLine.isListening($0, path: path) }
    }
  }

  /// Waits until a program listens there.
  func awaitListener(_ program: MeasuredProcess) throws(BenchmarkError) {
    let deadline = Deadline.after(.seconds(10))
    while !isListening {
      if program.hasEnded { throw program.endedEarly }
      if deadline.hasPassed { throw .notReady(program.name) }
      try Interruption.check()
      usleep(1000)
    }
  }

  /// Removes what a listener may have left in the file system.
  func clear() {
    if case .unix(let path) = self { unlink(path) }
  }
}

/// What carries the bytes.
enum Transport: String, CaseIterable, Sendable { case tcp, unix }
