import Sockets

/// Clients of one echo server who stay connected.
final class EchoLoad {
  let loop: LoadLoop
  let server: SocketAddress
  /// What is sent from the next line on.
  var payload: Payload
  /// What is received goes here, and is looked at at once.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
  private var clients: [EchoClient] = []
  /// How many of them await an echo.
  var busyCount = 0
  /// How many lines have come back.
  var echoCount = 0
  var wrongByteCount = 0
  /// How many connections ended by themselves.
  var brokenCount = 0
  /// The longest time from sending a line to its echo.
  var worstLateness = Duration.zero

  /// Makes a load without clients.
  init(on server: Server, _ payload: Payload, in loop: LoadLoop) {
    self.server = server.address
    self.payload = payload
    self.loop = loop
  }

  deinit { scratch.deallocate() }

  /// Connects so many clients; each has had the echo of a line then.
  ///
  /// Only a few connect at a time, as ncat's queue holds no more than ten.
  func connect(_ count: Int, by deadline: Deadline) throws(BenchmarkError) {
    while clients.count < count {
      let client = try EchoClient(of: self, firstLine: clients.count * 7)
      clients.append(client)
      client.send(lines: 1)
      try loop.run(by: deadline) { busyCount >= 8 }
      if deadline.hasPassed { throw .tooSlow("connecting \(count) clients") }
    }
    try finish(by: deadline)
  }

  /// Lets every client that is idle send so many lines.
  func send(linesEach count: Int) {
    for client in clients { client.send(lines: count) }
  }

  /// Waits until every line has come back.
  func finish(by deadline: Deadline) throws(BenchmarkError) {
    try loop.run(by: deadline) { busyCount > 0 }
    if busyCount > 0 { throw .tooSlow("the echo to \(clients.count) clients") }
  }

  /// What has gone wrong, as ``Figure/faults``.
  var faults: Double { Double(wrongByteCount + brokenCount) }

  /// The longest time so far, also of echoes that have not come yet.
  var latenessSoFar: Duration {
    clients.reduce(worstLateness) { max($0, $1.lateness) }
  }
}
