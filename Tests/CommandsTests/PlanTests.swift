import ArgumentParser
import Relaying
import Serving
import Sockets
import Testing

@testable import Commands

/// What a command line asks for, as far as it is understood.
///
/// The command is parsed alone: with the root, all four would be set up, which takes long.
func plan(_ words: [String]) throws -> ConversationPlan {
  let rest = Array(words.dropFirst())
  return switch words.first {
  case "connect": try ConnectCommand.parse(rest).plan()
  case "listen": try ListenCommand.parse(rest).plan()
  case "udp-send": try UDPSendCommand.parse(rest).plan()
  case "udp-recv": try UDPReceiveCommand.parse(rest).plan()
  default: throw UsageError("no command")
  }
}

/// The words of a command line that has no quotes.
func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

@Suite struct PlanTests {
  private func connecting(_ line: String) throws -> ConversationPlan.Connecting {
    guard case .connect(let connect) = try plan(words("connect localhost:80 " + line)).kind else {
      throw UsageError("another command")
    }
    return connect
  }

  private func listening(_ line: String) throws -> ConversationPlan.Listening {
    guard case .listen(let listen) = try plan(words("listen 80 " + line)).kind else {
      throw UsageError("another command")
    }
    return listen
  }

  private func sending(_ line: String) throws -> ConversationPlan.DatagramSending {
    guard case .sendDatagrams(let send) = try plan(words("udp-send ::1 80 " + line)).kind else {
      throw UsageError("another command")
    }
    return send
  }

  private func receiving(_ line: String) throws -> ConversationPlan.DatagramReceiving {
    guard case .receiveDatagrams(let receive) = try plan(words("udp-recv 80 " + line)).kind else {
      throw UsageError("another command")
    }
    return receive
  }

  @Test func `nothing but an endpoint gives the defaults`() throws {
    let connect = try connecting("")
    #expect(connect.type == .stream)
    #expect(connect.retries == 0)
    #expect(connect.wait == nil && connect.connectTimeout == nil && connect.source == nil)
    #expect(!connect.isProbe)
    #expect(connect.relay.acknowledgementTimeout == .seconds(10))
    #expect(connect.relay.sends && connect.relay.receives)
    let whole = try plan(["connect", "localhost", "80"])
    #expect(whole.endpoint == .host("localhost", .number(80)))
    #expect(whole.family == nil && whole.totalTimeout == nil && whole.idleTimeout == nil)
    #expect(whole.settings.noDelay)
    #expect(whole.output.format == .raw && whole.output.isAtomic && whole.output.file == nil)
    #expect(whole.report.progress == nil && whole.report.stats == nil && !whole.report.isVerbose)
    #expect(try listening("").backlog == 128)
    #expect(try listening("").relay.ignoresEmptyInput)
    #expect(try !plan(["udp-recv", "80", "--output", "x"]).output.isAtomic)
  }

  @Test func `connecting has its options`() throws {
    #expect(try connecting("--probe").isProbe)
    #expect(try connecting("--retry 3 --retry-interval 2s").retries == 3)
    #expect(try connecting("--retry 3 --retry-interval 2s").retryInterval == .seconds(2))
    #expect(try connecting("--wait 1m").wait == .seconds(60))
    #expect(try connecting("--connect-timeout 100ms").connectTimeout == .milliseconds(100))
    let address = IPv4Address(bytes: [192, 0, 2, 1])
    #expect(try connecting("--source 192.0.2.1").source == .ipv4(address, port: 0))
    #expect(try connecting("--source 192.0.2.1:99").source == .ipv4(address, port: 99))
    #expect(try connecting("--source [::1]:99").source == .ipv6(.loopback, port: 99, zone: 0))
    #expect(try connecting("--source ::1").source == .ipv6(.loopback, port: 0, zone: 0))
    #expect(try connecting("--source [::1]").source == .ipv6(.loopback, port: 0, zone: 0))
    #expect(try plan(words("connect -4 localhost 80")).family == .ipv4)
    #expect(try plan(words("connect -6 localhost 80")).family == .ipv6)
  }

