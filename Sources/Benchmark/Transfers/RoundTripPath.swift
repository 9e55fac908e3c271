import Glibc
import Sockets
import SystemPackage

/// A program between two pipes and a server, all three ours, and messages that go around.
///
/// One at a time: every wait has one cause, so that times and system calls are the program's own.
final class RoundTripPath {
  private let program: MeasuredProcess
  private let input: WidePipe
  private let output: WidePipe
  private let listener: TestListener
  private var server: SocketDescriptor

  /// Starts a program that connects to a place, and takes its connection.
  init(
    inputIsWide: Bool = false, _ command: (Place) -> [String]
  ) throws(BenchmarkError) {
    listener = try TestListener()
    input = try WidePipe(isWide: inputIsWide)
    output = try WidePipe(isWide: false)
    program = try MeasuredProcess(
      command(listener.place), input: input.reading, output: output.writing)
    input.closeReading()
    output.closeWriting()
    server = try listener.accept(program)
  }

  /// Sends so many messages, one after the other, and gives the time of each in microseconds.
  func times(of size: Int, rounds: Int) throws(BenchmarkError) -> [Double] {
    let server = server.number
    var bytes = [UInt8](repeating: 120, count: size)
    var samples: [Double] = []
    for _ in 0..<rounds {
      let start = Deadline.now
      if write(input.writing, bytes, size) != size { throw .tooSlow(program.name) }
      try program.fill(&bytes, from: server)
      if Glibc.send(server, bytes, size, Int32(MSG_NOSIGNAL)) != size {
        throw .tooSlow(program.name)
      }
      try program.fill(&bytes, from: output.reading)
      samples.append(Deadline.now.since(start).inSeconds * 1e6)
    }
    return samples
  }

  /// Sends so many messages, each after a byte that answers the one before.
  func send(messages count: Int, of size: Int) throws(BenchmarkError) {
    var bytes = [UInt8](repeating: 120, count: size)
    var answer: [UInt8] = [121]
    for _ in 0..<count {
      if write(input.writing, bytes, size) != size { throw .tooSlow(program.name) }
      try program.fill(&bytes, from: server.number)
      if Glibc.send(server.number, answer, 1, Int32(MSG_NOSIGNAL)) != 1 { throw program.endedEarly }
      try program.fill(&answer, from: output.reading)
    }
  }

  /// Ends both directions, and waits for the program.
  func finish() throws(BenchmarkError) {
    input.closeWriting()
    shutdown(server.number, Int32(SHUT_WR))
    try program.wait(by: .after(.seconds(10)))
  }
}

extension MeasuredProcess {
  /// Fills bytes with what the program sends.
  func fill(_ bytes: inout [UInt8], from source: Int32) throws(BenchmarkError) {
    var count = 0
    while count < bytes.count {
      try Interruption.check()
      guard isReadable(source, within: 5000) else { throw .tooSlow(name) }
      let result = bytes.withUnsafeMutableBytes {
        read(source, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      if result <= 0 { throw endedEarly }
      count += result
    }
  }
}
