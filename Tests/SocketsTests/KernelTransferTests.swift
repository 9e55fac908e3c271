import Glibc
import TestSupport
import Testing

@testable import Sockets

/// What the kernel moves for us, and what it leaves to us.
struct KernelTransferTests {
  /// A way from a source to a sink.
  struct Way: Sendable, CustomTestStringConvertible {
    let from: Kind
    let to: Kind
    var testDescription: String { "\(from) to \(to)" }

    static let all = [
      Way(from: .file, to: .tcp), Way(from: .file, to: .unix), Way(from: .file, to: .pipe),
      Way(from: .pipe, to: .tcp), Way(from: .pipe, to: .unix), Way(from: .pipe, to: .pipe),
      Way(from: .pipe, to: .file), Way(from: .tcp, to: .pipe), Way(from: .unix, to: .pipe),
      Way(from: .tcp, to: .file), Way(from: .unix, to: .file),
    ]
  }

  enum Kind: Sendable { case file, pipe, tcp, unix }

  @Test(arguments: Way.all)
  func `what goes in comes out, and the end is told`(way: Way) async throws {
    try await onLoop { loop in
      let content = patternBytes(50_000)
      let folder = try TemporaryDirectory()
      let source = try await SourceEnd(way.from, content, in: folder, on: loop)
      let sink = try await SinkEnd(way.to, in: folder, on: loop)
      var moved = 0
      transfer: while true {
        let transfer = try #require(try between(source.near, sink.near))
        switch try transfer.attempt(through: loop.passage) {
        case .moved(let count): moved += count
        case .sourceIsEmpty: try await source.near.waitReadable(by: .never)
        case .sinkIsFull: try await sink.near.waitWritable(by: .never)
        case .undecided: break transfer
        case .refused: throw TestError("the kernel refuses")
        }
      }
      #expect(moved == content.count)
      // The ordinary way tells what was undecided.
      #expect(try await source.near.read(limit: 1) == nil)
      try await sink.near.closeWrite(by: .never)
      let isSame = try await sink.content() == content
      #expect(isSame)
    }
  }

  @Test func `nothing to read is told from no room to write`() async throws {
    try await onLoop { loop in
      let (from, to) = (try makePipe(), try unixPair(on: loop))
      defer { for number in [from.read, from.write] { close(number) } }
      let source = DescriptorSource(from.read, subject: .standardInput, on: loop)
      let transfer = try #require(try between(source, to.near))
      #expect(try transfer.attempt(through: loop.passage).name == "sourceIsEmpty")
      _ = try to.near.fill()
      #expect(write(from.write, "x", 1) == 1)
      #expect(try transfer.attempt(through: loop.passage).name == "sinkIsFull")
    }
  }

  @Test func `what a connection brings is thrown away without a buffer`() async throws {
    try await onLoop { loop in
      let pair = try await tcpPair(on: loop)
      let sink = DiscardSink(on: loop)
      try await pair.far.write(patternBytes(100_000))
      try await pair.far.closeWrite(by: .never)
      let transfer = try #require(try between(pair.near, sink))
      var discarded = 0
      while case let outcome = try transfer.attempt(through: loop.passage), discarded < 100_000 {
        if case .moved(let count) = outcome { discarded += count }
        if case .sourceIsEmpty = outcome { try await pair.near.waitReadable(by: .never) }
      }
      #expect(discarded == 100_000)
      #expect(try await pair.near.read(limit: 1) == nil)
    }
  }

