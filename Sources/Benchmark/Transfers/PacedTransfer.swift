import Glibc
import Sockets

/// Large messages through a program of ours, each after the one before has arrived, so that what
/// the program does for them repeats.
enum PacedTransfer {
  /// The command of a program that connects to or listens at a place.
  typealias Command = (_ name: String, _ place: String) -> [String]

  private static let size = 1 << 18

  /// From the input of a client to a server, which answers each message with a byte.
  static func send(through command: Command, count: Int) throws(BenchmarkError) {
    let path = try RoundTripPath(inputIsWide: true) { place in
      command("connect", "127.0.0.1:\(place.port ?? 0)")
    }
    try path.send(messages: count, of: size)
    try path.finish()
  }

  /// From a client to a listener that writes a file, whose size tells what has arrived.
  static func receive(through command: Command, count: Int) throws(BenchmarkError) {
    let file = try MemoryFile(roomFor: size * count)
    let port = try Place.freePort()
    // A message has to be there as a whole when the program looks.
    let program = try Processors.withPatientChildren { () throws(BenchmarkError) in
      try MeasuredProcess(
        command("listen", "127.0.0.1:\(port)") + ["--recv-only"], output: file.number)
    }
    try Place.tcp(port).awaitListener(program)
    let client = try LoadSocket(to: .ipv4(.loopback, port: port), bufferSize: 1 << 20)
    try client.sendUnpaced()
    let bytes = [UInt8](repeating: 120, count: size)
    for number in 1...count {
      try bytes.send(to: client, of: program)
      try waitFor(file, toHave: number * size, from: program)
      // It looks for more, and waits, before there is more.
      usleep(2000)
    }
    client.endWriting()
    try program.wait(by: .after(.seconds(10)))
  }

  private static func waitFor(
    _ file: MemoryFile, toHave size: Int, from program: MeasuredProcess
  ) throws(BenchmarkError) {
    let deadline = Deadline.after(.seconds(5))
    while file.size < size {
      try Interruption.check()
      if program.hasEnded { throw program.endedEarly }
      if deadline.hasPassed { throw .tooSlow(program.name) }
      usleep(50)
    }
  }
}

extension [UInt8] {
  /// Sends all of it, waiting for room.
  fileprivate func send(
    to client: borrowing LoadSocket, of program: MeasuredProcess
  ) throws(BenchmarkError) {
    var sent = 0
    while sent < count {
      try Interruption.check()
      let rest = self[sent...].withUnsafeBytes { client.send($0) }
      switch rest {
      case .moved(let count): sent += count
      case .wouldBlock: client.awaitRoom()
      case .ended, .failed: throw program.endedEarly
      }
    }
  }
}
