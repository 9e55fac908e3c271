import Glibc
import Sockets
import SystemPackage

extension Row {
  /// How long a message takes through a program, to a server and back.
  static let roundTrip = Row(
    name: "round-trip",
    summary: "from the program's input over TCP to a server that echoes, and to its output",
    figures: [Figure("1 byte", "µs"), Figure("1 KiB", "µs")],
    contenders: [.sockcat, .ncat, .openbsd, .traditional, .socat], rounds: 7,
    limits: [Limit(0, .atMost, 1.15, of: .openbsd), Limit(1, .atMost, 1.15, of: .openbsd)]
  ) { (contender, programs) throws(BenchmarkError) in
    let listener = try TestListener()
    guard let command = programs.talking(contender, to: listener.place) else {
      throw .cannot(contender.name)
    }
    let input = try WidePipe(isWide: false)
    let output = try WidePipe(isWide: false)
    let program = try MeasuredProcess(command, input: input.reading, output: output.writing)
    input.closeReading()
    output.closeWriting()
    let client = try listener.accept(program)
    let path = RoundTripPath(
      input: input.writing, server: client.number, output: output.reading, name: contender.name)
    _ = try path.medianTime(of: 1, rounds: 200)
    return [try path.medianTime(of: 1, rounds: 3000), try path.medianTime(of: 1024, rounds: 3000)]
  }
}

/// The three places where a message is ours on its way around.
private struct RoundTripPath {
  let input: Int32
  let server: Int32
  let output: Int32
  let name: String

  /// Sends so many messages, one after the other, and gives the median in microseconds.
  func medianTime(of size: Int, rounds: Int) throws(BenchmarkError) -> Double {
    var bytes = [UInt8](repeating: 120, count: size)
    var samples: [Double] = []
    for _ in 0..<rounds {
      let start = Deadline.now
      if write(input, bytes, size) != size { throw .tooSlow(name) }
      try fill(&bytes, from: server)
      if send(server, bytes, size, Int32(MSG_NOSIGNAL)) != size { throw .tooSlow(name) }
      try fill(&bytes, from: output)
      samples.append(Double(Deadline.now.since(start).wholeNanoseconds) / 1000)
    }
    return Figure("", "").value(of: samples)
  }

  private func fill(_ bytes: inout [UInt8], from source: Int32) throws(BenchmarkError) {
    var count = 0
    while count < bytes.count {
      try Interruption.check()
      guard isReadable(source, within: 2000) else { throw .tooSlow(name) }
      let result = bytes.withUnsafeMutableBytes {
        read(source, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      if result <= 0 { throw .tooSlow(name) }
      count += result
    }
  }
}
