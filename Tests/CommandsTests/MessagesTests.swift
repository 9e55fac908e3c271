import ArgumentParser
import ByteText
import Glibc
import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("con", "connect"), ("conect", "connect"), ("conncet", "connect"), ("listne", "listen"),
    ("udp-snd", "udp-send"), ("lisetn", "listen"), ("l", "listen"), ("udp", "udp-send"),
  ])
  func `a prefix wins, then two letters may differ`(typed: String, name: String) {
    #expect(nearestName(to: typed, among: ["connect", "listen", "udp-send", "udp-recv"]) == name)
  }

  @Test(arguments: ["", "x", "scan", "connnnect!", "xy"])
  func `what is far from everything has no nearest name`(typed: String) {
    #expect(nearestName(to: typed, among: ["connect", "listen", "udp-send"]) == nil)
  }

  @Test func `nothing is near to no names`() { #expect(nearestName(to: "a", among: []) == nil) }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("abc", "abd", 1), ("abc", "acb", 1),
    ("abc", "bc", 1), ("kitten", "sitting", 3), ("ab", "ba", 1),
  ])
  func `a change, a letter more or less, and a swap count one`(a: String, b: String, distance: Int)
  {
    #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    #expect(editDistance(Array(b.utf8), Array(a.utf8)) == distance)
  }
}

@Suite struct UsageReportTests {
  @Test(arguments: [
    (["connect", "a:1", "--verbos"], "unknown option --verbos"),
    (["connect", "a:1", "--timeout", "x"], "--timeout"),
    (["connect", "a:1", "--output-format", "x"], "--output-format"),
    (["connect", "a:1", "--timeout"], "--timeout"),
  ])
  func `what the parser says becomes a line of ours`(words: [String], part: String) {
    do {
      _ = try Sockcat.parseAsRoot(words)
      Issue.record("it was understood")
    } catch {
      let translated = UsageReport.translated(Sockcat.message(for: error))
      #expect(translated.message.contains(part))
      #expect(!translated.message.contains("\n"))
      #expect(!translated.message.hasSuffix("."))
      #expect(translated.message.first?.isUppercase == false)
    }
  }
}

private let peer = SocketAddress.ipv4(.loopback, port: 80)

private struct Layer: LayerError {
  let failure: FailureClass
  var text = "said\u{1b}so"
}

private func error(
  _ operation: StreamError.Operation, _ subject: StreamError.Subject, _ errno: Errno
) -> StreamError { StreamError(operation, subject, .system(errno)) }

@Suite struct ErrorTextTests {
  private static let texts: [(StreamError, String)] = [
    (
      error(.connect, .address(peer), .connectionRefused),
      "connect 127.0.0.1:80: Connection refused"
    ),
    (error(.write, .standardOutput, .noSpace), "write standard output: No space left on device"),
    (error(.read, .standardInput, .ioError), "read standard input: Input/output error"),
    (
      error(.open, .file("a\u{1b}b"), .noSuchFileOrDirectory),
      "open a\\x1bb: No such file or directory"
    ),
    (error(.closeWrite, .address(peer), .socketNotConnected), "half-close 127.0.0.1:80: "),
    (
      error(.acknowledge, .address(peer), .connectionReset),
      "write 127.0.0.1:80: Connection reset by peer"
    ),
    (
      error(.setOption("SO_MARK"), .address(peer), .notPermitted),
      "set SO_MARK for 127.0.0.1:80: Operation not permitted"
    ),
    (
      error(.bind, .address(.unix(path: Array("/x".utf8))), .fileExists),
      "bind unix:/x: something is there that is no socket"
    ),
    (
      StreamError(.resolve, .endpoint("a:1"), .resolver(EAI_NONAME)),
      "resolve a:1: Name or service not known"
    ),
    (StreamError(.connect, .endpoint("a:1"), .noAddress), "connect a:1: no address of that family"),
    (
      StreamError(.read, .address(peer), .layer(Layer(failure: .lost))),
      "read 127.0.0.1:80: said\\x1bso"
    ),
    (StreamError(.read, .address(peer), .cancelled), "interrupted"),
    (StreamError(.read, .endpoint(""), .timedOut(.total)), "not done within 2s (--timeout)"),
    (
      StreamError(.read, .endpoint(""), .timedOut(.idle)),
      "nothing moved within 3s (--idle-timeout)"
    ),
    (
      StreamError(.connect, .address(peer), .timedOut(.connect)),
      "connect 127.0.0.1:80: no answer within 1s (--connect-timeout)"
    ),
    (
      StreamError(.accept, .address(peer), .timedOut(.accept)),
      "nobody connected within 4s (--accept-timeout)"
    ),
    (
      StreamError(.acknowledge, .address(peer), .timedOut(.acknowledgement(bytesInDoubt: 7))),
      "not acknowledged within 10s (--ack-timeout), 7 bytes are in doubt"
    ),
    (
      StreamError(
        .connect, .endpoint("a:1"),
        .attempts([
          error(.connect, .address(peer), .connectionRefused),
          error(.connect, .address(.ipv6(.loopback, port: 80, zone: 0)), .networkUnreachable),
        ])),
      "connect 127.0.0.1:80: Connection refused; connect [::1]:80: Network is unreachable"
    ),
  ]

