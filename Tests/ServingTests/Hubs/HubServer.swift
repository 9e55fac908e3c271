import Relaying
import Sockets
import SystemPackage
import TestSupport

@testable import Serving

/// A server whose clients are the members of a hub, with small buffers in the kernel.
struct HubServer: Sendable {
  let hub: Hub
  let running: RunningServer
  let events: HubEvents
  /// What is written here goes to all.
  let input: StreamSocket
  private let source: StreamSocket
  private let loop: EventLoop

  init(
    _ policy: Hub.Policy = Hub.Policy(), output: SharedOutput? = nil, on loop: EventLoop
  ) throws {
    let events = HubEvents()
    let hub = Hub(policy, output: output, on: loop) { events.list.append($0) }
    (self.events, self.hub, self.loop) = (events, hub, loop)
    (input, source) = try unixPair(on: loop)
    var settings = SocketSettings()
    settings.sendBuffer = 16384
    settings.receiveBuffer = 16384
    running = try RunningServer(on: loop, settings: settings) { (client) throws(StreamError) in
      let member = hub.join(client.number) {
        client.end(
          with: StreamError(.write, .address(client.socket.peer), .system(.noBufferSpace)))
      }
      defer { member.abort() }
      var relayPolicy = RelayPolicy()
      relayPolicy.ignoresEmptyInput = !hub.hasGivenBytes
      let relay = Relay(
        local: member, peer: client.socket, policy: relayPolicy, flows: client.flows, on: loop)
      try await relay.run()
    }
  }

  /// Begins to send what is written to the input.
  func feed() -> Task<StreamError?, Never> {
    Task(executorPreference: loop) { [hub, source] in
      await streamError { try await hub.feed(from: source) }
    }
  }

  /// Connects so many, all of them members when this returns.
  func connect(_ count: Int) async throws -> [StreamSocket] {
    let before = hub.memberCount
    var clients: [StreamSocket] = []
    for _ in 0..<count { clients.append(try await running.connect()) }
    try await until(loop) { hub.memberCount == before + count }
    return clients
  }
}

/// What a hub told.
final class HubEvents: @unchecked Sendable {
  var list: [Hub.Event] = []
}

/// Takes everything, and keeps it, unless it is told to be full.
final class Collector: ByteSink, @unchecked Sendable {
  var bytes: [UInt8] = []
  var isFull = false
  private let change: Wakeup

  init(on loop: EventLoop) { change = Wakeup(on: loop) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func open() {
    isFull = false
    change.wakeAll()
  }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if isFull { return .wouldBlock }
    bytes.withUnsafeBytes { self.bytes += $0 }
    return .moved(bytes.byteCount)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    while isFull {
      guard await change.wait(by: deadline) else {
        throw StreamError(.write, .standardOutput, .cancelled)
      }
    }
  }

  func waitReaderGone() async throws(StreamError) {
    while await change.wait() {}
    throw StreamError(.write, .standardOutput, .cancelled)
  }

  func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}
