import Sockets
import Testing

@Suite struct EndpointTests {
  typealias Row = (words: [String], endpoint: Endpoint)
  typealias WrongRow = (words: [String], role: Endpoint.Role, error: Endpoint.ParseError)

  /// Right for both roles.
  static let common: [Row] = [
    (["localhost:80"], .host("localhost", .number(80))),
    (["localhost", "80"], .host("localhost", .number(80))),
    (["localhost:http"], .host("localhost", .service("http"))),
    (["localhost", "http"], .host("localhost", .service("http"))),
    (["my-host_1.example.org:65535"], .host("my-host_1.example.org", .number(65535))),
    (["127.0.0.1:0"], .host("127.0.0.1", .number(0))),
    (["[::1]:80"], .host("::1", .number(80))),
    (["::1", "80"], .host("::1", .number(80))),
    (["[::1]", "80"], .host("::1", .number(80))),
    (["[fe80::1%lo]:80"], .host("fe80::1%lo", .number(80))),
    (["fe80::1%lo", "80"], .host("fe80::1%lo", .number(80))),
    (["[fe80::1%lo]", "80"], .host("fe80::1%lo", .number(80))),
    (["::ffff:127.0.0.1", "80"], .host("::ffff:127.0.0.1", .number(80))),
    (["unix:/tmp/s"], .unix(path: "/tmp/s")),
    (["unix:s"], .unix(path: "s")),
    (["unix:a:b"], .unix(path: "a:b")),
    (["unix:" + longest], .unix(path: longest)),
    (["unix:@name"], .abstract(name: "name")),
    (["unix:@" + longest], .abstract(name: longest)),
    (["vsock:2:80"], .vsock(cid: 2, port: 80)),
    (["vsock:*:80"], .vsock(cid: .max, port: 80)),
    (["fd:0"], .descriptor(0)),
    (["fd:12"], .descriptor(12)),
  ]

  static let toListen: [Row] = [
    (["80"], .loopback(.number(80))),
    (["0"], .loopback(.number(0))),
    (["http"], .loopback(.service("http"))),
    ([":80"], .everywhere(.number(80))),
    ([":http"], .everywhere(.service("http"))),
    (["*:80"], .everywhere(.number(80))),
    (["*", "80"], .everywhere(.number(80))),
    (["*", "http"], .everywhere(.service("http"))),
  ]

  static let wrong: [WrongRow] = [
    (["80"], .connect, .hostMissing(port: "80")),
    ([":80"], .connect, .hostMissing(port: "80")),
    (["*:80"], .connect, .hostMissing(port: "80")),
    (["*", "80"], .connect, .hostMissing(port: "80")),
    (["", "80"], .connect, .hostMissing(port: "80")),
    (["localhost"], .connect, .portMissing(host: "localhost")),
    (["http"], .connect, .portMissing(host: "http")),
    (["*"], .connect, .portMissing(host: "*")),
    (["*"], .listen, .portMissing(host: "*")),
    (["example.org"], .listen, .portMissing(host: "example.org")),
    (["127.0.0.1"], .listen, .portMissing(host: "127.0.0.1")),
  ]

