import Glibc
import Relaying
import Sockets
import TestSupport

/// The local side of a relay as a program has it: standard input and output are pipes, or something
/// else instead of one of them.
final class LocalSide: Sendable {
  let stream: StandardStreams
  /// What a person or a program types into standard input.
  let input: DescriptorSink
  /// What others read of standard output.
  let output: DescriptorSource
  private let numbers: [Int32]

  init(
    on loop: EventLoop, source: (any ByteSource)? = nil, sink: (any ByteSink)? = nil
  ) throws {
    let (into, out) = (try makePipe(), try makePipe())
    stream = StandardStreams(
      source: source ?? DescriptorSource(into.read, subject: .standardInput, on: loop),
      sink: sink ?? DescriptorSink(out.write, subject: .standardOutput, on: loop))
    input = DescriptorSink(into.write, subject: .file("input"), on: loop)
    output = DescriptorSource(out.read, subject: .file("output"), on: loop)
    numbers = [into.read, into.write, out.read, out.write]
  }

  /// Nobody reads standard output any more.
  func closeOutput() { output.close() }

  deinit { for number in numbers { close(number) } }
}

/// A relay between a local side and a peer, running.
struct RunningRelay: Sendable {
  let local: LocalSide
  let peer: StreamSocket
  let flows = Flows()
  let events = Events()
  private let task: Task<StreamError?, Never>

  init(
    _ local: LocalSide, _ transport: Transport = .unixStream, on loop: EventLoop,
    changing: @Sendable (inout RelayPolicy) -> Void = { _ in }
  ) async throws {
    let pair = try await transport.pair(on: loop)
    self.init(local, pair.near, pair.far, on: loop, changing: changing)
  }

  init(
    _ local: LocalSide, _ near: StreamSocket, _ far: StreamSocket, on loop: EventLoop,
    changing: @Sendable (inout RelayPolicy) -> Void = { _ in }
  ) {
    self.local = local
    peer = far
    var policy = RelayPolicy()
    policy.knowsFullClose = near.local.family == .unix
    changing(&policy)
    let relay = Relay(
      local: local.stream, peer: near, policy: policy, flows: flows, on: loop,
      observe: { [events] in events.append($0) })
    // Its numbers are open as long as the relay runs.
    task = Task(executorPreference: loop) { [local] in
      defer { withExtendedLifetime(local) {} }
      let error = await streamError { try await relay.run() }
      // As a conversation does, whose process may live on.
      try? near.close()
      return error
    }
  }

  /// Nil if it ended well.
  var outcome: StreamError? { get async { await task.value } }

  func cancel() { task.cancel() }
}

/// Pumps what a connection brings to nowhere, with what has passed and how it ends.
func discard(
  _ stream: StreamSocket, on loop: EventLoop
) -> (flow: Flow, task: Task<StreamError?, Never>) {
  let flow = Flow()
  let pump = Pump(from: stream, to: DiscardSink(on: loop), flow: flow, on: loop)
  return (flow, Task(executorPreference: loop) { await streamError { try await pump.run() } })
}

extension StreamSocket {
  /// Writes bulk until the other end, which a pump reads, collects bytes before it tells of them.
  func writeUntilCollected(
    by reader: StreamSocket, _ flow: Flow, on loop: EventLoop
  ) async throws {
    let piece = patternBytes(1 << 20)
    var sent = flow.bytesWritten
    while try reader.lowWaterMark == 1 {
      try await write(piece)
      sent += piece.count
      while flow.bytesWritten < sent { await loop.yield() }
    }
  }
}

/// What a relay told.
final class Events: @unchecked Sendable {
  private(set) var list: [RelayEvent] = []
  func append(_ event: RelayEvent) { list.append(event) }
}

/// A moment that nothing is expected to happen before.
var soon: Deadline { .after(.milliseconds(20)) }
