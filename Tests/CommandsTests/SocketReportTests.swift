import Glibc
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct SocketReportTests {
  /// Names and values of a report's lines.
  private func values(_ report: SocketReport) -> [String: String] {
    let pairs = report.lines.compactMap { line -> (String, String)? in
      guard let end = line.firstRange(of: "  ")?.lowerBound else { return nil }
      return (String(line[..<end]), String(line[end...].drop { $0 == " " }))
    }
    return Dictionary(pairs) { first, _ in first }
  }

  @Test func `a TCP connection tells its ends, options and figures`() async throws {
    try await onLoop { loop async throws in
      var settings = SocketSettings()
      settings.keepAlive = SocketSettings.KeepAlive(idle: 77)
      settings.timeToLive = 44
      let pair = try await tcpPair(settings: settings, on: loop)
      try await pair.near.write([1, 2, 3])
      try await pair.near.untilAcknowledged()
      let values = values(SocketReport(pair.near))
      #expect(values["local"] == pair.near.local.description)
      #expect(values["peer"] == pair.far.local.description)
      #expect((values["family"], values["type"]) == ("IPv4", "stream"))
      #expect((values["SO_KEEPALIVE"], values["TCP_KEEPIDLE"]) == ("on", "77s"))
      #expect((values["TCP_NODELAY"], values["IP_TTL"]) == ("on", "44"))
      #expect(values["SO_LINGER"] == "off")
      #expect(values["TCP_CONGESTION"]?.isEmpty == false)
      #expect(values["state"] == "ESTABLISHED")
      #expect(values["unacknowledged"] == "0 segments")
      let roundTrip = Array((values["round trip"] ?? "").utf8)
      #expect(
        try firstMatch(of: "^[0-9]+\\.[0-9]{3} ms .* [0-9]+\\.[0-9]{3} ms$", in: roundTrip) != nil)
      #expect(values["SO_BROADCAST"] == nil)
      let info = try pair.near.withSocket { socket throws(Errno) in try socket.tcpInfo() }
      #expect(try #require(info.throughput).bytesAcknowledged == 4)
      #expect(try #require(info.peerWindow) > 0)
    }
  }

  @Test func `values stand below each other`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let lines = SocketReport(pair.near).lines
      let columns = Set(
        lines.map { line in
          let gap = line.firstRange(of: "  ")?.lowerBound ?? line.endIndex
          let value = line[gap...].firstIndex { $0 != " " } ?? line.endIndex
          return line.distance(from: line.startIndex, to: value)
        })
      #expect(columns.count == 1)
    }
  }

  @Test(
    arguments: [(.stream, "stream"), (.sequencedPacket, "seqpacket")] as [(SocketType, String)])
  func `a Unix connection tells who is there`(type: SocketType, name: String) async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(type: type, on: loop)
      let values = values(SocketReport(pair.near))
      #expect((values["family"], values["type"]) == ("Unix", name))
      #expect(values["peer process"] == String(getpid()))
      let user = String(cString: try #require(getpwuid(getuid())).pointee.pw_name)
      #expect(values["peer user"] == "\(user) (\(getuid()))")
      #expect(values["peer group"]?.contains(String(getgid())) == true)
      #expect(values["TCP_NODELAY"] == nil)
      #expect(values["state"] == nil)
    }
  }

  @Test func `datagram sockets tell what means something for them`() async throws {
    try await onLoop { loop async throws in
      let bound = try BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false)
      let before = values(SocketReport(bound))
      #expect(before["local"] == bound.address.description)
      #expect((before["peer"], before["type"]) == (nil, "datagram"))
      let sender = try DatagramSocket(to: bound.address, on: loop)
      let values = values(SocketReport(sender))
      #expect(values["peer"] == bound.address.description)
      #expect((values["SO_BROADCAST"], values["IP_MULTICAST_TTL"]) == ("off", "1"))
      #expect(values["SO_KEEPALIVE"] == nil)
      #expect(values["congestion window"] == nil)
      let other = try BoundSocket(
        to: .ipv6(.loopback, port: 0, zone: 0), type: .datagram, sharing: false)
      #expect(self.values(SocketReport(other))["IPV6_V6ONLY"] == "on")
    }
  }

  @Test func `a closed socket says so`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      try pair.near.close()
      #expect(values(SocketReport(pair.near))["state"] == "closed")
    }
  }

  @Test func `a path cannot act on the terminal`() async throws {
    try await onLoop { loop async throws in
      let directory = try TemporaryDirectory()
      let path = Array(directory.path(of: "a\u{1b}[31m\nb").utf8)
      let bound = try BoundSocket(to: .unix(path: path), type: .stream, sharing: false)
      defer { bound.removePath() }
      #expect(SocketReport(bound).lines.joined().utf8.allSatisfy { $0 >= 0x20 })
    }
  }
}
