import Glibc
import Sockets

/// What was measured on and with.
struct Machine {
  /// A name and what it stands for.
  struct Fact: Equatable {
    let name: String
    let text: String
  }

  /// Processors, kernel, and how busy it was before anything of ours ran.
  let facts: [Fact]
  /// What each program says of itself.
  let versions: [Fact]
  /// When it began, in UTC.
  let date: String
  /// How the benchmark was called.
  let command: String

  /// The same as comments, to stand above a table.
  var comment: String {
    let ends = [Fact(name: "date", text: date), Fact(name: "command", text: command)]
    return (facts + versions + ends).map { "# \($0.name): \($0.text)\n" }.joined()
  }
}

extension Machine {
  /// Asks this machine, and the programs that take part in rows.
  init(asking programs: Programs, about rows: [Row]) {
    facts = Self.current
    date = Self.now
    command = CommandLine.arguments.joined(separator: " ")
    var versions: [Fact] = []
    for contender in rows.flatMap(\.contenders) where !versions.contains(contender) {
      guard let question = programs.question(for: contender) else { continue }
      versions.append(Fact(name: contender.name, text: answer(to: question)))
    }
    self.versions = versions
  }

  private static var current: [Fact] {
    let congestion = "/proc/sys/net/ipv4/tcp_congestion_control"
    return [
      Fact(name: "processor", text: processor),
      Fact(name: "processors", text: "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"),
      Fact(name: "kernel", text: "Linux " + firstLine(of: "/proc/sys/kernel/osrelease")),
      Fact(name: "congestion-control", text: firstLine(of: congestion)),
      Fact(name: "load", text: firstLine(of: "/proc/loadavg")),
    ]
  }

  private static var processor: String {
    let line = TextFile.lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }
    guard let line, let colon = line.firstIndex(of: ":") else { return "unknown" }
    return String(line[colon...].dropFirst(2))
  }

  private static func firstLine(of path: String) -> String {
    TextFile.lines(of: path).first.map { String($0) } ?? "unknown"
  }

  private static var now: String {
    var seconds = time(nil)
    var parts = tm()
    var text = [CChar](repeating: 0, count: 32)
    gmtime_r(&seconds, &parts)
    let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension [Machine.Fact] {
  fileprivate func contains(_ contender: Contender) -> Bool {
    contains { $0.name == contender.name }
  }
}

extension Programs {
  /// What makes a contender's program say its version; nil for one that is asked under another name.
  fileprivate func question(for contender: Contender) -> [String]? {
    switch contender {
    case .sockcat, .sockcatStatic, .ncat, .openbsd, .traditional, .socat:
      version(contender).command
    case .iperf, .sha256sum: [contender.name, "--version"]
    case .openssl: [contender.name, "version"]
    case .python: [Self.python, "--version"]
    case .xxd, .expect: [contender.name, "-v"]
    case .hexdump: ["hexdump", "-V"]
    default: nil
    }
  }
}

/// The line with a version among what a program says, or why there is none.
private func answer(to question: [String]) -> String {
  do throws(BenchmarkError) {
    let output = try OutputLog()
    let program = try MeasuredProcess(question, output: output.number)
    try program.wait(by: .after(.seconds(5)), status: 0...1)
    return versionLine(output.text + "\n" + program.words) ?? "unknown"
  } catch {
    return error.text
  }
}
