import Glibc
package import Sockets
import SystemPackage

/// Who may be served: by address, and on Unix sockets by user and group.
///
/// Deny wins. As soon as anybody is allowed by name, everybody else is refused.
package struct AccessList: Sendable {
  /// What a user wrote.
  package struct Sources: Sendable {
    /// Lists, whose entries commas separate.
    package var allow: [String] = []
    package var deny: [String] = []
    /// Files with one entry a line; `#` begins a comment.
    package var allowFiles: [String] = []
    package var denyFiles: [String] = []
    /// Names or numbers, in lists too.
    package var allowUsers: [String] = []
    package var allowGroups: [String] = []

    /// Everybody.
    package init() {}

    /// Whether there is a list of who is allowed.
    package var allowsByName: Bool {
      ![allow, allowFiles, allowUsers, allowGroups].allSatisfy(\.isEmpty)
    }
  }

  /// One entry as it is written, with what it means.
  private struct Rule: Sendable {
    let text: String
    let ranges: [AddressRange]
    let isAny: Bool

    func concerns(_ address: SocketAddress) -> Bool {
      isAny || ranges.contains { $0.contains(address) }
    }
  }

  private var allowed: [Rule] = []
  private var denied: [Rule] = []
  private var users: Set<UInt32> = []
  private var groups: Set<UInt32> = []

  /// Whether anybody is allowed by name, and so everybody else refused.
  ///
  /// A list that was given and is empty allows nobody.
  package private(set) var allowsByName = false

  /// Allows everybody.
  package init() {}

  /// Reads what a user wrote, its files, and the addresses of its names as they are now; read again,
  /// it may come to something else.
  package init(_ sources: Sources, on loop: EventLoop) async throws(AccessError) {
    allowsByName = sources.allowsByName
    let reader = RuleReader(resolver: Resolver(on: loop))
    allowed = try await Self.rules(sources.allow, files: sources.allowFiles, reader)
    denied = try await Self.rules(sources.deny, files: sources.denyFiles, reader)
    for text in Self.entries(of: sources.allowUsers) {
      users.insert(try Self.number(text, .unknownUser) { getpwnam($0)?.pointee.pw_uid })
    }
    for text in Self.entries(of: sources.allowGroups) {
      groups.insert(try Self.number(text, .unknownGroup) { getgrnam($0)?.pointee.gr_gid })
    }
  }

  /// Why a client may not be served; nil if it may.
  package func refusal(of socket: StreamSocket) -> AccessRefusal? {
    // An Internet socket has no credentials.
    guard socket.local.family == .unix else { return refusal(of: socket.peer) }
    let credentials = try? socket.withSocket { socket throws(Errno) in
      try socket.peerCredentials()
    }
    return refusal(
      of: socket.peer, user: credentials?.user,
      groups: (credentials.map { [$0.group] } ?? []) + socket.supplementaryGroups)
  }

  /// Why a peer may not be served; nil if it may.
  package func refusal(
    of address: SocketAddress, user: UInt32? = nil, groups peerGroups: [UInt32] = []
  ) -> AccessRefusal? {
    if let rule = denied.first(where: { $0.concerns(address) }) {
      return .denied(entry: rule.text)
    }
    let isAllowed =
      !allowsByName || allowed.contains { $0.concerns(address) }
      || user.map { users.contains($0) } == true || !groups.isDisjoint(with: peerGroups)
    return isAllowed ? nil : .notAllowed
  }

  // MARK: Reading

  private static func entries(of lists: [String]) -> [String] {
    lists.flatMap { list in
      list.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
    }
  }

  private static func number(
    _ text: String, _ reason: AccessError.Reason, _ lookUp: (String) -> UInt32?
  ) throws(AccessError) -> UInt32 {
    if let number = lookUp(text) { return number }
    if let number = UInt32(text) { return number }
    throw AccessError(entry: text, reason: text.isEmpty ? .empty : reason)
  }

  private static func rules(
    _ lists: [String], files: [String], _ reader: RuleReader
  ) async throws(AccessError) -> [Rule] {
    var rules: [Rule] = []
    for text in entries(of: lists) { rules.append(try await reader.rule(text)) }
    for file in files {
      for (line, text) in try reader.lines(of: file) {
        do throws(AccessError) {
          rules.append(try await reader.rule(text))
        } catch {
          var error = error
          (error.file, error.line) = (file, line)
          throw error
        }
      }
    }
    return rules
  }

  private struct RuleReader {
    let resolver: Resolver

    func rule(_ text: String) async throws(AccessError) -> Rule {
      switch try AccessEntry(text) {
      case .any: return Rule(text: text, ranges: [], isAny: true)
      case .range(let range): return Rule(text: text, ranges: [range], isAny: false)
      case .name(let name):
        do throws(StreamError) {
          let found = try await resolver.addresses(of: .host(name, .number(0)))
          return Rule(text: text, ranges: found.compactMap { AddressRange($0) }, isAny: false)
        } catch {
          throw AccessError(entry: text, reason: .failed(error))
        }
      }
    }

    func lines(of file: String) throws(AccessError) -> [(Int, String)] {
      let bytes: [UInt8]
      do throws(Errno) {
        bytes = try TextFile.bytes(of: file)
      } catch {
        var failure = AccessError(
          entry: "", reason: .failed(StreamError(.open, .file(file), .system(error))))
        failure.file = file
        throw failure
      }
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return lines.enumerated().compactMap { index, line in
        let text = trimmed(
          String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self))
        return text.isEmpty ? nil : (index + 1, text)
      }
    }
  }
}

extension AddressRange {
  /// The address of a name.
  fileprivate init?(_ address: SocketAddress) {
    let text = address.hostText
    guard let address = ZonedAddress(text) else { return nil }
    self.init(address)
  }
}

extension StreamSocket {
  /// The groups of whoever connected to a Unix socket, beside its main one.
  ///
  /// The corresponding option is `SO_PEERGROUPS`, since Linux 4.13. None where the kernel does not
  /// tell, or where there are more than 64.
  fileprivate var supplementaryGroups: [UInt32] {
    let bytes = try? withSocket { socket throws(Errno) in
      try socket.option(level: SOL_SOCKET, name: 59)
    }
    guard let bytes else { return [] }
    return stride(from: 0, to: bytes.count & ~3, by: 4).map { start in
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) }
    }
  }
}

private func trimmed(_ text: some StringProtocol) -> String {
  let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
  let start = text.drop(while: isSpace)
  return String(start.reversed().drop(while: isSpace).reversed())
}
