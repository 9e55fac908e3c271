import Relaying
import Scripting
import Serving
import Sockets
import SystemPackage
import TLS
import Transcripts

/// A connection that a script speaks through, with all that stands around it.
class StreamEndpoint: ScriptEndpoint, @unchecked Sendable {
  let context: ConversationContext
  let flows: Flows
  fileprivate(set) var socket: StreamSocket?
  fileprivate(set) var link: ClientLink?
  private let recorders: (TranscriptConnection) -> [Recorder]
  private var connectionCount = 0

  init(
    _ context: ConversationContext, _ flows: Flows,
    recorders: @escaping @Sendable (TranscriptConnection) -> [Recorder]
  ) {
    (self.context, self.flows, self.recorders) = (context, flows, recorders)
  }

  /// Puts what the plan asks for around a connection.
  func take(_ secured: SecuredSocket) {
    connectionCount += 1
    let socket = secured.socket
    let connection = TranscriptConnection(number: connectionCount, socket, secured.tls)
    let recorders = recorders(connection)
    self.socket = socket
    link = ClientLink(
      secured.stream, socket.peer, flows, context.plan, recorders, context.loop)
    for recorder in recorders { recorder.record(.connected) }
  }

  /// Goes on with TLS, and what stands around the connection stands around that.
  func startTLS(name: String?, by deadline: Deadline) async throws(StreamError) {
    _ = try await channel(by: deadline)
    guard let socket, let link else { throw StreamError(.read, subject, .closed) }
    if link.tls != nil { throw .alreadySecured }
    let tls = try await context.security.secure(socket, name: name, by: deadline)
    self.link = ClientLink(tls, socket.peer, flows, context.plan, link.recorders, context.loop)
  }

  func channel(by deadline: Deadline) async throws(StreamError) -> ScriptChannel {
    guard let link else { throw StreamError(.read, subject, .closed) }
    return .stream(link.stream)
  }

  fileprivate var subject: StreamError.Subject { .endpoint(context.plan.endpoint.description) }

  func fact(_ name: String) -> String? {
    switch name {
    case "address": socket?.peer.hostText
    case "port": socket?.peer.portNumber.map(String.init)
    default: socket?.fact(name)
    }
  }

  /// Says the end, throws away what still comes until everything is acknowledged, and closes.
  func close() async throws(StreamError) {
    guard let socket, let link else { return }
    defer { forget(nil) }
    try await leave(link.stream, isOver: socket.isOver, flows: flows, context)
    try link.tls?.checkEnd()
    try socket.close()
  }

  func abort() {
    socket?.abort()
    forget(StreamError(.close, subject, .cancelled))
  }

  func hideSent(_ hides: Bool) { link?.recorded?.hidesSent = hides }

  private func forget(_ failure: StreamError?) {
    link?.recorders.recordEnd(failure, context.timeouts)
    (socket, link) = (nil, nil)
  }

}

extension StreamError {
  /// TLS was asked for inside of TLS.
  static let alreadySecured = StreamError(
    .read, .endpoint(""), .layer(Verdict(.usage, "TLS is spoken already")))
}

extension StreamSocket {
  /// What a script can ask of a connection.
  func fact(_ name: String) -> String? {
    switch name {
    case "peer-address": peer.hostText
    case "peer-port": peer.portNumber.map(String.init)
    case "local-address": local.hostText
    case "local-port": local.portNumber.map(String.init)
    default: nil
    }
  }
}

/// The peer that `connect` reaches.
final class ConnectedEndpoint: StreamEndpoint, @unchecked Sendable {
  /// Connects, as often and as long as the plan says.
  func connect(_ connecting: ConversationPlan.Connecting) async throws(StreamError) {
    take(try await Rendezvous(connecting: connecting, context: context).connect())
  }
}

/// A listener, whose client is there when it is first spoken to; after that has been closed, the
/// next one.
final class ListeningEndpoint: StreamEndpoint, @unchecked Sendable {
  private let listening: ConversationPlan.Listening
  private var admission: Admission?
  /// The next client, where others of the script may have to wait until it has been let in.
  private var early: EarlyClient?
  private var portFile: PortFile?
  private var addresses: [SocketAddress] = []
  /// Whether others may come when the first client has gone.
  private let servesOthers: Bool

  init(
    _ listening: ConversationPlan.Listening, _ context: ConversationContext, _ flows: Flows,
    servesOthers: Bool, recorders: @escaping @Sendable (TranscriptConnection) -> [Recorder]
  ) {
    self.listening = listening
    self.servesOthers = servesOthers
    super.init(context, flows, recorders: recorders)
  }

  /// Listens; an inherited connection is the client at once.
  func listen() async throws(StreamError) {
    let reception = Reception(context: context, ready: listening.ready)
    let access = try await AccessControl(listening.access, context)
    try await context.security.prepare()
    if let socket = try reception.connection() {
      if let refusal = access.refusal(of: socket) {
        throw StreamError(
          .accept, .endpoint(""), .layer(Verdict(.policy, refusal.text(of: socket))))
      }
      return take(try await SecuredSocket(socket, context.security))
    }
    let listener = try reception.listen(
      on: try await reception.bind(type: listening.type), listening)
    admission = Admission(
      context: context, listener: listener, access: access, timeout: listening.acceptTimeout)
    addresses = listener.addresses
    expectClient()
    if !servesOthers { portFile = try reception.announce(listener.addresses) }
  }

  override func channel(by deadline: Deadline) async throws(StreamError) -> ScriptChannel {
    if let link { return .stream(link.stream) }
    guard let admission else { return try await super.channel(by: deadline) }
    if let early {
      let client = try await early.wait(by: deadline, subject)
      self.early = nil
      take(try client.get())
    } else {
      // A second client is refused and not kept waiting.
      take(try await admission.client(by: deadline) { if !servesOthers { stop() } })
    }
    return try await channel(by: deadline)
  }

  override func close() async throws(StreamError) {
    try await super.close()
    expectClient()
  }

  override func abort() {
    super.abort()
    expectClient()
  }

  override func fact(_ name: String) -> String? {
    switch name {
    case "address": (addresses.first ?? socket?.local)?.hostText
    case "port": (addresses.first ?? socket?.local)?.portNumber.map(String.init)
    default: socket?.fact(name)
    }
  }

  private func expectClient() {
    guard servesOthers, context.security.isOn, early == nil, let admission else { return }
    early = EarlyClient(of: admission)
  }

  /// Frees the place.
  func stop() {
    admission?.listener.close()
    portFile?.remove()
    (admission, early) = (nil, nil)
  }
}

/// Says the end to a peer, and throws away what still comes until it has acknowledged everything.
func leave(
  _ stream: any ByteStream, isOver: Bool, flows: Flows, _ context: ConversationContext
) async throws(StreamError) {
  if isOver { return }
  var policy = RelayPolicy()
  switch context.plan.kind {
  case .connect(let connecting): policy = connecting.relay
  case .listen(let listening): policy = listening.relay
  case .sendDatagrams, .receiveDatagrams: break
  }
  let local = StandardStreams(source: BytesSource(), sink: DiscardSink(on: context.loop))
  let relay = Relay(local: local, peer: stream, policy: policy, flows: flows, on: context.loop)
  do throws(StreamError) {
    try await relay.leave()
  } catch {
    // Whoever has gone and was sent nothing missed nothing.
    if flows.sent.bytesWritten > 0 || error.isCancellation { throw error }
  }
}
