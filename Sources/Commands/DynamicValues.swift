import ArgumentParser
import Glibc
import Sockets
import TLS

/// Values that completion offers by looking at this host now; the network is never asked.
///
/// What is offered is typed for the user and may have been named by somebody else, so a name that a
/// shell would not take as it is, is left out.
enum DynamicValues {
  /// Hosts; after a local one the ports that really listen now; live Unix sockets.
  @Sendable static func peers(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    let line = CompletedLine(words, index, prefix)
    switch line.position {
    case .endpoint:
      if line.word.hasPrefix("unix:") { return offered(unixSockets()) }
      guard let (host, port) = hostAndPort(line.word) else {
        return offered(KnownHosts.all().sorted() + ["unix:", "vsock:", "fd:"] + aliases())
      }
      return offered(ports(of: host, line, typed: port).map { host + ":" + $0 })
    case .port(let host):
      return offered(ports(of: host, line, typed: line.word))
    case .program: return offered(programs(line.word))
    case .argument: return offered(paths(line.word))
    case .nothing: return []
    }
  }

  /// Programs, and files for their arguments.
  @Sendable static func programs(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    let line = CompletedLine(words, index, prefix)
    return offered(line.position == .program ? programs(line.word) : paths(line.word))
  }

  /// Service names, local addresses, and the schemes.
  @Sendable static func places(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    let line = CompletedLine(words, index, prefix)
    switch line.position {
    case .endpoint:
      if line.word.hasPrefix("unix:") { return offered(folders(of: line.word)) }
      if let (host, _) = hostAndPort(line.word) {
        return offered(services().map { host + ":" + $0 })
      }
      let names = ["localhost", "0.0.0.0", "::", "unix:", "vsock:", "fd:"]
      return offered(names + aliases() + (line.word.isEmpty ? [] : services()))
    case .port:
      return offered(services())
    case .program: return offered(programs(line.word))
    case .argument: return offered(paths(line.word))
    case .nothing: return []
    }
  }

  /// The network interfaces.
  @Sendable static func interfaces(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    offered(NetworkInterface.names())
  }

  /// What this kernel has for TCP.
  @Sendable static func congestionControls(
    _ words: [String], _ index: Int, _ prefix: String
  ) -> [String] {
    let line = TextFile.lines(of: "/proc/sys/net/ipv4/tcp_available_congestion_control").first
    return offered(line?.split(separator: " ").map { String($0) } ?? [])
  }

  /// What OpenSSL can encrypt with, behind those of the list that stand there already.
  @Sendable static func ciphers(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    let before = list(prefix, separator: ":")
    return offered(TLSCiphers.names().map { before + $0 })
  }

  /// Protocols by the names that they have registered (ALPN).
  @Sendable static func applicationProtocols(
    _ words: [String], _ index: Int, _ prefix: String
  ) -> [String] {
    let before = list(prefix, separator: ",")
    let names = [
      "http/1.1", "h2", "imap", "pop3", "ftp", "xmpp-client", "managesieve", "irc", "mqtt",
      "postgresql", "dot", "acme-tls/1",
    ]
    return offered(names.map { before + $0 })
  }

  /// What stands before the last word of a list.
  private static func list(_ typed: String, separator: Character) -> String {
    typed.lastIndex(of: separator).map { String(typed[...$0]) } ?? ""
  }

  /// The character sets that people meet.
  @Sendable static func encodings(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    [
      "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "GBK", "GB18030", "GB2312", "BIG5",
      "SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "EUC-KR", "KOI8-R", "ASCII", "CP437", "CP850",
      "ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
      "MACINTOSH",
    ]
  }

  /// The protocols whose words can be completed.
  @Sendable static func protocols(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    offered(ProtocolWords.names(in: UserDirectories.current.words))
  }

  // MARK: What there is

  /// The endpoints that the user has given names; none if his file is broken, as nobody could be told.
  private static func aliases() -> [String] {
    ((try? Configuration.load()) ?? Configuration()).aliases.map { "@" + $0.name }
  }

  /// What a local host listens on; services where that cannot be known, or a name is typed.
  private static func ports(of host: String, _ line: CompletedLine, typed: String) -> [String] {
    let addresses = KnownHosts.localAddresses(of: host)
    let isName = typed.first.map { !$0.isNumber } ?? false
    if addresses.isEmpty || isName { return services() }
    let entries = SocketTable.entries(type: line.isDatagram ? .datagram : .stream)
    // A datagram socket with a peer takes datagrams from that one alone.
    let state = line.isDatagram ? 7 : 10
    let ports = entries.filter { entry in
      entry.state == state && addresses.contains { entry.local.takesWhatIsSent(to: $0) }
    }.compactMap(\.local.port)
    return Set(ports).sorted().map { String($0) }
  }

  /// Those of `/etc/services`.
  static func services() -> [String] {
    TextFile.lines(of: "/etc/services").compactMap { line in
      let name = line.prefix { $0 != " " && $0 != "\t" && $0 != "#" }
      return name.isEmpty ? nil : String(name)
    }
  }

  /// Those that can be reached by what the kernel calls them: from here, and still there.
  private static func unixSockets() -> [String] {
    SocketTable.unixNames().filter { name in
      name.hasPrefix("@") || name.hasPrefix("/") && TextFile.isSocket(name)
    }.map { "unix:" + $0 }
  }

  /// The folders that a path may go on with.
  private static func folders(of word: String) -> [String] {
    let path = word.dropFirst("unix:".count)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let names = TextFile.names(in: folder.isEmpty ? "." : folder)
    return names.sorted().filter { TextFile.isFolder(folder + $0) }.map {
      "unix:" + folder + $0 + "/"
    }
  }

