import Glibc
import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

/// What became of a program that served a client.
enum ProgramOutcome: Sendable {
  case reason(ExitReason)
  case failed(StreamError)

  var reason: ExitReason? { if case .reason(let reason) = self { reason } else { nil } }
  var error: StreamError? { if case .failed(let error) = self { error } else { nil } }
}

/// The two ways in which a program serves a client.
enum ProgramWay: CaseIterable, Sendable {
  case relayed, handedOver

  func serve(_ stream: StreamSocket, with launch: ProgramLaunch) -> Task<ProgramOutcome, Never> {
    let loop = stream.loop
    return Task(executorPreference: loop) {
      do throws(StreamError) {
        switch self {
        case .relayed:
          let responder = ProgramResponder(
            launch, knowsFullClose: stream.local.family == .unix)
          let client = ClientStream(stream, flows: Flows(), on: loop)
          defer { try? stream.close() }
          return .reason(try await responder.serve(client))
        case .handedOver:
          return .reason(try await HandedOverSocket.serve(stream, with: launch, on: loop))
        }
      } catch {
        return .failed(error)
      }
    }
  }
}

@Suite struct ProgramResponderTests {
  @Test(arguments: ProgramWay.allCases, [Transport.tcp, .unixStream])
  func `a program reads what comes and its output is sent to the end`(
    way: ProgramWay, transport: Transport
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let task = way.serve(far, with: .shell("cat; echo end; exit 3"))
      let bytes = patternBytes(1_000_000)
      async let sending: Void = {
        try await near.write(bytes)
        try await near.closeWrite(by: .never)
      }()
      let isSame = try await near.readToEnd() == bytes + Array("end\n".utf8)
      try await sending
      #expect(isSame)
      #expect(await task.value.reason == .exited(3))
    }
  }

  @Test(arguments: ProgramWay.allCases, [Transport.tcp, .unixStream])
  func `a program that closes its input early is read to its end`(
    way: ProgramWay, transport: Transport
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let task = way.serve(far, with: .shell("head -c 2; exec <&-; read x; echo; echo late"))
      try await near.write(Array("ab".utf8))
      #expect(try await near.readExactly(2) == Array("ab".utf8))
      // There may be nobody any more to take it.
      _ = await streamError { try await near.write(Array("more".utf8)) }
      #expect(try await near.readToEnd() == Array("\nlate\n".utf8))
      #expect(await task.value.reason == .exited(0))
    }
  }

  @Test(arguments: ProgramWay.allCases)
  func `a program that ends first ends the conversation`(way: ProgramWay) async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = way.serve(far, with: .shell("echo bye"))
      #expect(try await near.readToEnd() == Array("bye\n".utf8))
      #expect(await task.value.reason == .exited(0))
    }
  }

  @Test(arguments: ProgramWay.allCases, [Transport.tcp, .unixStream])
  func `a client that is gone takes a program with it that does not care`(
    way: ProgramWay, transport: Transport
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let task = way.serve(far, with: .shell("echo $$; exec sleep 60"))
      var text = ""
      while !text.hasSuffix("\n"), let more = try await near.read(limit: 64) {
        text += String(decoding: more, as: UTF8.self)
      }
      let number = try #require(Int32(text.dropLast()))
      near.abort()
      let outcome = await task.value
      #expect(outcome.reason == .signalled(SIGTERM) || outcome.error != nil)
      await untilGone(number, on: loop)
      #expect(!isChild(number))
    }
  }

  @Test(arguments: ProgramWay.allCases)
  func `what a client that is gone has sent is still taken`(way: ProgramWay) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path(of: "copy")
    let bytes = patternBytes(100_000)
    try await onLoop { loop in
      let (near, far) = try await Transport.unixStream.pair(on: loop)
      let task = way.serve(far, with: .shell("exec cat > '\(path)'"))
      try await near.write(bytes)
      try near.close()
      let outcome = await task.value
      #expect(outcome.reason == .exited(0))
    }
    let isSame = try directory.read("copy") == bytes
    #expect(isSame)
  }

  @Test(arguments: ProgramWay.allCases)
  func `cancelling ends the program and the connection`(way: ProgramWay) async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = way.serve(far, with: .shell("echo a; exec sleep 60"))
      #expect(try await near.readExactly(2) == Array("a\n".utf8))
      task.cancel()
      #expect(await task.value.error?.isCancellation == true)
      #expect(try await near.readToEnd() == [])
    }
  }

  @Test(arguments: ProgramWay.allCases)
  func `what cannot be started is named`(way: ProgramWay) async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let outcome = await way.serve(far, with: ProgramLaunch("/nowhere")).value
      #expect(outcome.error?.subject == .program("/nowhere"))
      #expect(try await near.readToEnd() == [])
    }
  }

  @Test(arguments: ProgramWay.allCases)
  func `many programs leave no descriptor and no zombie`(way: ProgramWay) async throws {
    try await onLoop { loop in
      let before = try openDescriptorCount()
      for number in 0..<120 {
        let (near, far) = try await tcpPair(on: loop)
        let task = way.serve(far, with: .shell("read x; echo $x; exec cat"))
        try await near.write([65, 10])
        #expect(try await near.readExactly(2) == [65, 10])
        if number % 6 == 0 { task.cancel() } else { try await near.closeWrite(by: .never) }
        let outcome = await task.value
        #expect(outcome.reason == .exited(0) || number % 6 == 0)
        try near.close()
      }
      // Other tests open and close beside: of 120 lost ones most would show.
      try await untilFewer(than: before + 90, on: loop)
    }
  }

  @Test func `a socket that is handed over waits in the program's calls`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = ProgramWay.handedOver.serve(
        far, with: .shell("grep -q '^flags:.*4...$' /proc/self/fdinfo/0 && echo non-blocking; cat"))
      await loop.sleep(until: soon)
      try await near.write([7])
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == [7])
      #expect(await task.value.reason == .exited(0))
    }
  }
}

