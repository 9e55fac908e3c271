import Glibc
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

/// An address as a peer has it: `fe80::1%1` is of interface 1.
private func address(_ text: String) -> SocketAddress {
  if let address = IPv4Address(text) { return .ipv4(address, port: 9) }
  let parts = text.split(separator: "%")
  guard let first = parts.first, let address = IPv6Address(first) else { return .unnamed }
  return .ipv6(address, port: 9, zone: parts.count == 2 ? UInt32(parts[1]) ?? 0 : 0)
}

@Suite struct AccessEntryTests {
  static let rows: [(entry: String, inside: [String], outside: [String])] = [
    ("10.0.0.1", ["10.0.0.1"], ["10.0.0.0", "10.0.0.2", "::a00:1"]),
    ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]),
    ("10.1.2.3/8", ["10.0.0.1"], ["11.0.0.1"]),
    ("10.0.0.0/9", ["10.127.0.0"], ["10.128.0.0"]),
    ("10.0.0.5/32", ["10.0.0.5"], ["10.0.0.4"]),
    ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1"]),
    ("10.0.0.9-10.0.1.2", ["10.0.0.9", "10.0.0.200", "10.0.1.2"], ["10.0.0.8", "10.0.1.3"]),
    ("::1", ["::1"], ["::2", "0.0.0.1"]),
    ("[::1]", ["::1"], ["::2"]),
    ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db7::1", "2001:db9::"]),
    ("2001:db8::/33", ["2001:db8:7fff::"], ["2001:db8:8000::"]),
    ("2001:db8::-2001:db8::f", ["2001:db8::f"], ["2001:db8::10"]),
    ("::/0", ["::1", "fe80::1%3"], ["127.0.0.1"]),
    ("::ffff:10.0.0.1", ["10.0.0.1", "::ffff:10.0.0.1"], ["10.0.0.2"]),
    ("::ffff:10.0.0.0/104", ["10.9.9.9"], ["11.0.0.0"]),
    ("::ffff:10.0.0.1-10.0.0.3", ["10.0.0.2"], ["10.0.0.4"]),
    ("10.0.0.0/8", ["::ffff:10.0.0.1"], ["::ffff:11.0.0.1"]),
    ("fe80::1", ["fe80::1%1", "fe80::1%2"], ["fe80::2%1"]),
    ("fe80::1%lo", ["fe80::1%1"], ["fe80::1%2"]),
    ("fe80::1%1", ["fe80::1%1"], ["fe80::1%2"]),
    ("fe80::%lo/64", ["fe80::9%1"], ["fe80::9%2", "fe80:1::%1"]),
    ("fe80::1%lo-fe80::5", ["fe80::3%1"], ["fe80::3%2"]),
  ]

  @Test(arguments: rows)
  func `an entry concerns what is in it and nothing else`(
    row: (entry: String, inside: [String], outside: [String])
  ) throws {
    guard case .range(let range) = try AccessEntry(row.entry) else {
      throw TestError("no addresses: \(row.entry)")
    }
    for text in row.inside { #expect(range.contains(address(text)), "\(text)") }
    for text in row.outside { #expect(!range.contains(address(text)), "\(text)") }
    #expect(!range.contains(.unnamed))
    #expect(!range.contains(.vsock(cid: 1, port: 1)))
  }

  @Test(arguments: ["localhost", "my-host.example.org", "1-2.example.org", "3com", "a_b", "h."])
  func `what is no address is a name`(text: String) throws {
    #expect(try AccessEntry(text) == .name(text))
    #expect(try AccessEntry("any") == .any)
  }

  static let mistakes: [(String, String)] = [
    ("", "an entry is empty"),
    ("10.0.0", "neither an address nor a host name"),
    ("10.0.0.256", "neither an address nor a host name"),
    ("0x7f.0x1", "neither an address nor a host name"),
    ("a b", "neither an address nor a host name"),
    ("fe80::g", "neither an address nor a host name"),
    (":1", "neither an address nor a host name"),
    ("-", "neither an address nor a host name"),
    ("10.0.0.1:80", "neither an address nor a host name"),
    ("fe80::1%nowhere", "no such interface"),
    ("localhost/8", "what stands before / is no address"),
    ("/8", "what stands before / is no address"),
    ("10.0.0.0/", "the prefix is a number from 0 to 32"),
    ("10.0.0.0/33", "the prefix is a number from 0 to 32"),
    ("10.0.0.0/+8", "the prefix is a number from 0 to 32"),
    ("10.0.0.0/255.0.0.0", "the prefix is a number from 0 to 32"),
    ("::/129", "the prefix is a number from 0 to 128"),
    ("10.0.0.1-", "the range does not end with an address"),
    ("10.0.0.1-5", "the range does not end with an address"),
    ("10.0.0.1-::1", "both ends of a range are of one family and zone"),
    ("10.0.0.2-10.0.0.1", "the range ends before it begins"),
  ]

  @Test(arguments: mistakes)
  func `what cannot be used is told with its reason`(entry: String, reason: String) {
    do throws(AccessError) {
      let found = try AccessEntry(entry)
      Issue.record("\(found)")
    } catch {
      #expect(error.text == reason)
      #expect(error.entry == entry)
    }
  }
}

@Suite struct AccessListTests {
  private static func list(
    on loop: EventLoop, _ fill: (inout AccessList.Sources) -> Void
  ) async throws -> AccessList {
    var sources = AccessList.Sources()
    fill(&sources)
    return try await AccessList(sources, on: loop)
  }

  @Test func `without entries everybody may connect`() async throws {
    try await onLoop { loop in
      let list = try await Self.list(on: loop) { _ in }
      #expect(!list.allowsByName)
      #expect(list.refusal(of: address("192.0.2.1")) == nil)
      #expect(list.refusal(of: .unnamed) == nil)
    }
  }

  @Test func `who is allowed may, everybody else may not, and deny wins`() async throws {
    try await onLoop { loop in
      let list = try await Self.list(on: loop) {
        $0.allow = ["10.0.0.0/8, ::1", "localhost"]
        $0.deny = ["10.0.0.1,10.0.0.7"]
      }
      #expect(list.allowsByName)
      #expect(list.refusal(of: address("10.0.0.2")) == nil)
      #expect(list.refusal(of: address("::1")) == nil)
      #expect(list.refusal(of: address("127.0.0.1")) == nil)
      #expect(list.refusal(of: address("10.0.0.7")) == .denied(entry: "10.0.0.7"))
      #expect(list.refusal(of: address("11.0.0.1")) == .notAllowed)
      #expect(list.refusal(of: .unnamed) == .notAllowed)
      #expect(list.refusal(of: .vsock(cid: 2, port: 1)) == .notAllowed)
    }
  }

  @Test func `any is everybody, also in a deny list`() async throws {
    try await onLoop { loop in
      let open = try await Self.list(on: loop) { $0.allow = ["any"] }
      let shut = try await Self.list(on: loop) { $0.deny = ["any"] }
      let all = [address("192.0.2.1"), address("::1"), .unnamed, .vsock(cid: 2, port: 1)]
      for peer in all {
        #expect(open.refusal(of: peer) == nil)
        #expect(shut.refusal(of: peer) == .denied(entry: "any"))
      }
    }
  }

  @Test func `a deny list alone refuses nobody else`() async throws {
    try await onLoop { loop in
      let list = try await Self.list(on: loop) { $0.deny = ["10.0.0.1"] }
      #expect(list.refusal(of: address("10.0.0.2")) == nil)
      #expect(list.refusal(of: address("10.0.0.1")) == .denied(entry: "10.0.0.1"))
    }
  }

  @Test func `files are read anew, and a mistake is told with its place`() async throws {
    try await onLoop { loop in
      let directory = try TemporaryDirectory()
      let path = directory.path(of: "list")
      try directory.write("# who\n\n 10.0.0.1 \t# one\r\n::1\n".utf8, to: "list")
      let first = try await Self.list(on: loop) { $0.allowFiles = [path] }
      #expect(first.refusal(of: address("10.0.0.1")) == nil)
      #expect(first.refusal(of: address("10.0.0.2")) == .notAllowed)
      try directory.write("10.0.0.2".utf8, to: "list")
      let second = try await Self.list(on: loop) { $0.allowFiles = [path] }
      #expect(second.refusal(of: address("10.0.0.2")) == nil)
      #expect(second.refusal(of: address("10.0.0.1")) == .notAllowed)
      try directory.write("\n10.0.0.2/\n".utf8, to: "list")
      let error = await accessError { try await Self.list(on: loop) { $0.denyFiles = [path] } }
      #expect(error?.file == path)
      #expect(error?.line == 2)
      #expect(error?.entry == "10.0.0.2/")
    }
  }

  @Test func `a file that cannot be read and a name that is unknown are errors`() async throws {
    try await onLoop { loop in
      let missing = await accessError {
        try await Self.list(on: loop) { $0.denyFiles = ["/nowhere/list"] }
      }
      #expect(missing?.file == "/nowhere/list")
      guard case .failed(let failure) = missing?.reason else { throw TestError("no failure") }
      #expect(failure.errno == .noSuchFileOrDirectory)
      let unknown = await accessError {
        try await Self.list(on: loop) { $0.allow = ["name.invalid"] }
      }
      guard case .failed(let failure) = unknown?.reason else { throw TestError("no failure") }
      #expect(failure.operation == .resolve)
      #expect(unknown?.entry == "name.invalid")
    }
  }

  @Test func `users and groups are known by name and number`() async throws {
    try await onLoop { loop in
      let list = try await Self.list(on: loop) {
        $0.allowUsers = ["root,4242"]
        $0.allowGroups = ["4343"]
      }
      #expect(list.refusal(of: .unnamed, user: 0) == nil)
      #expect(list.refusal(of: .unnamed, user: 4242) == nil)
      #expect(list.refusal(of: .unnamed, user: 7, groups: [1, 4343]) == nil)
      #expect(list.refusal(of: .unnamed, user: 7, groups: [1]) == .notAllowed)
      #expect(list.refusal(of: .unnamed) == .notAllowed)
      #expect(list.refusal(of: address("127.0.0.1")) == .notAllowed)
      let user = await accessError {
        try await Self.list(on: loop) { $0.allowUsers = ["nobody-of-this-name"] }
      }
      #expect(user?.text == "no such user")
      let group = await accessError {
        try await Self.list(on: loop) { $0.allowGroups = ["root,"] }
      }
      #expect(group?.text == "an entry is empty")
    }
  }

  @Test func `a Unix client is judged by who it is`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(on: loop)
      defer { near.abort() }
      let own = try await Self.list(on: loop) { $0.allowUsers = [String(geteuid())] }
      #expect(own.refusal(of: far) == nil)
      let group = try await Self.list(on: loop) { $0.allowGroups = [String(getegid())] }
      #expect(group.refusal(of: far) == nil)
      let other = try await Self.list(on: loop) { $0.allowUsers = ["4242"] }
      #expect(other.refusal(of: far) == .notAllowed)
      var more = [gid_t](repeating: 0, count: 64)
      let count = getgroups(64, &more)
      for number in more.prefix(max(0, Int(count))) {
        let list = try await Self.list(on: loop) { $0.allowGroups = [String(number)] }
        #expect(list.refusal(of: far) == nil)
      }
    }
  }
}