  @Test(
    arguments: [
      ("stream", .stream), ("seqpacket", .sequencedPacket), ("datagram", .datagram),
    ] as [(String, SocketType)])
  func `a Unix socket has a type`(name: String, type: SocketType) throws {
    guard case .connect(let connect) = try plan(["connect", "unix:/x", "--type", name]).kind else {
      throw UsageError("another command")
    }
    #expect(connect.type == type)
  }

  @Test func `the ends of a relay are decided`() throws {
    #expect(try connecting("--on-eof half-close").relay.whenLocalEnds == .halfClose)
    #expect(try connecting("--on-eof close").relay.whenLocalEnds == .close)
    #expect(try connecting("--on-eof stay").relay.whenLocalEnds == .stay)
    #expect(try connecting("").relay.whenPeerEnds == .judge)
    #expect(try connecting("--on-peer-eof send").relay.whenPeerEnds == .send)
    #expect(try connecting("--on-peer-eof close").relay.whenPeerEnds == .close)
    #expect(try !connecting("--send-only").relay.receives)
    #expect(try !listening("--recv-only").relay.sends)
    #expect(try connecting("--ack-timeout 3s").relay.acknowledgementTimeout == .seconds(3))
    #expect(try connecting("--idle-timeout 3s").relay.idleTimeout == .seconds(3))
    #expect(try listening("--accept-timeout 3s").acceptTimeout == .seconds(3))
    #expect(try plan(words("listen 80 --timeout 4s")).totalTimeout == .seconds(4))
  }

