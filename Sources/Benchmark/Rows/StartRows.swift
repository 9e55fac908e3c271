import Glibc
import Sockets

extension Row {
  /// What a script pays for each call.
  static let startUp = Row(
    name: "start-up",
    summary: "the median of 20 calls: the version; a client who sends three bytes and leaves",
    figures: [Figure("version", "ms"), Figure("connect, send, close", "ms")],
    contenders: [.sockcat, .sockcatStatic, .ncat, .openbsd, .traditional, .socat], rounds: 7,
    limits: [
      Limit(0, .atMost, 0.9, of: .ncat), Limit(0, .atMost, 1, of: .socat),
      Limit(0, .atMost, 0.75, of: .socat).on(.sockcatStatic),
      Limit(1, .atMost, 1, of: .ncat), Limit(1, .atMost, 0.8, of: .socat).on(.sockcatStatic),
    ]
  ) { (contender, programs) throws(BenchmarkError) in
    let (version, status) = programs.version(contender)
    return [
      try medianTime { () throws(BenchmarkError) in
        try MeasuredProcess(version).wait(by: .after(.seconds(5)), status: status).length
      },
      try medianTime { () throws(BenchmarkError) in
        try Call(contender, programs).finish()
      },
    ]
  }

  /// Work instead of time, which repeats exactly.
  static let instructions = Row(
    name: "start-instructions",
    summary: "instructions executed, as callgrind counts them",
    figures: [Figure("version", "millions"), Figure("connect, send, close", "millions")],
    contenders: [.sockcat, .sockcatStatic, .ncat, .openbsd, .traditional, .socat], rounds: 1,
    limits: [Limit(0, .below, 7), Limit(0, .below, 7).on(.sockcatStatic)]
  ) { (contender, programs) throws(BenchmarkError) in
    let (version, status) = programs.version(contender)
    let program = try MeasuredProcess(callgrind + version)
    try program.wait(by: .after(.seconds(60)), status: status)
    let client = try Call(contender, programs, through: callgrind)
    try client.finish()
    return [try instructionCount(program), try instructionCount(client.program)]
  }

  /// What is installed.
  static let binarySize = Row(
    name: "binary-size", summary: "the stripped program as it is installed",
    figures: [Figure("size", "MB")],
    contenders: [.sockcat, .sockcatStatic], rounds: 1, limits: [Limit(0, .below, 20)]
  ) { (contender, programs) throws(BenchmarkError) in
    let path = contender == .sockcat ? programs.sockcat : programs.sockcatStatic
    var status = stat()
    if stat(path, &status) != 0 { throw .notInstalled(path) }
    return [Double(status.st_size) / 1e6]
  }
}

extension Programs {
  /// What prints a version or a usage, and how it may end.
  func version(_ contender: Contender) -> (command: [String], status: ClosedRange<Int32>) {
    switch contender {
    case .sockcat: ([sockcat, "--version"], 0...0)
    case .sockcatStatic: ([sockcatStatic, "--version"], 0...0)
    case .socat: (["socat", "-V"], 0...0)
    case .ncat: (["ncat", "--version"], 0...0)
    default: ([contender.name, "-h"], 0...1)
    }
  }
}

private let callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]

/// Millions of instructions that a program has executed which has ended.
private func instructionCount(_ program: MeasuredProcess) throws(BenchmarkError) -> Double {
  guard let count = CallgrindReport.instructionCount(program.words) else {
    throw .strangeOutput("valgrind", String(program.words.prefix { $0 != "\n" }))
  }
  return Double(count) / 1e6
}

/// A client of our own listener that sends three bytes and leaves.
private final class Call {
  let program: MeasuredProcess
  private let listener: TestListener

  /// Starts it, perhaps through another program.
  init(
    _ contender: Contender, _ programs: Programs, through prefix: [String] = []
  ) throws(BenchmarkError) {
    listener = try TestListener()
    guard let command = programs.calling(contender, listener.place) else {
      throw .cannot(contender.name)
    }
    let input = try WidePipe(isWide: false)
    _ = write(input.writing, "hi\n", 3)  // an empty pipe takes three bytes
    input.closeWriting()
    program = try MeasuredProcess(prefix + command, input: input.reading)
  }

  /// Takes what it sends, closes the connection, and gives how long it was there.
  @discardableResult func finish() throws(BenchmarkError) -> Duration {
    try listener.accept(program).readToEnd()
    return try program.wait(by: .after(.seconds(60))).length
  }
}

extension SocketDescriptor {
  /// Takes all that comes, and closes it.
  fileprivate consuming func readToEnd() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while isReadable(number, within: 5000), read(number, &bytes, bytes.count) > 0 {}
  }
}

/// The median of 20 calls in milliseconds.
private func medianTime(
  of call: () throws(BenchmarkError) -> Duration
) throws(BenchmarkError) -> Double {
  var samples: [Double] = []
  for _ in 0..<20 {
    samples.append(try call().inSeconds * 1000)
  }
  return Figure("", "").value(of: samples)
}