  @Test(arguments: texts)
  func `an error is operation, subject and cause`(error: StreamError, text: String) {
    let timeouts = TimeoutNames(
      connect: .seconds(1), accept: .seconds(4), idle: .seconds(3), total: .seconds(2),
      acknowledgement: .seconds(10))
    #expect(error.text(timeouts).contains(text))
    #expect(!error.text(timeouts).hasSuffix("."))
  }
}

@Suite struct ExitStatusTests {
  @Test func `the numbers are those of the manual`() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 70])
  }

  private static let rows: [(StreamError, Int32)] = [
    (StreamError(.resolve, .endpoint("a"), .resolver(EAI_NONAME)), 2),
    (StreamError(.connect, .endpoint("a"), .noAddress), 2),
    (error(.resolve, .endpoint("a"), .ioError), 2),
    (error(.connect, .address(peer), .connectionRefused), 3),
    (error(.connect, .address(peer), .networkUnreachable), 3),
    (error(.connect, .address(peer), .noSuchFileOrDirectory), 3),
    (error(.connect, .address(peer), .timedOut), 4),
    (error(.bind, .address(peer), .addressInUse), 3),
    (error(.bind, .address(peer), .permissionDenied), 3),
    (error(.listen, .address(peer), .addressInUse), 3),
    (error(.accept, .address(peer), .tooManyOpenFiles), 3),
    (error(.setOption("SO_MARK"), .address(peer), .notPermitted), 3),
    (error(.open, .endpoint("fd:9"), .badFileDescriptor), 3),
    (error(.read, .address(peer), .connectionReset), 5),
    (error(.read, .address(peer), .timedOut), 5),
    (error(.write, .address(peer), .connectionReset), 5),
    (error(.write, .address(peer), .brokenPipe), 5),
    (error(.closeWrite, .address(peer), .socketNotConnected), 5),
    (error(.acknowledge, .address(peer), .connectionReset), 5),
    (error(.close, .address(peer), .ioError), 5),
    (StreamError(.read, .address(peer), .closed), 5),
    (StreamError(.read, .address(peer), .cancelled), 5),
    // Datagrams: a refusal comes with the next call.
    (error(.read, .address(peer), .connectionRefused), 3),
    (error(.write, .address(peer), .connectionRefused), 3),
    (error(.write, .address(peer), .permissionDenied), 3),
    (error(.write, .address(peer), .networkUnreachable), 3),
    (error(.write, .address(peer), .messageTooLong), 64),
    (error(.read, .standardInput, .ioError), 7),
    (error(.write, .standardOutput, .noSpace), 7),
    (error(.write, .standardOutput, .brokenPipe), 7),
    (error(.write, .standardError, .ioError), 7),
    (error(.open, .file("f"), .noSuchFileOrDirectory), 7),
    (error(.close, .file("f"), .ioError), 7),
    (error(.convert, .endpoint("a"), .illegalByteSequence), 7),
    (StreamError(.write, .standardOutput, .closed), 7),
    (StreamError(.connect, .address(peer), .timedOut(.connect)), 4),
    (StreamError(.accept, .address(peer), .timedOut(.accept)), 4),
    (StreamError(.read, .address(peer), .timedOut(.idle)), 4),
    (StreamError(.read, .address(peer), .timedOut(.total)), 4),
    (StreamError(.connect, .address(peer), .timedOut(.wait)), 4),
    (StreamError(.acknowledge, .address(peer), .timedOut(.acknowledgement(bytesInDoubt: 1))), 4),
    (StreamError(.read, .standardInput, .timedOut(.total)), 4),
    (
      StreamError(
        .connect, .endpoint("a"),
        .attempts([
          StreamError(.connect, .address(peer), .timedOut(.connect)),
          error(.connect, .address(peer), .timedOut),
        ])), 4
    ),
    (
      StreamError(
        .connect, .endpoint("a"),
        .attempts([
          StreamError(.connect, .address(peer), .timedOut(.connect)),
          error(.connect, .address(peer), .connectionRefused),
        ])), 3
    ),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .answerIsNo))), 1),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .unresolved))), 2),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .unreachable))), 3),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .timedOut))), 4),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .lost))), 5),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .security))), 6),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .local))), 7),
    (StreamError(.read, .address(peer), .layer(Layer(failure: .policy))), 8),
    (StreamError(.read, .standardInput, .layer(Layer(failure: .usage))), 64),
  ]

  @Test(arguments: rows)
  func `every error has its row`(error: StreamError, status: Int32) {
    #expect(ExitStatus(error).rawValue == status)
  }
}

