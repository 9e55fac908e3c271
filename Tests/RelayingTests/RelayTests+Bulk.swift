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

  @Test(arguments: [LocalKind.file, .null, .pipe], [1, 100_000])
  func `an urgent byte holds nothing up`(kind: LocalKind, position: Int) async throws {
    try await onLoop { loop in
      let folder = try TemporaryDirectory()
      let path = kind == .null ? "/dev/null" : folder.path(of: "output")
      let number = open(path, O_WRONLY | O_CREAT, 0o600)
      defer { close(number) }
      let sink = DescriptorSink(number, subject: .standardOutput, on: loop)
      let local = try LocalSide(on: loop, sink: kind == .pipe ? nil : sink)
      let relay = try await RunningRelay(local, .tcp, on: loop)
      let content = patternBytes(3_000_000)
      async let atOutput = kind == .pipe ? local.output.readToEnd() : []
      try await relay.peer.write(Array(content.prefix(position)))
      try await relay.peer.untilAcknowledged()
      try relay.peer.sendUrgent(0)
      try await relay.peer.write(Array(content.dropFirst(position)))
      try await relay.peer.closeWrite(by: .never)
      try await local.input.closeWrite(by: .never)
      #expect(await relay.outcome == nil)
      let arrived = try await atOutput
      let isSame =
        switch kind {
        case .null: relay.flows.received.bytesWritten == content.count
        case .pipe: arrived == content
        default: try folder.read("output") == content
        }
      #expect(isSame)
    }
  }

  @Test func `a reset in the middle of bulk is told, and what had come is kept`() async throws {
    try await onLoop { loop in
      let folder = try TemporaryDirectory()
      let number = open(folder.path(of: "output"), O_WRONLY | O_CREAT, 0o600)
      defer { close(number) }
      let sink = DescriptorSink(number, subject: .standardOutput, on: loop)
      let local = try LocalSide(on: loop, sink: sink)
      let relay = try await RunningRelay(local, .tcp, on: loop)
      let content = patternBytes(2_000_000)
      try await relay.peer.write(content)
      while relay.flows.received.bytesWritten < content.count { await loop.yield() }
      relay.peer.abort()
      #expect(await relay.outcome?.code == ECONNRESET)
      let isSame = try folder.read("output") == content
      #expect(isSame)
    }
  }

  @Test func `whoever takes a connection over is told of every byte`() async throws {
    try await onLoop { loop in
      let pair = try await tcpPair(on: loop)
      let (flow, task) = discard(pair.near, on: loop)
      try await pair.far.writeUntilCollected(by: pair.near, flow, on: loop)
      task.cancel()
      #expect(await task.value?.isCancellation == true)
      #expect(try pair.near.lowWaterMark == 1)
    }
  }
}
