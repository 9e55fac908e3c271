import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct ResolverTests {
  typealias Row = (endpoint: Endpoint, family: AddressFamily?, addresses: [String])

  static let rows: [Row] = [
    (.host("127.0.0.1", .number(80)), nil, ["127.0.0.1:80"]),
    (.host("127.0.0.1", .service("http")), nil, ["127.0.0.1:80"]),
    (.host("::1", .number(80)), nil, ["[::1]:80"]),
    (.host("::1", .number(80)), .ipv6, ["[::1]:80"]),
    (.host("::ffff:127.0.0.1", .number(80)), nil, ["127.0.0.1:80"]),
    (.host("localhost", .number(80)), .ipv4, ["127.0.0.1:80"]),
    (.loopback(.number(80)), nil, ["127.0.0.1:80", "[::1]:80"]),
    (.loopback(.service("http")), nil, ["127.0.0.1:80", "[::1]:80"]),
    (.loopback(.number(80)), .ipv4, ["127.0.0.1:80"]),
    (.loopback(.number(80)), .ipv6, ["[::1]:80"]),
    (.everywhere(.number(80)), nil, ["0.0.0.0:80", "[::]:80"]),
    (.everywhere(.service("https")), .ipv6, ["[::]:443"]),
    (.unix(path: "/tmp/s"), nil, ["unix:/tmp/s"]),
    (.abstract(name: "n"), nil, ["unix:@n"]),
    (.vsock(cid: 2, port: 3), nil, ["vsock:2:3"]),
    (.descriptor(3), nil, []),
  ]

  @Test(arguments: rows) func `an endpoint becomes its addresses`(row: Row) async throws {
    try await onLoop { loop in
      let found = try await Resolver(on: loop).addresses(of: row.endpoint, family: row.family)
      #expect(found.map(\.description) == row.addresses)
    }
  }

  @Test func `a name's addresses come once each`() async throws {
    try await onLoop { loop in
      let found = try await Resolver(on: loop).addresses(of: .host("localhost", .number(1)))
      #expect(found.contains(.ipv4(.loopback, port: 1)))
      #expect(Set(found).count == found.count)
    }
  }

  @Test func `a service is looked up for its protocol`() async throws {
    try await onLoop { loop in
      let endpoint = Endpoint.host("127.0.0.1", .service("tftp"))
      let found = try await Resolver(on: loop).addresses(of: endpoint, type: .datagram)
      #expect(found.map(\.port) == [69])
    }
  }

  @Test func `a zone becomes the interface's index`() async throws {
    try await onLoop { loop in
      let endpoint = Endpoint.host("fe80::1%lo", .number(80))
      let found = try await Resolver(on: loop).addresses(of: endpoint)
      let address = try #require(IPv6Address("fe80::1"))
      #expect(found == [.ipv6(address, port: 80, zone: if_nametoindex("lo"))])
      #expect(found.first?.description == "[fe80::1%lo]:80")
    }
  }

  @Test(arguments: ["no-such-name.invalid", "256.256.256.256.invalid", ""])
  func `an unknown name is the resolver's error`(name: String) async throws {
    try await onLoop { loop in
      let endpoint = Endpoint.host(name, .number(80))
      let error = await streamError { try await Resolver(on: loop).addresses(of: endpoint) }
      #expect(error?.operation == .resolve)
      #expect(error?.subject == .endpoint(endpoint.description))
      guard case .resolver(let code)? = error?.cause else {
        Issue.record("not the resolver's: \(String(describing: error))")
        return
      }
      // Without a name server the answer is "try again".
      #expect([EAI_NONAME, EAI_AGAIN].contains(code))
    }
  }

  @Test(arguments: [
    (Endpoint.host("127.0.0.1", .service("no-such-service"))),
    (.loopback(.service("no-such-service"))), (.everywhere(.service("no-such-service"))),
  ])
  func `an unknown service is the resolver's error`(endpoint: Endpoint) async throws {
    try await onLoop { loop in
      let error = await streamError { try await Resolver(on: loop).addresses(of: endpoint) }
      guard case .resolver(let code)? = error?.cause else {
        Issue.record("not the resolver's: \(String(describing: error))")
        return
      }
      #expect(code == EAI_SERVICE)
    }
  }

  @Test(
    arguments: [("127.0.0.1", .ipv6), ("::1", .ipv4)] as [(String, AddressFamily)])
  func `an address of the other family is no address`(
    host: String, family: AddressFamily
  ) async throws {
    try await onLoop { loop in
      let endpoint = Endpoint.host(host, .number(80))
      let error = await streamError {
        try await Resolver(on: loop).addresses(of: endpoint, family: family)
      }
      guard case .noAddress? = error?.cause else {
        Issue.record("not .noAddress: \(String(describing: error))")
        return
      }
    }
  }

  @Test func `a cancelled look-up ends at once`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) {
        await streamError {
          try await Resolver(on: loop).addresses(of: .host("no-such-name.invalid", .number(1)))
        }
      }
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }
}
