import Glibc
import Sockets

/// What the figures were measured on.
enum Machine {
  /// Processors, kernel and how busy it is before anything of ours runs.
  static var description: String {
    let kernel = TextFile.lines(of: "/proc/sys/kernel/osrelease").first ?? "of an unknown version"
    let load = TextFile.lines(of: "/proc/loadavg").first?.prefix { $0 != " " } ?? "unknown"
    return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors, Linux \(kernel), load \(load)"
  }
}