  /// The programs in `PATH` that a word may become, or the paths if it is one.
  private static func programs(_ word: String) -> [String] {
    if word.contains("/") { return paths(word) }
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
    let names = folders.split(separator: ":").flatMap { folder in
      TextFile.names(in: String(folder)).filter { name in
        name.hasPrefix(word) && access(folder + "/" + name, X_OK) == 0
      }
    }
    return names.sorted()
  }

  /// The paths that a word may become.
  private static func paths(_ word: String) -> [String] {
    let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    let name = String(word.dropFirst(folder.count))
    return PathEntry.entries(of: folder.isEmpty ? "." : folder, prefix: name).map {
      folder + $0.name + ($0.isDirectory ? "/" : "")
    }
  }

  /// Host and what is typed of the port, if a word has come so far.
  private static func hostAndPort(_ word: String) -> (host: String, port: String)? {
    guard let colon = word.lastIndex(of: ":") else { return nil }
    let host = word[..<colon]
    if ["unix", "vsock", "fd"].contains(host) { return nil }
    guard !host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]") else { return nil }
    return (String(host), String(word[word.index(after: colon)...]))
  }

  // MARK: How it is said

  /// Each name once, without those that a shell would read differently, as the shell wants them.
  static func offered(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    let plain = names.filter { name in
      name.utf8.allSatisfy(isPlain) && !name.hasPrefix("-") && seen.insert(name).inserted
    }
    // There, what follows a colon is the description.
    guard CompletionShell.requesting == .zsh else { return plain }
    return plain.map {
      $0.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ":", "/", "@", "%", "+", ",", "[", "]":
      byte < 0x80
    default: false
    }
  }
}

/// A command line on which one word is being completed.
struct CompletedLine {
  /// What is typed of that word.
  let word: String
  /// What it is.
  let position: Position
  /// Whether it is a command for datagrams.
  let isDatagram: Bool

  enum Position: Equatable {
    /// An endpoint, or the host of one.
    case endpoint
    case port(of: String)
    /// The program behind `--`, or a word for it.
    case program, argument
    /// The endpoint is complete.
    case nothing
  }

  init(_ words: [String], _ index: Int, _ prefix: String) {
    let words = words.map { $0.filter { !"\\'\"".contains($0) } }
    // What is known of the cursor holds for the last word alone.
    word =
      index == words.count - 1
      ? prefix.filter { !"\\'\"".contains($0) } : words.indices.contains(index) ? words[index] : ""
    let before = words.prefix(max(0, index)).dropFirst()
    let command = Self.command(in: before)
    isDatagram = command?.type == UDPSendCommand.self || command?.type == UDPReceiveCommand.self
    let typed = command.map { Self.positionals(in: before[($0.index + 1)...], of: $0.type) }
    let takesProgram = command.map { $0.type != UDPSendCommand.self } ?? false
    if takesProgram, let program = typed?.behindTerminator {
      position = program.isEmpty ? .program : .argument
    } else if let endpoint = typed?.all, let host = endpoint.first {
      let isName = !host.contains(":") && !host.hasPrefix("@")
      let isHost = endpoint.count == 1 && (isName || IPv6Address(host) != nil)
      position = isHost ? .port(of: host) : .nothing
    } else {
      position = .endpoint
    }
  }

  private static func command(
    in words: ArraySlice<String>
  ) -> (type: any ParsableCommand.Type, index: Int)? {
    for index in words.indices {
      let type = Sockcat.configuration.subcommands.first {
        $0.configuration.commandName == words[index]
      }
      if let type { return (type, index) }
    }
    return nil
  }

  /// What is neither an option nor its value, and what of that stands behind `--`, if that is there.
  private static func positionals(
    in words: ArraySlice<String>, of command: any ParsableCommand.Type
  ) -> (all: [String], behindTerminator: [String]?) {
    guard words.contains(where: { $0.hasPrefix("-") }) else { return (Array(words), nil) }
    let withValue = optionsWithValue(of: command)
    var found: [String] = []
    var isValue = false
    for (index, word) in zip(words.indices, words) {
      if isValue {
        isValue = false
      } else if word == "--" {
        let rest = Array(words[(index + 1)...])
        return (found + rest, rest)
      } else if !word.hasPrefix("-") || word == "-" {
        found.append(word)
      } else {
        isValue = withValue.contains(word)
      }
    }
    return (found, nil)
  }

  /// From a command's own help, where such options stand as `--name <value>`.
  static func optionsWithValue(of command: any ParsableCommand.Type) -> Set<String> {
    var names: Set<String> = []
    let help = command.helpMessage(includeHidden: true, columns: 1000)
    for line in help.split(separator: "\n") where line.hasPrefix("  -") {
      let words = line.split(separator: " ")
      guard let value = words.firstIndex(where: { !$0.hasPrefix("-") }), words[value].hasPrefix("<")
      else { continue }
      for name in words[..<value] { names.insert(String(name.prefix { $0 != "," })) }
    }
    return names
  }
}

extension SocketAddress {
  /// Whether a socket bound here gets what is sent to an address.
  fileprivate func takesWhatIsSent(to other: SocketAddress) -> Bool {
    switch (self, other) {
    case (.ipv4(let mine, _), .ipv4(let theirs, _)): mine == .any || mine == theirs
    case (.ipv6(let mine, _, _), .ipv6(let theirs, _, _)): mine == .any || mine == theirs
    // Unless it was told not to, it takes both families.
    case (.ipv6(let mine, _, _), .ipv4): mine == .any
    default: false
    }
  }
}

extension TextFile {
  /// Whether a socket is there.
  fileprivate static func isSocket(_ path: String) -> Bool { kind(of: path) == S_IFSOCK }

  /// Whether a folder is there.
  fileprivate static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }
}
