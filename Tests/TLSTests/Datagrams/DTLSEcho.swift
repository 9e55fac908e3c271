import Sockets
import TestSupport

@testable import TLS

/// A server on loopback that sends back what it receives, and notes it.
final class DTLSEcho: @unchecked Sendable {
  let socket: DatagramSocket
  let server: DTLSServer
  let context: TLSContext
  private let loop: EventLoop
  private(set) var received: [(bytes: [UInt8], sender: SocketAddress?)] = []
  private(set) var log: [String] = []

  init(
    on loop: EventLoop, settings: TLSSettings = TLSSettings(),
    limits: DTLSServer.Limits = DTLSServer.Limits()
  ) throws {
    self.loop = loop
    socket = try DatagramSocket(
      BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false), on: loop)
    context = try TLSContext(server: settings, names: ["localhost"], isDatagram: true)
    let notes = Notes()
    var observer = DTLSServer.Observer()
    observer.begun = { _, facts in notes.add("begun " + facts.version) }
    observer.failed = { _, error in notes.add("failed " + error.text) }
    observer.ended = { _ in notes.add("ended") }
    server = try DTLSServer(
      context, on: [socket], limits: limits, observer: observer, firstPatience: .milliseconds(60))
    self.notes = notes
  }

  let notes: Notes

  /// What was told of associations.
  final class Notes: @unchecked Sendable {
    private(set) var lines: [String] = []
    func add(_ line: String) { lines.append(line) }
  }

  /// A client's settings, by which this server is trusted.
  var trusting: TLSSettings {
    var settings = TLSSettings()
    settings.trust.pins = context.madeCertificate.map { [$0.keyPin] } ?? []
    return settings
  }

  /// A client of it that has not begun, or of whoever stands between.
  func client(
    to address: SocketAddress? = nil, settings: TLSSettings? = nil
  ) throws -> DTLSChannel {
    let base = try DatagramSocket(to: address ?? socket.local, on: loop)
    return try client(over: base, settings: settings)
  }

  func client(
    over base: any DatagramChannel, settings: TLSSettings? = nil
  ) throws -> DTLSChannel {
    try DTLSChannel(
      TLSContext(client: settings ?? trusting, isDatagram: true), over: base, name: "localhost",
      subject: .endpoint("server"), firstPatience: .milliseconds(60))
  }

  /// A client of it whose handshake is done.
  func shakenClient(to address: SocketAddress? = nil) async throws -> DTLSChannel {
    let client = try client(to: address)
    try await client.handshake(by: .after(.seconds(20)))
    return client
  }

  /// Serves until it is cancelled.
  func run() async throws(StreamError) {
    while true {
      while try takeOne() {}
      try await server.waitReadable(by: .never)
    }
  }

  /// Takes what has arrived, without an answer to anybody.
  func takeOne() throws(StreamError) -> Bool {
    var message: ([UInt8], SocketAddress?)?
    let isThere = try server.tryReceive(on: 0) { (bytes, datagram) throws(StreamError) in
      message = (bytes.withUnsafeBytes { Array($0) }, datagram.sender)
    }
    guard isThere, let (bytes, sender) = message else { return false }
    received.append((bytes, sender))
    if let sender { _ = try server.trySend(bytes.span.bytes, on: 0, to: sender) }
    return true
  }

  /// Runs a test beside the server.
  func serve(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await self.run() }  // it ends by being cancelled
      try await body()
      group.cancelAll()
    }
  }
}

extension DatagramChannel {
  /// The next datagram's bytes.
  func receive(by deadline: Deadline = .after(.seconds(20))) async throws(StreamError) -> [UInt8] {
    while true {
      var result: [UInt8]?
      _ = try tryReceive { bytes, _ in result = bytes.withUnsafeBytes { Array($0) } }
      if let result { return result }
      try await waitReadable(by: deadline)
    }
  }
}

extension StreamError {
  /// The layer's words.
  var text: String {
    switch cause {
    case .layer(let error): error.text
    case .timedOut: "timed out"
    default: "\(cause)"
    }
  }
}