  @Test func `what a file does not take stays in our hands`() async throws {
    try await onLoop { loop in
      let folder = try TemporaryDirectory()
      let pair = try unixPair(on: loop)
      try await pair.far.write(patternBytes(10_000))
      // A file that is appended to takes no splice; its port would not be given out.
      let number = open(folder.path(of: "file"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
      defer { close(number) }
      let sink = DescriptorSink(number, subject: .standardOutput, on: loop)
      #expect(sink.writePort == nil)
      let port = Port(.file, number, of: sink)
      let from = try #require(pair.near.readPort)
      let transfer = try #require(KernelTransfer(from: from, to: port))
      let outcome = try transfer.attempt(through: loop.passage)
      guard case .refused(let moved, let held) = outcome else {
        throw TestError("it was not refused: \(outcome.name)")
      }
      #expect(moved == 0)
      let isWhole = held == patternBytes(10_000)
      #expect(isWhole)
    }
  }

  @Test func `a pipe that nobody reads is the sink's failure`() async throws {
    try await onLoop { loop in
      let pair = try unixPair(on: loop)
      let ends = try makePipe()
      defer { close(ends.write) }
      let sink = DescriptorSink(ends.write, subject: .standardOutput, on: loop)
      close(ends.read)
      try await pair.far.write([1])
      let transfer = try #require(try between(pair.near, sink))
      let error = await streamError { try transfer.attempt(through: loop.passage) }
      #expect(error?.isReaderGone == true)
      #expect(error?.subject == .standardOutput)
    }
  }

  @Test func `a reset that the kernel met is met again by every later call`() async throws {
    try await onLoop { loop in
      let pair = try await tcpPair(on: loop)
      let ends = try makePipe()
      defer { for number in [ends.read, ends.write] { close(number) } }
      let sink = DescriptorSink(ends.write, subject: .standardOutput, on: loop)
      let transfer = try #require(try between(pair.near, sink))
      pair.far.abort()
      var error: StreamError?
      while error == nil {
        try await pair.near.waitReadable(by: .never)
        error = await streamError { try transfer.attempt(through: loop.passage) }
      }
      #expect(error?.code == ECONNRESET)
      #expect(error?.subject == .address(pair.near.peer))
      #expect(pair.near.writePort == nil)
      #expect(await streamError { try await pair.near.write([1]) }?.code == ECONNRESET)
      #expect(await streamError { try await pair.near.read(limit: 1) }?.code == ECONNRESET)
    }
  }

  @Test func `messages, closed streams and sockets that wait have no port`() async throws {
    try await onLoop { loop in
      #expect(try unixPair(type: .sequencedPacket, on: loop).near.readPort == nil)
      let pair = try unixPair(on: loop)
      #expect(pair.near.readPort != nil)
      try pair.near.close()
      #expect(pair.near.readPort == nil)
      let number = pair.far.detach()?.detach() ?? -1
      try Descriptor.setNonBlocking(false, of: number)
      let inherited = try StreamSocket(
        inheriting: number, settings: SocketSettings(), on: loop)
      #expect(inherited.readPort == nil)
      #expect(inherited.writePort == nil)
    }
  }
}

/// What leads from one to the other, which both have a port.
private func between(_ source: any ByteSource, _ sink: any ByteSink) throws -> KernelTransfer? {
  KernelTransfer(from: try #require(source.readPort), to: try #require(sink.writePort))
}

extension KernelTransfer.Outcome {
  fileprivate var name: String {
    switch self {
    case .moved: "moved"
    case .sourceIsEmpty: "sourceIsEmpty"
    case .sinkIsFull: "sinkIsFull"
    case .undecided: "undecided"
    case .refused: "refused"
    }
  }
}

/// Where a transfer begins, with bytes in it and its end behind them.
private final class SourceEnd {
  let near: any ByteSource
  private let held: [AnyObject]
  private var numbers: [Int32] = []

  deinit { for number in numbers { close(number) } }

  init(
    _ kind: KernelTransferTests.Kind, _ content: [UInt8], in folder: TemporaryDirectory,
    on loop: EventLoop
  ) async throws {
    switch kind {
    case .file:
      try folder.write(content, to: "source")
      let number = open(folder.path(of: "source"), O_RDONLY)
      numbers = [number]
      (near, held) = (DescriptorSource(number, subject: .standardInput, on: loop), [])
    case .pipe:
      let ends = try makePipe()
      numbers = [ends.read, ends.write]
      let far = DescriptorSink(ends.write, subject: .standardOutput, on: loop)
      try await far.write(content)
      try await far.closeWrite(by: .never)
      (near, held) = (DescriptorSource(ends.read, subject: .standardInput, on: loop), [far])
    case .tcp, .unix:
      let pair = try await (kind == .tcp ? Transport.tcp : .unixStream).pair(on: loop)
      try await pair.far.write(content)
      try await pair.far.closeWrite(by: .never)
      (near, held) = (pair.near, [pair.far])
    }
  }
}

/// Where it leads to.
private final class SinkEnd {
  let near: any ByteSink
  private let far: (any ByteSource)?
  private let path: String
  private var numbers: [Int32] = []

  deinit { for number in numbers { close(number) } }

  init(
    _ kind: KernelTransferTests.Kind, in folder: TemporaryDirectory, on loop: EventLoop
  ) async throws {
    path = folder.path(of: "sink")
    switch kind {
    case .file:
      let number = open(path, O_WRONLY | O_CREAT, 0o600)
      numbers = [number]
      (near, far) = (DescriptorSink(number, subject: .standardOutput, on: loop), nil)
    case .pipe:
      let ends = try makePipe()
      numbers = [ends.read, ends.write]
      near = DescriptorSink(ends.write, subject: .standardOutput, on: loop)
      far = DescriptorSource(ends.read, subject: .standardInput, on: loop)
    case .tcp, .unix:
      let pair = try await (kind == .tcp ? Transport.tcp : .unixStream).pair(on: loop)
      (near, far) = (pair.near, pair.far)
    }
  }

  func content() async throws -> [UInt8] {
    if let far { return try await far.readToEnd() }
    let number = open(path, O_RDONLY)
    defer { close(number) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(number, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }
}