  @Test func `input and output have their options`() throws {
    func input(_ words: String...) throws -> ConversationPlan.Input {
      try plan(["connect", "localhost:80"] + words).input
    }
    func output(_ words: String...) throws -> ConversationPlan.Output {
      try plan(["udp-send", "localhost:80"] + words).output
    }
    guard case .data(let bytes) = try input("--data", #"-a\0\xff\n"#).origin else {
      throw UsageError("no data")
    }
    #expect(bytes == [0x2d, 0x61, 0, 0xff, 0x0a])
    guard case .file("-f") = try input("--input", "-f").origin else { throw UsageError("no file") }
    #expect(try input("--input-format", "hex", "--hex-direction", "both").hexRows == .both)
    #expect(try input("--input-format", "escaped").format == .escaped)
    #expect(try input("--crlf").sendsCRLF)
    #expect(try input("--delay", "1s").delay == .seconds(1))
    #expect(try input("--rate", "1k").rate == 1000)
    #expect(try input("--encoding", "GBK").encoding?.peer == "GBK")
    #expect(
      try input("--encoding", "GBK", "--encoding-errors", "replace").encoding?.errors == .replace)
    #expect(try output("-x").format == .dump)
    #expect(try output("--hex", "--output-format", "dump").format == .dump)
    #expect(try output("--json", "--payload", "base64").payload == .base64)
    #expect(try output("--output-format", "escaped").format == .escaped)
    #expect(try output("--output", "f", "--append").appends)
    #expect(try output("--dump", "-").dump == "-")
    #expect(try output("--raw-terminal").isRawOnTerminal)
    #expect(try output("--separator", #"\n--\n"#).separator == Array("\n--\n".utf8))
    #expect(try output("--show-sender").showsSender)
  }

  @Test func `sockets have their options`() throws {
    let line =
      "connect localhost:80 --no-nodelay --keepalive 10,2,3 --sndbuf 64k --rcvbuf 64Ki --ttl 9 "
      + "--dscp 46 --interface lo --mark 7 --linger 1.5 --mptcp --fastopen"
    let settings = try plan(words(line)).settings
    #expect(!settings.noDelay)
    #expect(settings.keepAlive == SocketSettings.KeepAlive(idle: 10, interval: 2, count: 3))
    #expect(settings.sendBuffer == 64_000)
    #expect(settings.receiveBuffer == 65_536)
    #expect(settings.timeToLive == 9)
    #expect(settings.dscp == 46)
    #expect(settings.interface == "lo")
    #expect(settings.mark == 7)
    #expect(settings.linger == 2)
    #expect(settings.usesMultipath && settings.usesFastOpen)
    #expect(try plan(words("connect localhost:80 --linger 0")).settings.linger == 0)
    let group = try plan(
      words(
        "udp-send localhost:80 --broadcast --multicast-ttl 2 --no-multicast-loop --multicast-interface lo"
      )
    ).settings
    #expect(group.broadcast)
    #expect(group.multicastTimeToLive == 2)
    #expect(group.multicastLoop == false)
    #expect(group.multicastInterface == NetworkInterface.index(of: "lo").map(Int32.init))
  }

  @Test func `reports have their options`() throws {
    let digest = String(repeating: "ab", count: 32)
    let report = try plan(
      words(
        "listen 80 -v --stats json --no-progress --checksum sha256 --expect-checksum sha256:"
          + digest)
    ).report
    #expect(report.isVerbose)
    #expect(report.stats == .json)
    #expect(report.progress == false)
    #expect(report.printsChecksum)
    #expect(report.expectedChecksum == [UInt8](repeating: 0xab, count: 32))
    #expect(try listening("--port-file p --ready-fd 3").ready.portFile == "p")
    #expect(try listening("--port-file p --ready-fd 3").ready.descriptor == 3)
  }

  @Test func `datagrams are sent as asked`() throws {
    #expect(try sending("").framing == nil)
    #expect(try sending("--datagram line").framing == .line)
    #expect(try sending("--datagram whole").framing == .whole)
    #expect(try sending("--datagram null").framing == .null)
    #expect(try sending("--datagram 65507").framing == .size(65507))
    let exchange = try sending("").exchange
    #expect(exchange.receives && exchange.countLimit == nil && exchange.repliesWanted == nil)
    #expect(exchange.quietTime == .seconds(1) && exchange.replyTimeout == .seconds(2))
    #expect(try sending("--count 3").exchange.countLimit == 3)
    #expect(try sending("--interval 10ms").exchange.interval == .milliseconds(10))
    #expect(try sending("--datagram-rate 200").exchange.interval == .milliseconds(5))
    #expect(try sending("--replies 2 --reply-timeout 9s").exchange.repliesWanted == 2)
    #expect(try sending("--replies 2 --reply-timeout 9s").exchange.replyTimeout == .seconds(9))
    #expect(try !sending("--send-only").exchange.receives)
  }

  @Test func `datagrams are received as asked`() throws {
    let receiver = try receiving("--count 2 --first-sender --idle-timeout 1s").receiver
    #expect(receiver.countLimit == 2)
    #expect(receiver.locksToFirstSender)
    #expect(receiver.idleTimeout == .seconds(1))
    guard case .echo = try receiving("--echo").receiver.answer else { throw UsageError("no echo") }
    guard case .template = try receiving("--respond {n}").receiver.answer else {
      throw UsageError("no template")
    }
    let loopback = NetworkInterface.index(of: "lo") ?? 0
    let group = SocketAddress.ipv4(IPv4Address(bytes: [239, 1, 2, 3]), port: 0)
    let groups = try receiving("--join 239.1.2.3@lo --join-source 127.0.0.1 --join 239.1.2.3")
      .groups
    #expect(groups.map(\.address) == [group, group])
    #expect(groups.map(\.interface) == [loopback, 0])
    #expect(groups.allSatisfy { $0.source == .ipv4(.loopback, port: 0) })
    let six = try receiving("--join ff02::1@lo --join ff02::1%lo").groups
    #expect(six.map(\.interface) == [loopback, loopback])
    #expect(six.map(\.address) == [six[1].address, six[1].address])
  }

  private static let mistakes: [(String, String, String?)] = [
    ("connect", "an endpoint is missing", "for example localhost:8080 or unix:PATH"),
    ("listen", "an endpoint is missing", "for example 8080 or unix:PATH"),
    ("connect 80", "\"80\": a host is missing", "localhost:80"),
    ("connect :80", "\":80\": a host is missing", "localhost:80"),
    ("connect localhost", "\"localhost\": a port is missing", "localhost:PORT"),
    ("connect ::1", "\"::1\": an IPv6 address in one word needs brackets", "[::1]:PORT"),
    (
      "connect 2001:db8::1:443",
      "\"2001:db8::1:443\": an IPv6 address in one word needs brackets", "[2001:db8::1]:443"
    ),
    ("connect a:1 2", "\"a:1 2\": two ports", "a:1 or a 2"),
    ("connect /tmp/x", "\"/tmp/x\": a path needs its scheme", "unix:/tmp/x"),
    (
      "connect a:70000", "\"a:70000\": \"70000\" is no port",
      "a number from 0 to 65535, or the name of a service"
    ),
    ("connect unix:", "\"unix:\": a path or @NAME is missing", nil),
    ("connect fd:x", "\"fd:x\": not a fd endpoint", "fd:3"),
    ("connect vsock:1", "\"vsock:1\": not a vsock endpoint", "vsock:CID:PORT"),
    ("connect [::1", "\"[::1\": a bracket is not closed", "[::1]:PORT"),
    ("connect -4 -6 a:1", "-4 and -6 exclude each other", nil),
    ("connect a:1 --data x --input y", "--data and --input exclude each other", nil),
    (
      "connect a:1 --data x --input-format hex", "--data and --input-format exclude each other",
      nil
    ),
    ("connect a:1 --hex-direction both", "--hex-direction needs --input-format hex", nil),
    (
      "connect a:1 --encoding klingon", "--encoding: unknown character set \"klingon\"",
      "iconv --list"
    ),
    ("connect a:1 --rate 0", "--rate needs at least one byte a second", nil),
    ("connect a:1 -x --json", "--output-format, -x and --json ask for different formats", nil),
    (
      "connect a:1 --json --output-format raw",
      "--output-format, -x and --json ask for different formats", nil
    ),
    ("connect a:1 --payload text", "--payload needs --json", nil),
    ("connect a:1 --append", "--append needs --output FILE", nil),
    (
      "connect a:1 --send-only --recv-only", "--send-only and --recv-only exclude each other", nil
    ),
    ("connect a:1 --wait 1s --retry 2", "--wait and --retry exclude each other", nil),
    ("connect a:1 --retry -1", "--retry: a number from 0 to 9223372036854775807 is needed", nil),
    ("connect a:1 --type seqpacket", "--type seqpacket needs a Unix endpoint", "unix:PATH"),
    (
      "listen unix:/x --type datagram", "a datagram socket does not listen",
      "sockcat udp-recv unix:/x"
    ),
    (
      "connect a:1 --source b", "--source: \"b\" is no address",
      "--source 192.0.2.1, --source 192.0.2.1:5000 or --source '[2001:db8::1]:5000'"
    ),
    ("connect unix:/x --ttl 3", "--ttl needs an Internet endpoint", nil),
    ("connect unix:/x --dscp 3", "--dscp needs an Internet endpoint", nil),
    ("connect unix:/x --interface lo", "--interface needs an Internet endpoint", nil),
    ("connect unix:/x --keepalive 3", "--keepalive needs an Internet endpoint", nil),
    ("connect unix:/x --mptcp", "--mptcp needs an Internet endpoint", nil),
    ("connect unix:/x --fastopen", "--fastopen needs an Internet endpoint", nil),
    ("connect a:1 --ttl 256", "--ttl: a number from 1 to 255 is needed", nil),
    ("connect a:1 --dscp 64", "--dscp: a number from 0 to 63 is needed", nil),
    ("connect a:1 --mark -1", "--mark: a number from 0 to 2147483647 is needed", nil),
    ("connect a:1 --sndbuf 0", "--sndbuf: a size from 1 to 1073741823 bytes is needed", nil),
    ("connect a:1 --rcvbuf 2G", "--rcvbuf: a size from 1 to 1073741823 bytes is needed", nil),
    ("listen 1 --backlog 0", "--backlog: a number from 1 to 65535 is needed", nil),
    ("listen 1 --ready-fd -1", "--ready-fd needs a descriptor's number", nil),
    ("udp-send vsock:1:2", "vsock:1:2: vsock carries no datagrams here", nil),
    (
      "udp-recv 1 -6 --join 239.1.2.3",
      "-6 and a --join group of the other family exclude each other", nil
    ),
    (
      "udp-recv 1 --json --separator x",
      "--separator needs raw or escaped output; dump and json show it anyway", nil
    ),
    (
      "udp-send a:1 -x --show-sender",
      "--show-sender needs raw or escaped output; dump and json show it anyway", nil
    ),
    ("udp-send a:1 --datagram 65508", "--datagram: a datagram holds at most 65507 bytes", nil),
    ("udp-send a:1 --count 0", "--count: a number from 1 to 9223372036854775807 is needed", nil),
    (
      "udp-send a:1 --replies 0", "--replies: a number from 1 to 9223372036854775807 is needed",
      nil
    ),
    (
      "udp-send a:1 --interval 1s --datagram-rate 1",
      "--interval and --datagram-rate exclude each other", nil
    ),
    ("udp-send a:1 --datagram-rate 0", "--datagram-rate needs more than 0", nil),
    ("udp-send a:1 --datagram-rate inf", "--datagram-rate needs more than 0", nil),
    ("udp-send a:1 --datagram-rate nan", "--datagram-rate needs more than 0", nil),
    ("udp-send a:1 --reply-timeout 1s", "--reply-timeout needs --replies N", nil),
    ("udp-send a:1 --send-only --replies 1", "--send-only and --replies exclude each other", nil),
    (
      "udp-send a:1 --multicast-ttl 256", "--multicast-ttl: a number from 0 to 255 is needed", nil
    ),
    ("udp-recv 1 --respond x --echo", "--respond and --echo exclude each other", nil),
    ("udp-recv 1 --join-source 127.0.0.1", "--join-source needs --join GROUP", nil),
    ("udp-recv unix:/x --join 239.1.1.1", "--join needs an Internet endpoint", nil),
    ("udp-recv 1 --join 239.1.1.1 --join-source x", "--join-source: \"x\" is no address", nil),
    (
      "udp-recv 1 --join 127.0.0.1", "--join: \"127.0.0.1\" is no multicast group",
      "--join 239.1.2.3, --join 224.0.0.251@eth0 or --join ff02::fb@eth0"
    ),
    (
      "udp-recv 1 --join 239.1.1.1 --join-source ::1",
      "--join-source and --join are of different families", nil
    ),
  ]

  @Test(arguments: mistakes)
  func `a wrong command line says why`(line: String, message: String, hint: String?) throws {
    let error = #expect(throws: UsageError.self) { try plan(words(line)) }
    #expect(error == UsageError(message, hint: hint))
  }

  @Test(arguments: [
    ["connect", "a:1", "--data", #"\q"#], ["udp-recv", "1", "--respond", #"\q"#],
    ["udp-send", "a:1", "--separator", #"\x"#],
    ["udp-send", "a:1", "--multicast-interface", "none7"],
    ["udp-recv", "1", "--join", "239.1.1.1@none7"],
  ])
  func `a wrong value names its option`(words: [String]) throws {
    let error = #expect(throws: UsageError.self) { try plan(words) }
    #expect(error?.message.hasPrefix(words[2] + ":") == true)
  }
}
