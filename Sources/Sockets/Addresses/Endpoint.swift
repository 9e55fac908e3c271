/// What people write to name the other end, or a place to listen.
///
/// It is only text that was understood: nothing is looked up. One word, or host and port as two.
public enum Endpoint: Hashable, Sendable {
  /// A name or an address, and a port.
  case host(String, Port)
  /// Our own loopback addresses of both families, the same port on both.
  case loopback(Port)
  /// Every address of both families, the same port on both.
  case everywhere(Port)
  /// A Unix socket by its path.
  case unix(path: String)
  /// A Unix socket in the abstract name space.
  case abstract(name: String)
  /// A virtual machine socket.
  case vsock(cid: UInt32, port: UInt32)
  /// A descriptor that was inherited.
  case descriptor(Int32)
  /// The listening sockets that a service manager hands over: `sd_listen_fds(3)`.
  case activation

  /// A port by number or by the name of its service.
  public enum Port: Hashable, Sendable, CustomStringConvertible {
    case number(UInt16)
    case service(String)

    /// As it was written.
    public var description: String {
      switch self {
      case .number(let number): String(number)
      case .service(let name): name
      }
    }
  }

  /// What the endpoint is for: a lone port is enough to listen, and too little to connect.
  public enum Role: Sendable {
    case connect, listen
  }

  /// Why words are no endpoint.
  public enum ParseError: Error, Hashable, Sendable {
    case missing, tooManyWords
    /// A lone port where a peer is needed.
    case hostMissing(port: String)
    /// A host without its port.
    case portMissing(host: String)
    /// An IPv6 address in one word without brackets.
    case bracketsMissing(address: String, port: String?)
    /// A host that has its port already, and a second one.
    case secondPort(String, String)
    case badPort(String)
    /// A path without `unix:`.
    case path(String)
    /// A URL; its scheme and host.
    case url(scheme: String, host: String)
    case emptyPath
    case pathTooLong(limit: Int)
    case badNumber(scheme: String, String)
    case unterminatedBracket(String)
  }
}

extension Endpoint {
  /// Reads one word, or host and port as two.
  public init(_ words: [String], role: Role) throws(ParseError) {
    switch words.count {
    case 0: throw .missing
    case 1: self = try Endpoint.oneWord(words[0], role)
    case 2: self = try Endpoint.twoWords(words[0], words[1], role)
    default: throw .tooManyWords
    }
  }

