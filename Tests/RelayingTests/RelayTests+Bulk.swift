import Glibc
import Relaying
import Sockets
import TestSupport
import Testing

extension RelayTests {
  // MARK: Bulk, which the kernel moves

  /// What stands at the local side of a relay.
  enum LocalKind: CaseIterable, Sendable { case file, appendedFile, null, pipe }

  @Test(arguments: [Transport.tcp, .unixStream], LocalKind.allCases)
  func `bulk arrives whole, whatever our output is`(
    transport: Transport, kind: LocalKind
  ) async throws {
    try await onLoop { loop in
      let folder = try TemporaryDirectory()
      let path = kind == .null ? "/dev/null" : folder.path(of: "output")
      let append = kind == .appendedFile ? O_APPEND : 0
      let number = open(path, O_WRONLY | O_CREAT | append, 0o600)
      defer { close(number) }
      let sink = DescriptorSink(number, subject: .standardOutput, on: loop)
      let local = try LocalSide(on: loop, sink: kind == .pipe ? nil : sink)
      let relay = try await RunningRelay(local, transport, on: loop)
      let content = patternBytes(7_000_001)
      async let atOutput = kind == .pipe ? local.output.readToEnd() : []
      try await relay.peer.write(content)
      try await relay.peer.closeWrite(by: .never)
      try await local.input.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      #expect(relay.flows.received.bytesRead == content.count)
      #expect(relay.flows.received.bytesWritten == content.count)
      let arrived =
        try await kind == .pipe ? atOutput : kind == .null ? content : folder.read("output")
      let isSame = arrived == content
      #expect(isSame)
    }
  }

  @Test(arguments: [Transport.tcp, .unixStream])
  func `a file is sent from where it stands`(transport: Transport) async throws {
    try await onLoop { loop in
      let folder = try TemporaryDirectory()
      let content = patternBytes(5_000_003)
      try folder.write(content, to: "input")
      let number = open(folder.path(of: "input"), O_RDONLY)
      defer { close(number) }
      #expect(lseek(number, 1000, SEEK_SET) == 1000)
      let source = DescriptorSource(number, subject: .standardInput, on: loop)
      let relay = try await RunningRelay(LocalSide(on: loop, source: source), transport, on: loop)
      let isSame = try await relay.peer.readToEnd() == Array(content.dropFirst(1000))
      #expect(isSame)
      try relay.peer.close()
      #expect(await relay.outcome == nil)
      // Others who have the file open see where it was read to.
      #expect(lseek(number, 0, SEEK_CUR) == content.count)
    }
  }

  @Test func `a byte that trickles in after bulk is not held back`() async throws {
    try await onLoop { loop in
      let number = open("/dev/null", O_WRONLY)
      defer { close(number) }
      let sink = DescriptorSink(number, subject: .standardOutput, on: loop)
      let local = try LocalSide(on: loop, sink: sink)
      let pair = try await tcpPair(on: loop)
      let relay = RunningRelay(local, pair.near, pair.far, on: loop)
      let piece = patternBytes(1 << 20)
      var sent = 0
      var delay = Duration.seconds(1)
      // Others use the machine too, and may keep us from running: one time tells what we wait for.
      while delay > .milliseconds(20) {
        // Until the connection collects bytes before it tells of them.
        while try pair.near.lowWaterMark == 1 {
          try await pair.far.write(piece)
          sent += piece.count
          while relay.flows.received.bytesWritten < sent { await loop.yield() }
        }
        let start = Deadline.now
        try await pair.far.write([1])
        sent += 1
        while relay.flows.received.bytesWritten < sent { await loop.yield() }
        delay = Deadline.now.since(start)
      }
      try await pair.far.closeWrite(by: .never)
      try await local.input.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
    }
  }
}
