import ByteText
import Sockets

extension Endpoint {
  /// Reads an endpoint from a command line, or says how it should have been written.
  ///
  /// A first word such as `@mail` stands for what the user's configuration says, which is read only
  /// then.
  static func planned(
    _ words: [String], role: Role, directories: UserDirectories = .current
  ) throws(UsageError) -> Endpoint {
    guard let alias = words.first, alias.hasPrefix("@") else { return try written(words, role) }
    let configuration = try Configuration.load(directories)
    let meant = try configuration.words(of: alias, in: directories)
    do throws(UsageError) {
      return try written(meant + words.dropFirst(), role)
    } catch {
      throw UsageError(safeLine(alias) + ": " + error.message, hint: error.hint)
    }
  }

  private static func written(_ words: [String], _ role: Role) throws(UsageError) -> Endpoint {
    do throws(ParseError) {
      return try Endpoint(words, role: role)
    } catch {
      throw UsageError(error, words, role)
    }
  }
}

extension UsageError {
  fileprivate init(_ error: Endpoint.ParseError, _ words: [String], _ role: Endpoint.Role) {
    let written = "\"" + safeLine(words.joined(separator: " ")) + "\""
    switch error {
    case .missing:
      let example = role == .connect ? "localhost:8080" : "8080"
      self.init("an endpoint is missing", hint: "for example " + example + " or unix:PATH")
    case .tooManyWords:
      self.init(written + ": an endpoint is one word, or host and port")
    case .hostMissing(let port):
      self.init(written + ": a host is missing", hint: "localhost:" + safeLine(port))
    case .portMissing(let host):
      self.init(written + ": a port is missing", hint: safeLine(host) + ":PORT")
    case .bracketsMissing(let address, let port):
      self.init(
        written + ": an IPv6 address in one word needs brackets",
        hint: "[" + safeLine(address) + "]:" + safeLine(port ?? "PORT"))
    case .secondPort(let first, let second):
      self.init(
        written + ": two ports",
        hint: safeLine(first) + " or "
          + safeLine(first.split(separator: ":").first.map(String.init) ?? "")
          + " " + safeLine(second))
    case .badPort(let port):
      self.init(
        written + ": \"" + safeLine(port) + "\" is no port",
        hint: "a number from 0 to 65535, or the name of a service")
    case .path(let path):
      self.init(written + ": a path needs its scheme", hint: "unix:" + safeLine(path))
    case .url(let scheme, let host):
      self.init(
        written + ": a URL is no endpoint",
        hint: safeLine(host.contains(":") ? host : host + ":" + scheme))
    case .emptyPath:
      self.init(written + ": a path or @NAME is missing")
    case .pathTooLong(let limit):
      self.init(written + ": a Unix socket's path has at most " + String(limit) + " bytes")
    case .badNumber(let scheme, _):
      self.init(
        written + ": not a " + scheme + " endpoint",
        hint: scheme == "fd" ? "fd:3" : "vsock:CID:PORT")
    case .unterminatedBracket:
      self.init(written + ": a bracket is not closed", hint: "[::1]:PORT")
    }
  }
}
