import Glibc
import Sockets
import SystemPackage

/// The programs that are measured, and how each is told to echo.
struct Programs: Sendable {
  /// Our program's path.
  let sockcat: String
  /// The path of the one that was linked statically, which may not be there.
  let sockcatStatic: String
  /// Not a wrapper that some have in their path, which starts slowly.
  static let python = "/usr/bin/python3"

  /// Takes a path, or finds the one beside us, and the one that `make static` makes.
  init(sockcat: String? = nil) {
    self.sockcat = sockcat ?? Self.besideUs("sockcat")
    // Ours is <tree>/.build/<target>/release/sockcat-benchmark.
    let tree = Self.besideUs("").split(separator: "/").dropLast(3)
    sockcatStatic = "/" + tree.joined(separator: "/") + "/.build-static/release/sockcat"
  }

  /// A program in our own directory.
  private static func besideUs(_ name: String) -> String {
    let path = TextFile.target(ofLink: "/proc/self/exe") ?? ""
    return path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + name
  }

  /// Starts a server that echoes to as many clients as come.
  func startEcho(_ contender: Contender) throws(BenchmarkError) -> Server {
    switch contender {
    case .ncat:
      try Server("ncat") { port in
        ["ncat", "-l", "-k", "--max-conns", "1000", "--exec", "/bin/cat", "127.0.0.1", port]
      }
    case .socat:
      // With its own queue of five a burst of connections would wait for repeated packets.
      try Server("socat") { port in
        ["socat", "TCP-LISTEN:\(port),bind=127.0.0.1,fork,reuseaddr,backlog=128", "PIPE"]
      }
    default: try Server(announcing: [sockcat, "listen", "127.0.0.1:0", "-k", "--echo"])
    }
  }

  /// Runs something beside an echo server, which is ended after it.
  func withEcho<Result>(
    _ contender: Contender, _ body: (Server) throws(BenchmarkError) -> Result
  ) throws(BenchmarkError) -> Result {
    let server = try startEcho(contender)
    defer { server.end() }
    return try body(server)
  }
}
