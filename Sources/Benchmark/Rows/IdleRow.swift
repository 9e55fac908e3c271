import Glibc
import Sockets
import SystemPackage

extension Row {
  /// What programs do that have nothing to do.
  static let idle = Row(
    name: "idle",
    summary:
      "system calls in five seconds in which nothing happens: clients, one of them after 4 MiB"
      + " each way and one with --idle-timeout 1h; listeners that wait; a server with one client;"
      + " a receiver of datagrams",
    figures: idleNames.map { Figure($0, "", .greatest) },
    contenders: [.sockcat], rounds: 1, limits: idleNames.indices.map { Limit($0, .atMost, 0) }
  ) { (contender, programs) throws(BenchmarkError) in
    let (first, second, third) = (try TestListener(), try TestListener(), try TestListener())
    let port = try Place.freePort()
    let tails = [
      ["connect", "127.0.0.1:\(first.port)"], ["connect", "127.0.0.1:\(second.port)"],
      ["connect", "127.0.0.1:\(third.port)", "--idle-timeout", "1h"],
      ["listen", "127.0.0.1:0"], ["listen", "127.0.0.1:0", "--idle-timeout", "1h"],
      ["listen", "127.0.0.1:\(port)", "-k"], ["udp-recv", "127.0.0.1:0"],
    ]
    var idlers: [TracedProcess] = []
    for tail in tails { idlers.append(try TracedProcess([programs.sockcat] + tail)) }
    let client = try first.accept(idlers[0].program)
    let busyClient = try second.accept(idlers[1].program)
    let patientClient = try third.accept(idlers[2].program)
    try exchange(1 << 22, with: idlers[1], through: busyClient.number)
    try Place.tcp(port).awaitListener(idlers[5].program)
    let visitor = try LoadSocket(to: .ipv4(.loopback, port: port))
    let counts = try callsAtRest(of: idlers)
    // All ends have to be there up to here.
    _ = (client.number, busyClient.number, patientClient.number, visitor.number)
    return counts
  }
}

private let idleNames = [
  "connect", "connect, after bulk", "connect, timeout", "listen", "listen, timeout", "listen -k",
  "udp-recv",
]

/// How many calls each makes in five seconds, after all have come to rest.
private func callsAtRest(of idlers: [TracedProcess]) throws(BenchmarkError) -> [Double] {
  try settle(idlers)
  let before = idlers.map(\.lineCount)
  if before.contains(0) { throw .strangeOutput("strace", "nothing of what a program did") }
  try pause(.seconds(5))
  let counts = zip(idlers, before).map { Double($0.lineCount - $1) }
  if let gone = idlers.first(where: \.program.hasEnded) { throw gone.program.endedEarly }
  return counts
}

/// Has so many bytes go each way, through a connection to a program.
private func exchange(
  _ count: Int, with idler: TracedProcess, through server: Int32
) throws(BenchmarkError) {
  // Pieces that an empty pipe takes, so that nobody waits for us.
  let size = 1 << 15
  var bytes = [UInt8](repeating: 120, count: size)
  for _ in 0..<count / size {
    if write(idler.input.writing, bytes, size) != size { throw idler.program.endedEarly }
    try idler.program.fill(&bytes, from: server)
    if send(server, bytes, size, Int32(MSG_NOSIGNAL)) != size { throw idler.program.endedEarly }
  }
}

/// A program all of whose system calls are written down, a line each when it is made.
private final class TracedProcess {
  let program: MeasuredProcess
  private let log: OutputLog
  /// Its input, which stays open.
  let input: WidePipe

  init(_ command: [String]) throws(BenchmarkError) {
    log = try OutputLog()
    input = try WidePipe(isWide: false)
    program = try MeasuredProcess(
      ["strace", "-f", "-o", log.path] + command, input: input.reading)
  }

  /// How many calls have returned or begun so far.
  var lineCount: Int { log.text(limit: 1 << 22).count { $0 == "\n" } }
}

/// Waits until nothing has happened for half a second, which it must come to.
private func settle(_ programs: [TracedProcess]) throws(BenchmarkError) {
  let deadline = Deadline.after(.seconds(10))
  var counts: [Int] = []
  repeat {
    counts = programs.map(\.lineCount)
    if deadline.hasPassed { throw .tooSlow("coming to rest") }
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
