import ArgumentParser
import Glibc
import Sockets

/// Measures sockcat beside its peers, and says which of its limits hold.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sockcat-benchmark",
    abstract: "Measure sockcat beside its peers on this machine.",
    discussion: "Ends with status 1 if a limit is missed or a row cannot be measured.")

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Measure these rows only, or those that begin with a word, such as bulk.", valueName: "row"))
  var only: [String] = []

  @Option(help: "Measure every row so many times, instead of its own number.")
  var rounds: Int?

  @Option(help: ArgumentHelp("Measure this program; else the one beside us.", valueName: "path"))
  var sockcat: String?

  @Flag(help: "Print JSON instead of the table: a line for the machine, and one for each row.")
  var json = false

  @Flag(help: "List the rows and end.")
  var list = false

  /// Begins here: as a person's command, or as a child of our own.
  static func main() {
    if let helper = Helper(Array(CommandLine.arguments.dropFirst())) { Glibc.exit(helper.run()) }
    main(nil)
  }

  func validate() throws {
    if let stranger = only.first(where: { Row.meant(by: $0).isEmpty }) {
      let names = Row.all.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no row \(stranger); there are \(names)")
    }
    if let rounds, rounds < 1 { throw ValidationError("--rounds has to be at least 1") }
  }

  func run() throws {
    let names = Set(only.flatMap(Row.meant).map(\.name))
    let rows = Row.all.filter { only.isEmpty || names.contains($0.name) }
    if list { return rows.forEach { print("\($0.name): \($0.summary)") } }
    Interruption.watch()
    signal(SIGPIPE, SIG_IGN)
    DescriptorLimit.raise()
    let programs = Programs(sockcat: sockcat)
    let machine = Machine(asking: programs, about: rows)
    let start = Deadline.now
    let outcomes = rows.map { Outcome(of: $0, rounds: rounds ?? $0.rounds, with: programs) }
    let report =
      json ? machine.json + outcomes.map(\.json).joined() : machine.comment + Table(outcomes).text
    print(report, terminator: "")
    complain("it took \(Deadline.now.since(start).wholeNanoseconds / 1_000_000_000) seconds")
    let complaints = outcomes.flatMap(\.complaints)
    complaints.forEach(complain)
    if !complaints.isEmpty { throw ExitCode(1) }
  }
}

/// Says one line on standard error.
func complain(_ text: String) {
  let line = "sockcat-benchmark: \(text)\n"
  _ = line.withCString { write(2, $0, strlen($0)) }  // there is nobody left to tell
}
