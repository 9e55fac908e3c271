extension Programs {
  /// The command that sends its standard input and leaves, nil for who cannot.
  func sending(
    _ contender: Contender, to place: Place, options: [String] = []
  ) -> [String]? {
    switch contender {
    case .sockcat: [sockcat] + connecting(to: place) + ["--send-only"] + options
    case .sockcatStatic: [sockcatStatic] + connecting(to: place) + ["--send-only"] + options
    case .ncat: ["ncat", "--send-only"] + words(of: place)
    case .openbsd: ["nc.openbsd", "-N"] + words(of: place)
    case .traditional: traditional(place) { ["-q", "0", "127.0.0.1", $0] }
    case .socat, .socatLarge:
      ["socat", "-u"] + blockSize(contender) + ["STDIN", socatAddress(of: place)]
    default: nil
    }
  }

  /// The plainest command that sends what it is given and leaves when the other end has closed too.
  func calling(_ contender: Contender, _ place: Place) -> [String]? {
    switch contender {
    case .sockcat: [sockcat] + connecting(to: place)
    case .sockcatStatic: [sockcatStatic] + connecting(to: place)
    case .ncat: ["ncat"] + words(of: place)
    case .socat: ["socat", "STDIO", socatAddress(of: place)]
    default: sending(contender, to: place)
    }
  }

  /// The command that takes one client and writes what it sends to standard output.
  func receiving(
    _ contender: Contender, at place: Place, options: [String] = []
  ) -> [String]? {
    switch contender {
    case .sockcat: [sockcat] + listening(at: place) + ["--recv-only"] + options
    case .sockcatStatic: [sockcatStatic] + listening(at: place) + ["--recv-only"] + options
    case .ncat: ["ncat", "--recv-only", "-l"] + words(of: place)
    case .openbsd: ["nc.openbsd", "-d", "-l"] + words(of: place)
    case .traditional: traditional(place) { ["-l", "-s", "127.0.0.1", "-p", $0] }
    case .socat, .socatLarge:
      ["socat", "-u"] + blockSize(contender) + [socatListener(at: place), "STDOUT"]
    default: nil
    }
  }

  /// The command that sends standard input and prints what comes.
  func talking(_ contender: Contender, to place: Place) -> [String]? {
    switch contender {
    case .sockcat: [sockcat] + connecting(to: place)
    case .ncat: ["ncat"] + words(of: place)
    case .openbsd: ["nc.openbsd"] + words(of: place)
    case .traditional: traditional(place) { ["127.0.0.1", $0] }
    case .socat: ["socat", "STDIO", socatAddress(of: place)]
    default: nil
    }
  }

  private func connecting(to place: Place) -> [String] { ["connect", endpoint(place)] }

  private func listening(at place: Place) -> [String] { ["listen", endpoint(place)] }

  private func endpoint(_ place: Place) -> String {
    switch place {
    case .tcp(let port): "127.0.0.1:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// As `ncat` and `nc.openbsd` have it.
  private func words(of place: Place) -> [String] {
    switch place {
    case .tcp(let port): ["127.0.0.1", "\(port)"]
    case .unix(let path): ["-U", path]
    }
  }

  /// It has no Unix sockets.
  private func traditional(_ place: Place, _ words: (String) -> [String]) -> [String]? {
    if case .tcp(let port) = place { ["nc.traditional"] + words("\(port)") } else { nil }
  }

  private func blockSize(_ contender: Contender) -> [String] {
    contender == .socatLarge ? ["-b", "1048576"] : []
  }

  private func socatAddress(of place: Place) -> String {
    switch place {
    case .tcp(let port): "TCP:127.0.0.1:\(port)"
    case .unix(let path): "UNIX-CONNECT:\(path)"
    }
  }

  private func socatListener(at place: Place) -> String {
    switch place {
    case .tcp(let port): "TCP-LISTEN:\(port),bind=127.0.0.1,reuseaddr"
    case .unix(let path): "UNIX-LISTEN:\(path)"
    }
  }
}