  /// Wrong for both roles.
  static let alwaysWrong: [(words: [String], error: Endpoint.ParseError)] = [
    ([], .missing),
    ([""], .missing),
    (["a", "1", "2"], .tooManyWords),
    (["localhost:"], .portMissing(host: "localhost")),
    (["::1:80"], .bracketsMissing(address: "::1", port: "80")),
    (["2001:db8::1:443"], .bracketsMissing(address: "2001:db8::1", port: "443")),
    (["fe80::1%lo:80"], .bracketsMissing(address: "fe80::1%lo", port: "80")),
    (["::"], .bracketsMissing(address: "::", port: nil)),
    (["1:2:3:4:5:6:7:8"], .bracketsMissing(address: "1:2:3:4:5:6:7:8", port: nil)),
    (["localhost:80", "81"], .secondPort("localhost:80", "81")),
    (["[::1]:80", "81"], .secondPort("[::1]:80", "81")),
    (["unix:s", "80"], .secondPort("unix:s", "80")),
    (["unix:/s", "80"], .secondPort("unix:/s", "80")),
    (["localhost:65536"], .badPort("65536")),
    (["localhost", "65536"], .badPort("65536")),
    (["localhost:-1"], .badPort("-1")),
    (["localhost:+1"], .badPort("+1")),
    (["localhost", "a b"], .badPort("a b")),
    (["localhost", ""], .badPort("")),
    (["a:b:c"], .badPort("b:c")),
    (["/path"], .path("/path")),
    (["./s"], .path("./s")),
    (["/path", "80"], .path("/path")),
    (["unix:"], .emptyPath),
    (["unix:@"], .emptyPath),
    (["unix:" + longest + "x"], .pathTooLong(limit: 107)),
    (["unix:@" + longest + "x"], .pathTooLong(limit: 107)),
    // The limit is in bytes.
    (["unix:" + String(repeating: "\u{e4}", count: 54)], .pathTooLong(limit: 107)),
    (["[::1]"], .portMissing(host: "[::1]")),
    (["[::1]:"], .portMissing(host: "[::1]")),
    (["[::1]80"], .portMissing(host: "[::1]")),
    (["[::1:80"], .unterminatedBracket("[::1:80")),
    (["[]:80"], .hostMissing(port: "80")),
    (["[]", "80"], .hostMissing(port: "80")),
    (["fd:x"], .badNumber(scheme: "fd", "x")),
    (["fd:"], .badNumber(scheme: "fd", "")),
    (["fd:-1"], .badNumber(scheme: "fd", "-1")),
    (["fd:+1"], .badNumber(scheme: "fd", "+1")),
    (["fd:2147483648"], .badNumber(scheme: "fd", "2147483648")),
    (["vsock:2"], .badNumber(scheme: "vsock", "2")),
    (["vsock:1:2:3"], .badNumber(scheme: "vsock", "1:2:3")),
    (["vsock:x:2"], .badNumber(scheme: "vsock", "x:2")),
    (["vsock:1:x"], .badNumber(scheme: "vsock", "1:x")),
    (["vsock:+1:2"], .badNumber(scheme: "vsock", "+1:2")),
    (["vsock:1:+2"], .badNumber(scheme: "vsock", "1:+2")),
  ]

  static let longest = String(repeating: "p", count: 107)

  @Test(arguments: common) func `one endpoint for both roles`(row: Row) throws {
    #expect(try Endpoint(row.words, role: .connect) == row.endpoint)
    #expect(try Endpoint(row.words, role: .listen) == row.endpoint)
  }

  @Test(arguments: ["unix", "vsock", "fd"])
  func `two words reach a host whose name is a scheme`(name: String) throws {
    for role in [Endpoint.Role.connect, .listen] {
      #expect(try Endpoint([name, "80"], role: role) == .host(name, .number(80)))
    }
  }

  @Test(arguments: toListen) func `a port is enough to listen`(row: Row) throws {
    #expect(try Endpoint(row.words, role: .listen) == row.endpoint)
  }

  @Test(arguments: wrong) func `words that one role refuses`(row: WrongRow) {
    #expect(throws: row.error) { try Endpoint(row.words, role: row.role) }
  }

  @Test(arguments: alwaysWrong)
  func `words that both roles refuse`(words: [String], error: Endpoint.ParseError) {
    #expect(throws: error) { try Endpoint(words, role: .connect) }
    #expect(throws: error) { try Endpoint(words, role: .listen) }
  }

  @Test(arguments: common + toListen)
  func `what an endpoint prints is the same endpoint again`(row: Row) throws {
    let written = row.endpoint.description
    #expect(try Endpoint([written], role: .listen) == row.endpoint)
  }

  @Test(arguments: [
    ("localhost:80", true), ("80", true), (":80", true), ("unix:s", false), ("unix:@n", false),
    ("vsock:2:1", false), ("fd:3", false),
  ])
  func `names and ports belong to the Internet alone`(word: String, isInternet: Bool) throws {
    #expect(try Endpoint([word], role: .listen).isInternet == isInternet)
  }
}