@Suite struct MessageProgramsTests {
  private func each(_ command: String, _ boundary: MessageBoundary = .line) -> MessagePrograms {
    MessagePrograms(boundary) { (message, _) throws(StreamError) in
      .init(.shell(command), input: message)
    }
  }

  @Test func `a program answers each line, one after the other`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(each("tr a-z A-Z; sleep 0.0$((RANDOM % 9))"), far)
      try await near.write(Array("one\ntwo\nthree".utf8))
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == Array("ONE\nTWO\nTHREE".utf8))
      #expect(await task.value == nil)
    }
  }

  @Test func `a program need not read, and may write more than a pipe holds`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(each("head -c 300000 /dev/zero"), far)
      let line = patternBytes(200_000).map { $0 == 10 ? 11 : $0 }
      async let sending: Void = near.write(line + [10])
      #expect(try await near.readExactly(300_000).count == 300_000)
      try await sending
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == [])
      #expect(await task.value == nil)
    }
  }

  @Test func `a client that is reset takes the running program with it`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(each("echo $$; exec sleep 60"), far)
      try await near.write([10])
      var text = ""
      while !text.hasSuffix("\n"), let more = try await near.read(limit: 64) {
        text += String(decoding: more, as: UTF8.self)
      }
      let number = try #require(Int32(text.dropLast()))
      near.abort()
      #expect(await task.value != nil)
      await untilGone(number, on: loop)
    }
  }

  @Test func `messages can be commands, and how each ends is told`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let reasons = Reasons()
      let programs = MessagePrograms.commandsFromPeer(
        subject: .endpoint("p"), configure: { $0.environment["WHO"] = "me" },
        ended: { reasons.list.append($0) })
      let task = serving(programs, far)
      try await near.write(Array("echo $WHO\r\nexit 3\ncat\necho GET / HTTP/1.0\n".utf8))
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == Array("me\nGET / HTTP/1.0\n".utf8))
      #expect(await task.value == nil)
      #expect(reasons.list == [.exited(0), .exited(3), .exited(0), .exited(0)])
    }
  }

  @Test func `a request of HTTP is no command`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let programs = MessagePrograms.commandsFromPeer(
        subject: .endpoint("p"), configure: { _ in })
      let task = serving(programs, far)
      try await near.write(Array("POST / HTTP/1.1\r\n".utf8))
      #expect(try await near.readToEnd() == [])
      guard case .layer(let error) = await task.value?.cause else { throw TestError("no refusal") }
      #expect(error.failure == .policy)
    }
  }

  static let firstLines: [(String, Bool)] = [
    ("GET / HTTP/1.1", true), ("POST /x HTTP/2", true), ("GET HTTP/1.1", true), ("GET /", false),
    ("ls -l", false), ("curl HTTP/1", true), ("patch / HTTP/1.1", true),
    ("VERSION-CONTROL /a b HTTP/1.1", true), ("x-y!# / HTTP/", true), ("a/b / HTTP/1.1", false),
    ("", false), ("HTTP/1.1", false),
  ]

  @Test(arguments: firstLines)
  func `requests of HTTP are known by their first line`(line: String, isRequest: Bool) {
    #expect(looksLikeHTTPRequest(Array(line.utf8)) == isRequest)
  }
}

/// How programs ended.
final class Reasons: @unchecked Sendable {
  var list: [ExitReason] = []
}