  private static func oneWord(_ word: String, _ role: Role) throws(ParseError) -> Endpoint {
    if word.isEmpty { throw .missing }
    if let scheme = try withScheme(word) { return scheme }
    if let url = url(word) { throw url }
    if word.contains("/") { throw .path(word) }
    if word.hasPrefix("[") { return try bracketed(word) }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return try lone(word, role)
    case 2 where parts[0].isEmpty || parts[0] == "*":
      guard role == .listen else { throw .hostMissing(port: parts[1]) }
      return .everywhere(try port(parts[1]))
    case 2:
      if parts[1].isEmpty { throw .portMissing(host: parts[0]) }
      return .host(parts[0], try port(parts[1]))
    default: throw unbracketed(word, parts)
    }
  }

  /// What `SCHEME://HOST…` was meant to be.
  private static func url(_ word: String) -> ParseError? {
    guard let colon = word.firstIndex(of: ":"), word[colon...].hasPrefix("://") else { return nil }
    let host = word[colon...].dropFirst(3).prefix { $0 != "/" }
    return .url(scheme: String(word[..<colon]), host: String(host))
  }

  /// A word that is no host and port: a number, a service, or a host whose port was forgotten.
  private static func lone(_ word: String, _ role: Role) throws(ParseError) -> Endpoint {
    let isNumber = word.allSatisfy(\.isASCIIDigit)
    if role == .listen {
      if word == "*" { throw .portMissing(host: word) }
      if word.contains(".") && !isNumber { throw .portMissing(host: word) }
      return .loopback(try port(word))
    }
    if isNumber { throw .hostMissing(port: word) }
    throw .portMissing(host: word)
  }

  private static func twoWords(
    _ host: String, _ portText: String, _ role: Role
  ) throws(ParseError) -> Endpoint {
    let port = try port(portText)
    switch host {
    case "", "*":
      guard role == .listen else { throw .hostMissing(port: portText) }
      return .everywhere(port)
    case _ where host.hasPrefix("unix:"): throw .secondPort(host, portText)
    case _ where host.contains("/"): throw .path(host)
    default: break
    }
    let bare =
      host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    let isAddress = IPv6Address(bare.prefix { $0 != "%" }) != nil
    if bare.isEmpty { throw .hostMissing(port: portText) }
    if bare.contains(":") && !isAddress { throw .secondPort(host, portText) }
    return .host(bare, port)
  }

  private static func bracketed(_ word: String) throws(ParseError) -> Endpoint {
    guard let end = word.lastIndex(of: "]") else { throw .unterminatedBracket(word) }
    let host = String(word[word.index(after: word.startIndex)..<end])
    let rest = word[word.index(after: end)...]
    guard rest.hasPrefix(":"), rest.count > 1 else { throw .portMissing(host: "[" + host + "]") }
    if host.isEmpty { throw .hostMissing(port: String(rest.dropFirst())) }
    return .host(host, try port(String(rest.dropFirst())))
  }

  /// Which mistake it is when a word has several colons and no brackets.
  private static func unbracketed(_ word: String, _ parts: [String]) -> ParseError {
    let last = parts[parts.count - 1]
    let host = parts.dropLast().joined(separator: ":")
    let hostIsAddress = IPv6Address(host.prefix { $0 != "%" }) != nil
    if hostIsAddress && UInt16(last) != nil {
      return .bracketsMissing(address: host, port: last)
    }
    if IPv6Address(word.prefix { $0 != "%" }) != nil {
      return .bracketsMissing(address: word, port: nil)
    }
    return .badPort(parts.dropFirst().joined(separator: ":"))
  }

  private static func port(_ text: String) throws(ParseError) -> Port {
    if let number = number(text, as: UInt16.self) { return .number(number) }
    let isName = text.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter || "-_+./".contains($0) }
    guard isName, text.contains(where: \.isASCIILetter) else { throw .badPort(text) }
    return .service(text)
  }

  /// A number in digits alone: no sign.
  private static func number<Number: FixedWidthInteger>(
    _ text: some StringProtocol, as type: Number.Type
  ) -> Number? {
    text.allSatisfy(\.isASCIIDigit) ? Number(text) : nil
  }

  private static func withScheme(_ word: String) throws(ParseError) -> Endpoint? {
    guard let colon = word.firstIndex(of: ":") else { return nil }
    let rest = String(word[word.index(after: colon)...])
    switch word[..<colon] {
    case "unix": return try unix(rest)
    case "vsock": return try vsock(rest)
    case "fd":
      if rest == "systemd" { return .activation }
      guard let number = number(rest, as: Int32.self) else {
        throw .badNumber(scheme: "fd", rest)
      }
      return .descriptor(number)
    default: return nil
    }
  }

  private static func unix(_ rest: String) throws(ParseError) -> Endpoint {
    let isAbstract = rest.hasPrefix("@")
    let name = isAbstract ? String(rest.dropFirst()) : rest
    if name.isEmpty { throw .emptyPath }
    let limit = SocketAddress.unixPathLimit
    if name.utf8.count > limit { throw .pathTooLong(limit: limit) }
    return isAbstract ? .abstract(name: name) : .unix(path: name)
  }

  private static func vsock(_ rest: String) throws(ParseError) -> Endpoint {
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = number(parts[1], as: UInt32.self) else {
      throw .badNumber(scheme: "vsock", rest)
    }
    // VMADDR_CID_ANY, as a listener wants it.
    if parts[0] == "*" || parts[0] == "any" { return .vsock(cid: .max, port: port) }
    guard let cid = number(parts[0], as: UInt32.self) else {
      throw .badNumber(scheme: "vsock", rest)
    }
    return .vsock(cid: cid, port: port)
  }
}

extension Endpoint: CustomStringConvertible {
  /// As people write it, in one word.
  public var description: String {
    switch self {
    case .host(let host, let port):
      host.contains(":") ? "[" + host + "]:" + port.description : host + ":" + port.description
    case .loopback(let port): port.description
    case .everywhere(let port): "*:" + port.description
    case .unix(let path): "unix:" + path
    case .abstract(let name): "unix:@" + name
    case .vsock(let cid, let port): "vsock:" + String(cid) + ":" + String(port)
    case .descriptor(let number): "fd:" + String(number)
    case .activation: "fd:systemd"
    }
  }

  /// Whether it is of the Internet's families, where names, ports and IP options make sense.
  public var isInternet: Bool {
    switch self {
    case .host, .loopback, .everywhere: true
    case .unix, .abstract, .vsock, .descriptor, .activation: false
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
  fileprivate var isASCIILetter: Bool { isASCII && isLetter }
}
