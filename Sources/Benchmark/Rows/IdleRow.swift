import Glibc
import Sockets
import SystemPackage

extension Row {
  /// What programs do that have nothing to do.
  static let idle = Row(
    name: "idle",
    summary: "system calls in five seconds in which nothing happens: a client, a listener that"
      + " waits, and a server with one client",
    figures: [
      Figure("connect", "", .greatest), Figure("listen", "", .greatest),
      Figure("listen -k", "", .greatest),
    ],
    contenders: [.sockcat], rounds: 1, limits: (0..<3).map { Limit($0, .atMost, 0) }
  ) { (contender, programs) throws(BenchmarkError) in
    let listener = try TestListener()
    let client = try TracedProcess([programs.sockcat, "connect", "127.0.0.1:\(listener.port)"])
    let accepted = try listener.accept(client.program)
    let waiting = try TracedProcess([programs.sockcat, "listen", "127.0.0.1:0"])
    let port = try Place.freePort()
    let server = try TracedProcess([programs.sockcat, "listen", "127.0.0.1:\(port)", "-k"])
    try Place.tcp(port).awaitListener(server.program)
    let visitor = try LoadSocket(to: .ipv4(.loopback, port: port))
    let idlers = [client, waiting, server]
    try settle(idlers)
    let before = idlers.map(\.lineCount)
    if before.contains(0) { throw .strangeOutput("strace", "nothing of what a program did") }
    try pause(.seconds(5))
    let counts = zip(idlers, before).map { Double($0.lineCount - $1) }
    if let gone = idlers.first(where: \.program.hasEnded) { throw gone.program.endedEarly }
    // Both ends have to be there up to here.
    _ = (accepted.number, visitor.number)
    return counts
  }
}

/// A program all of whose system calls are written down, a line each when it is made.
private final class TracedProcess {
  let program: MeasuredProcess
  private let log: OutputLog
  /// Its input, in which nothing ever comes.
  private let input: WidePipe

  init(_ command: [String]) throws(BenchmarkError) {
    log = try OutputLog()
    input = try WidePipe(isWide: false)
    program = try MeasuredProcess(
      ["strace", "-f", "-o", log.path] + command, input: input.reading)
  }

  /// How many calls have returned or begun so far.
  var lineCount: Int { log.text(limit: 1 << 20).count { $0 == "\n" } }
}

/// Waits until nothing has happened for half a second.
private func settle(_ programs: [TracedProcess]) throws(BenchmarkError) {
  let deadline = Deadline.after(.seconds(10))
  var counts: [Int] = []
  repeat {
    counts = programs.map(\.lineCount)
    if deadline.hasPassed { return }
    try pause(.milliseconds(500))
  } while counts != programs.map(\.lineCount)
}

/// Does nothing for some time.
private func pause(_ length: Duration) throws(BenchmarkError) {
  let end = Deadline.after(length)
  while !end.hasPassed {
    try Interruption.check()
    usleep(20_000)
  }
}
