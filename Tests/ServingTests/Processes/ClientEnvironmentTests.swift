import Sockets
import Testing

@testable import Serving

@Suite struct ClientEnvironmentTests {
  typealias Row = (address: SocketAddress, text: String, port: String, ncat: String)

  static let rows: [Row] = [
    (.ipv4(.loopback, port: 80), "127.0.0.1", "80", "127.0.0.1"),
    (.ipv6(.loopback, port: 8080, zone: 0), "::1", "8080", "::1"),
    (.ipv6(.loopback, port: 1, zone: 1), "::1%lo", "1", "::1%lo"),
    (.unix(path: Array("/run/a b".utf8)), "/run/a b", "", "localhost"),
    (.abstract(name: Array("x\0y".utf8)), "@x@y", "", "localhost"),
    (.unnamed, "", "", "localhost"),
    (.vsock(cid: 3, port: 70000), "3", "70000", "3"),
  ]

  @Test(arguments: rows)
  func `both addresses are told as plain text`(row: Row) {
    let local = SocketAddress.ipv4(.loopback, port: 9)
    let there = ClientEnvironment.variables(peer: row.address, local: local, protocol: "tcp")
    #expect(there["SOCKCAT_PEER_ADDRESS"] == row.text)
    #expect(there["SOCKCAT_PEER_PORT"] == row.port)
    #expect(there["NCAT_REMOTE_ADDR"] == row.ncat)
    #expect(there["NCAT_REMOTE_PORT"] == row.port)
    #expect(there["SOCKCAT_LOCAL_PORT"] == "9")
    let here = ClientEnvironment.variables(peer: local, local: row.address, protocol: "tcp")
    #expect(here["SOCKCAT_LOCAL_ADDRESS"] == row.text)
    #expect(here["SOCKCAT_LOCAL_PORT"] == row.port)
    #expect(here["NCAT_LOCAL_ADDR"] == row.ncat)
    #expect(here["NCAT_LOCAL_PORT"] == row.port)
    #expect(here.count == 10)
  }

  @Test(arguments: [("tcp", "TCP"), ("udp", "UDP"), ("unix", "TCP"), ("vsock", "VSOCK")])
  func `the protocol is told in both manners`(name: String, ncat: String) {
    let variables = ClientEnvironment.variables(peer: .unnamed, local: .unnamed, protocol: name)
    #expect(variables["SOCKCAT_PROTOCOL"] == name)
    #expect(variables["NCAT_PROTO"] == ncat)
  }
}
