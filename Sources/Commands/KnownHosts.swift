import Glibc
import Sockets

/// Names of hosts that this machine knows.
enum KnownHosts {
  /// Those of `/etc/hosts`.
  static func fromHostsFile() -> [String] {
    TextFile.lines(of: "/etc/hosts").flatMap { line -> [String] in
      let text = line.prefix { $0 != "#" }
      let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      return fields.dropFirst().map(String.init)
    }
  }

  /// Those that ssh has met; hashed ones cannot be read.
  static func fromSSH() -> [String] {
    guard let home = getenv("HOME") else { return [] }
    let path = String(cString: home) + "/.ssh/known_hosts"
    return TextFile.lines(of: path).flatMap { line -> [String] in
      guard let first = line.split(separator: " ").first, !"|#@".contains(first.first ?? "#") else {
        return []
      }
      return first.split(separator: ",").map { name in
        // [host]:port is how another port than 22 is noted.
        name.hasPrefix("[") ? String(name.dropFirst().prefix { $0 != "]" }) : String(name)
      }
    }
  }
}