@Suite struct HintsTests {
  @Test(arguments: [
    // What was asked for was not had: the host's limit.
    (212_992, 16_777_216, 212_992, "sysctl -w net.core.rmem_max=16777216"),
    // It was had by privilege, and the option would give less.
    (
      16_777_216, 16_777_216, 212_992,
      "sysctl -w net.core.rmem_max=67108864, then --rcvbuf 67108864"
    ),
    (4096, 4096, 212_992, "--rcvbuf 16384"),
    (
      212_992, 212_992, 212_992, "sysctl -w net.core.rmem_max=851968, then --rcvbuf 851968"
    ),
  ])
  func `more room against drops is what would be had`(
    size: Int, wanted: Int, limit: Int, hint: String
  ) {
    #expect(Hints.hint(droppedWith: size, wanted: wanted, limit: limit) == hint)
  }

  @Test func `a port in use is told with its holder`() async throws {
    try await onLoop(limit: .seconds(60)) { loop in
      let bound = try BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false)
      let socket = try DatagramSocket(bound, on: loop)
      let fact = Hints.fact(
        about: error(.bind, .address(socket.local), .addressInUse), type: .datagram)
      #expect(fact?.hasSuffix(", pid \(getpid())") == true)
      let everywhere = SocketAddress.ipv4(.any, port: socket.local.port ?? 0)
      #expect(Hints.holder(of: everywhere, type: .datagram) == fact)
      #expect(Hints.holder(of: socket.local, type: .stream) == nil)
      let other = SocketAddress.ipv4(
        IPv4Address(bytes: [127, 0, 0, 2]), port: socket.local.port ?? 0)
      #expect(Hints.holder(of: other, type: .datagram) == nil)
      #expect(
        Hints.fact(about: error(.bind, .address(socket.local), .permissionDenied), type: .datagram)
          == nil)
      try socket.close()
    }
  }

  @Test func `a port that listens only on the other family is told`() async throws {
    try await onLoop(limit: .seconds(60)) { loop in
      let bound = try BoundSocket(
        to: .ipv6(.loopback, port: 0, zone: 0), type: .datagram, sharing: false)
      let socket = try DatagramSocket(bound, on: loop)
      let port = socket.local.port ?? 0
      let plan = try plan(["udp-send", "127.0.0.1:\(port)"])
      let refused = error(.read, .address(.ipv4(.loopback, port: port)), .connectionRefused)
      #expect(
        Hints.hint(for: refused, plan: plan) == "the port listens only on IPv6: [::1]:\(port)")
      try socket.close()
    }
  }

  @Test func `an unknown host has a nearest one in the hosts file`() throws {
    let plan = try plan(["connect", "localhots:80"])
    let failure = StreamError(.resolve, .endpoint("localhots:80"), .resolver(EAI_NONAME))
    #expect(Hints.hint(for: failure, plan: plan) == "did you mean localhost:80?")
  }

  @Test func `what can be typed is said`() throws {
    let connect = try plan(["connect", "-6", "localhost:80"])
    let failure = StreamError(.connect, .endpoint("a"), .noAddress)
    #expect(Hints.hint(for: failure, plan: connect) == "without -6")
    let low = error(.bind, .address(peer), .permissionDenied)
    #expect(Hints.hint(for: low, plan: connect)?.contains("CAP_NET_BIND_SERVICE") == true)
    let high = error(.bind, .address(peer.with(port: 8080)), .permissionDenied)
    #expect(Hints.hint(for: high, plan: connect) == nil)
    let send = try plan(["udp-send", "127.255.255.255:80"])
    let refused = error(.write, .address(peer), .permissionDenied)
    #expect(Hints.hint(for: refused, plan: send)?.contains("--broadcast") == true)
    let reset = error(.read, .address(peer), .connectionReset)
    #expect(Hints.hint(for: reset, plan: connect) == nil)
  }
}
