import Sockets
import TestSupport
import Testing

@testable import Commands

@Suite struct CompletedLineTests {
  @Test(
    arguments: [
      ("sockcat connect", .endpoint), ("sockcat connect localhost", .port(of: "localhost")),
      ("sockcat connect ::1", .port(of: "::1")), ("sockcat connect -v host", .port(of: "host")),
      ("sockcat connect --timeout 5", .endpoint), ("sockcat connect --timeout 5 a", .port(of: "a")),
      ("sockcat connect --source 1.2.3.4 -4", .endpoint), ("sockcat connect a 1", .nothing),
      ("sockcat connect a:1", .nothing), ("sockcat connect unix:/x", .nothing),
      ("sockcat udp-send -- -a", .port(of: "-a")), ("sockcat connect a 1 --", .program),
      ("sockcat listen 1 -k --", .program), ("sockcat listen 1 -- cat", .argument),
      ("sockcat listen 1 -- cat --", .argument), ("sockcat listen 1 --shell --", .port(of: "1")),
      ("sockcat connect --output-format=raw a", .port(of: "a")),
      ("sockcat udp-send --data connect a", .port(of: "a")),
      ("sockcat connect --timeout", .endpoint),
    ] as [(String, CompletedLine.Position)])
  func `options and their values are no endpoint`(line: String, position: CompletedLine.Position) {
    let before = words(line)
    #expect(CompletedLine(before + [""], before.count, "").position == position)
  }

  @Test func `the word ends at the cursor`() {
    #expect(CompletedLine(["sockcat", "connect", "local"], 2, "lo").word == "lo")
    #expect(CompletedLine(["sockcat", "connect", "local", "80"], 2, "80").word == "local")
    #expect(CompletedLine(["sockcat", "connect", #"\[::1\]:"#], 2, #"\[::1\]:"#).word == "[::1]:")
    #expect(CompletedLine([], 7, "x").position == .endpoint)
    #expect(CompletedLine(["sockcat"], -1, "").word == "")
  }

  @Test func `the options that take a value are known`() {
    let names = CompletedLine.optionsWithValue(of: UDPReceiveCommand.self)
    #expect(names.isSuperset(of: ["--count", "--join", "--rcvbuf", "--output-format"]))
    #expect(names.isDisjoint(with: ["-v", "--verbose", "-x", "--hex", "-4", "--echo"]))
  }
}

@Suite struct DynamicValuesTests {
  @Test func `a local host has the ports that listen now`() async throws {
    try await onLoop(limit: .seconds(60)) { loop in
      let listener = try loopbackListener(on: loop)
      defer { listener.close() }
      let port = String(listener.addresses[0].port ?? 0)
      for host in ["localhost", "127.0.0.1"] {
        let two = DynamicValues.peers(["sockcat", "connect", host, ""], 3, "")
        #expect(two.contains(port))
        let one = DynamicValues.peers(["sockcat", "connect", host + ":"], 2, host + ":")
        #expect(one.contains(host + ":" + port))
      }
      #expect(!DynamicValues.peers(["sockcat", "connect", "127.0.0.2", ""], 3, "").contains(port))
      #expect(
        !DynamicValues.peers(["sockcat", "connect", "[::1]:"], 2, "[::1]:").contains(
          "[::1]:" + port))
      #expect(!DynamicValues.peers(["sockcat", "udp-send", "localhost", ""], 3, "").contains(port))
      #expect(
        !DynamicValues.peers(["sockcat", "connect", "example.org", ""], 3, "").contains(port))
    }
  }

  @Test func `hosts and schemes begin an endpoint`() {
    let first = DynamicValues.peers(["sockcat", "connect", ""], 2, "")
    #expect(first.contains("localhost"))
    #expect(first.contains("unix:"))
    #expect(DynamicValues.peers(["sockcat", "connect", "a", "1", ""], 4, "").isEmpty)
    #expect(DynamicValues.places(["sockcat", "listen", ""], 2, "").contains("unix:"))
    #expect(
      DynamicValues.places(["sockcat", "listen", "unix:/et"], 2, "unix:/et").contains("unix:/etc/"))
    #expect(DynamicValues.interfaces([], 0, "").contains("lo"))
    #expect(DynamicValues.encodings([], 0, "").contains("GBK"))
  }

  @Test func `odd names are not offered`() {
    let names = [
      "a b", "$(x)", "`x`", "a;b", "a'b", "-x", "a\nb", "a\u{1b}b", "é", "a*", "~", "a", "a",
    ]
    #expect(DynamicValues.offered(names) == ["a"])
  }

  @Test(arguments: [
    ("github.com,140.82.121.4 ssh-ed25519 AAAA", ["github.com", "140.82.121.4"]),
    ("[example.org]:2222 ssh-rsa AAAA", ["example.org"]), ("|1|abc=|def= ssh-rsa AAAA", []),
    ("# comment", []), ("@cert-authority *.example.org ssh-rsa AAAA", []),
    ("*.example.org,!a,b ssh-rsa AAAA", ["b"]), ("", []),
  ])
  func `ssh's known hosts are read`(line: String, names: [String]) {
    #expect(KnownHosts.names(inKnownHostsLine: Substring(line)) == names)
  }
}