/// The error that a list cannot be read with.
private func accessError(_ body: () async throws -> AccessList) async -> AccessError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? AccessError
  }
}

@Suite struct PeerOwnerTests {
  @Test(arguments: [Transport.tcp, .unixStream, .unixPackets])
  func `the other end of a local connection is our own`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      #expect(PeerOwner.user(of: far) == geteuid())
      #expect(PeerOwner.user(of: near) == geteuid())
      #expect(PeerOwner.refusal(of: far) == nil)
    }
  }

  @Test func `an end that is closed already is nobody's`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      try near.close()
      #expect(try await far.readToEnd() == [])
      #expect(PeerOwner.user(of: far) == nil)
      #expect(PeerOwner.refusal(of: far) == .foreignUser(nil))
    }
  }

  @Test func `both families of loopback are looked at`() async throws {
    try await onLoop { loop in
      let listener = try Listener(
        [BoundSocket(to: .ipv6(.loopback, port: 0, zone: 0), type: .stream, sharing: true)],
        on: loop)
      let client = try await Connector(on: loop).connect(to: listener.addresses)
      let server = try await listener.accept()
      #expect(PeerOwner.user(of: server) == geteuid())
      #expect(PeerOwner.user(of: client) == geteuid())
      listener.close()
    }
  }

  @Test func `a listener on the port of somebody who has gone is not taken for him`() async throws {
    try await onLoop { loop in
      let listener = try Listener(
        [BoundSocket(to: .ipv4(.loopback, port: 0), type: .stream, sharing: true)], on: loop)
      let other = try await tcpPair(on: loop)
      #expect(
        SocketTable.tcpOwner(local: listener.addresses[0], remote: other.0.local) == nil)
      listener.close()
    }
  }

  @Test func `the sender of a datagram is our own only if its port is ours alone`() async throws {
    try await onLoop { loop in
      let local = SocketAddress.ipv4(.loopback, port: 9)
      // A port that is free again may be somebody's at once, but not each time.
      var refusals: [AccessRefusal?] = []
      while refusals.count < 5, !refusals.contains(.foreignUser(nil)) {
        let ours = try DatagramSocket(
          BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false), on: loop)
        #expect(PeerOwner.refusal(ofSender: ours.local, at: local) == nil)
        try ours.close()
        refusals.append(PeerOwner.refusal(ofSender: ours.local, at: local))
      }
      #expect(refusals.last == .foreignUser(nil))
      let far = SocketAddress.ipv4(IPv4Address(bytes: [192, 0, 2, 1]), port: 9)
      #expect(PeerOwner.refusal(ofSender: far, at: local) == .foreignUser(nil))
    }
  }
}
