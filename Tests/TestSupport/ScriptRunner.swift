import Glibc

/// Runs a ``Script``: each run has its own directory, variables and programs.
///
/// BYTES is a quoted word, or the name of a file; PROGRAM is `sockcat`, a name from `PATH`, or
/// `sh 'COMMAND'`; NAME is a background program; `!` wants the opposite.
///
/// ```
/// [!] PROGRAM ARGUMENT… [< FILE] [> FILE]     status must be 0
/// PROGRAM ARGUMENT… [< FILE] [> FILE] &NAME&  do not wait for it; sets $NAME_PID
/// stdin BYTES | stdin pipe     what the next program reads instead of /dev/null
/// feed NAME BYTES              write to the pipe of a background program
/// close NAME                   close that pipe
/// await NAME REGEX             wait until its standard error matches; groups are $1, $2, …
/// await-out NAME REGEX         the same for standard output
/// port NAME                    wait for its "listening on" or "receiving on"; sets $PORT, $NAME_PORT
/// [!] wait NAME                wait for its end; status must be 0
/// signal TERM NAME             send a signal
/// allow-running NAME           the program need not have ended at the end
/// status N                     of the last finished program; a signal is 128 + its number
/// [!] stdout REGEX             what that program wrote matches
/// [!] stderr REGEX
/// stdout-is BYTES              is exactly this
/// stderr-is BYTES
/// [!] cmp FILE FILE            same bytes; stdout and stderr are those of the last program
/// [!] exists FILE
/// mode FILE 600                permission bits, in octal
/// let NAME = WORD              sets a variable, which programs find in their environment
/// ```
public final class ScriptRunner {
  let script: Script
  let directory: TemporaryDirectory
  var variables: [String: String]
  var nextInput = ChildProgram.Launch.Input.null
  var programs: [ChildProgram] = []
  var background: [String: ChildProgram] = [:]
  var mayRun: Set<String> = []
  var last: ChildProgram?
  var log = ScriptLog()
  private let inputs: TemporaryDirectory
  private var inputCount = 0
  private let deadline = ContinuousClock.now + .seconds(50)

  /// Runs a script to its end or its first failure; returns nil when all went as it says.
  ///
  /// It blocks the calling thread, for a minute at most. No process of the script survives it.
  public static func run(
    _ script: Script, sockcat: String, variables: [String: String] = [:]
  ) -> ScriptFailure? {
    do {
      return try ScriptRunner(script, sockcat: sockcat, variables).run()
    } catch {
      return ScriptFailure(line: 1, report: "\(script.name): \(error)")
    }
  }

  private init(_ script: Script, sockcat: String, _ more: [String: String]) throws {
    self.script = script
    directory = try TemporaryDirectory()
    inputs = try TemporaryDirectory()
    variables = [
      "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin",
      "HOME": directory.path, "WORK": directory.path, "SOCKCAT": sockcat,
      "LC_ALL": "C.UTF-8", "TERM": "xterm",
    ]
    variables.merge(more) { $1 }
    for file in script.files { try directory.write(file.content, to: file.name) }
  }

  private func run() -> ScriptFailure? {
    defer { for program in programs { program.end() } }
    var current: Script.Line?
    do {
      for line in script.lines {
        current = line
        log.add(line)
        if !line.isComment { try execute(line.text) }
      }
      try checkNothingRuns()
      return nil
    } catch {
      for (name, program) in background.sorted(by: { $0.key < $1.key }) where program !== last {
        log.addUnlessShown(program, as: name)
      }
      if let last { log.addUnlessShown(last, as: last.name) }
      return ScriptFailure(
        line: current?.number ?? 1, report: log.report(script.name, current, "\(error)"))
    }
  }

  private func checkNothingRuns() throws {
    for (name, program) in background where !program.hasEnded && !mayRun.contains(name) {
      throw TestError("\(name) still runs at the end: wait for it, or say allow-running \(name)")
    }
  }

  /// What is left of a limit before the whole script must end, so that it fails with a report.
  func limit(_ limit: Duration) -> Duration {
    max(.zero, min(limit, ContinuousClock.now.duration(to: deadline)))
  }

  /// The bytes of a quoted word, or those of the file that a bare one names.
  func bytes(_ word: ScriptWord) throws -> [UInt8] {
    word.isQuoted ? word.bytes : try directory.read(word.text)
  }

  /// The path of a file that holds what a word means.
  func inputFile(_ word: ScriptWord) throws -> String {
    guard word.isQuoted else { return directory.path(of: word.text) }
    inputCount += 1
    try inputs.write(word.bytes, to: "\(inputCount)")
    return inputs.path(of: "\(inputCount)")
  }
}

/// Why a script failed.
public struct ScriptFailure: Error, CustomStringConvertible {
  /// The number of the line that failed, from 1.
  public let line: Int
  let report: String

  /// The whole report: finished phases by their comment, the broken one in full.
  public var description: String { report }
}
