import ByteText
import Relaying
import Scripting
import Serving
import Sockets
import TLS
import Transcripts

/// Datagrams that a script sends and expects.
class DatagramEndpoint: ScriptEndpoint, ScriptDatagrams, @unchecked Sendable {
  let context: ConversationContext
  fileprivate var sockets: [DatagramSocket] = []
  fileprivate var recorders: [Recorder] = []
  /// Whom the next one goes to, and by which socket.
  fileprivate var target: (socket: DatagramSocket, peer: SocketAddress?)?

  init(_ context: ConversationContext) { self.context = context }

  func channel(by deadline: Deadline) async throws(StreamError) -> ScriptChannel {
    guard !sockets.isEmpty else { throw StreamError(.read, subject, .closed) }
    return .datagrams(self)
  }

  fileprivate var subject: StreamError.Subject { .endpoint(context.plan.endpoint.description) }

  func send(_ bytes: [UInt8], by deadline: Deadline) async throws(StreamError) {
    guard let target else {
      let text = "nobody has sent anything yet, so there is nobody to answer"
      throw StreamError(.write, subject, .layer(Verdict(.usage, text)))
    }
    try await send(bytes, by: target.socket, to: target.peer, by: deadline)
    for recorder in recorders {
      recorder.record(
        datagram: bytes.span.bytes, .sent, peer: target.peer, local: target.socket.local)
    }
  }

  func receive(by deadline: Deadline) async throws(StreamError) -> [UInt8] {
    while true {
      for index in sockets.indices {
        if let bytes = try take(on: index) { return bytes }
      }
      guard !sockets.isEmpty else { throw StreamError(.read, subject, .closed) }
      try await waitReadable(by: deadline)
    }
  }

  private func take(on index: Int) throws(StreamError) -> [UInt8]? {
    let socket = sockets[index]
    var taken: [UInt8]?
    while taken == nil {
      let isThere = try tryReceive(on: index) { [self] bytes, datagram throws(StreamError) in
        let peer = datagram.sender ?? socket.peer
        guard accepts(peer, socket) else { return }
        let content = bytes.withUnsafeBytes { Array($0) }
        target = (socket, peer)
        taken = content
        for recorder in recorders {
          recorder.record(
            datagram: bytes, .received, peer: peer, local: socket.local,
            isTruncated: datagram.isTruncated, time: datagram.time)
        }
      }
      guard isThere else { return nil }
    }
    return taken
  }

  fileprivate func accepts(_ sender: SocketAddress?, _ socket: DatagramSocket) -> Bool { true }

  // MARK: What DTLS does in another way

  fileprivate func send(
    _ bytes: [UInt8], by socket: DatagramSocket, to peer: SocketAddress?, by deadline: Deadline
  ) async throws(StreamError) {
    try await socket.send(bytes, to: socket.peer == nil ? peer : nil, by: deadline)
  }

  fileprivate func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool { try sockets[index].tryReceive(body) }

  fileprivate func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await DatagramSocket.waitForAny(of: sockets, by: deadline)
  }

  fileprivate func sayEnd() {}

  // MARK: Facts and the end

  func fact(_ name: String) -> String? {
    switch name {
    case "peer-address": target?.peer?.hostText
    case "peer-port": target?.peer?.portNumber.map(String.init)
    case "local-address": sockets.first?.local.hostText
    case "local-port": sockets.first?.local.portNumber.map(String.init)
    default: nil
    }
  }

  func close() async throws(StreamError) { end() }

  func abort() { end() }

  func hideSent(_ hides: Bool) { for recorder in recorders { recorder.hidesSent = hides } }

  fileprivate func end() {
    sayEnd()
    for recorder in recorders {
      recorder.release()
      recorder.record(.closed)
    }
    for socket in sockets { try? socket.close() }  // nothing waits in it that could be lost
    (sockets, recorders, target) = ([], [], nil)
  }

  func startTLS(name: String?, by deadline: Deadline) async throws(StreamError) {
    throw StreamError(
      .read, subject, .layer(Verdict(.usage, "starttls needs a stream")))
  }
}

/// The peer that `udp-send` sends to.
final class SendingEndpoint: DatagramEndpoint, @unchecked Sendable {
  /// DTLS, where that is wanted.
  private var channel: DTLSChannel?

  /// Finds it and gets a socket ready; of several addresses the first that can be sent to.
  func open(
    _ sending: ConversationPlan.DatagramSending,
    recorders: (TranscriptConnection) -> [Recorder]
  ) async throws(StreamError) {
    let departure = DatagramDeparture(sending, context)
    try await context.security.prepare()
    let socket = try await socket(from: departure)
    let peer = socket.peer ?? target?.peer
    sockets = [socket]
    target = (socket, peer)
    var connection = TranscriptConnection(peer: peer, local: socket.local)
    connection.note(channel?.facts)
    self.recorders = recorders(connection)
  }

  private func socket(from departure: DatagramDeparture) async throws(StreamError) -> DatagramSocket
  {
    if let inherited = try departure.inheritedSocket() {
      try await secure(inherited, inherited.peer ?? .unnamed)
      return inherited
    }
    var failure: StreamError?
    for address in try await departure.addresses() {
      do throws(StreamError) {
        let socket = try departure.socket(to: address)
        try await secure(socket, address)
        target = (socket, address)
        return socket
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? StreamError(.connect, subject, .noAddress)
  }

  private func secure(
    _ socket: DatagramSocket, _ address: SocketAddress
  ) async throws(StreamError) {
    guard context.security.isOn else { return }
    channel = try await context.security.secure(socket, to: address)
  }

  override fileprivate func send(
    _ bytes: [UInt8], by socket: DatagramSocket, to peer: SocketAddress?, by deadline: Deadline
  ) async throws(StreamError) {
    if let channel { return try await channel.send(bytes, by: deadline) }
    try await super.send(bytes, by: socket, to: peer, by: deadline)
  }

  override fileprivate func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    if let channel { return try channel.tryReceive(body) }
    return try super.tryReceive(on: index, body)
  }

  override fileprivate func waitReadable(by deadline: Deadline) async throws(StreamError) {
    guard let channel else { return try await super.waitReadable(by: deadline) }
    try channel.failIfEnded()
    try await channel.waitReadable(by: deadline)
  }

  override fileprivate func sayEnd() {
    try? channel?.close()  // whom it does not reach is not there any more
    channel = nil
  }

  override func fact(_ name: String) -> String? {
    switch name {
    case "address": target?.peer?.hostText
    case "port": target?.peer?.portNumber.map(String.init)
    default: super.fact(name)
    }
  }
}

/// Where `udp-recv` receives, from whoever sends; what is sent goes to who sent last.
final class ReceivingEndpoint: DatagramEndpoint, @unchecked Sendable {
  private var access: AccessControl?
  private var portFile: PortFile?
  /// DTLS, where that is wanted.
  private var arrivals: SecuredArrivals?

  /// Receives from now on.
  func open(
    _ receiving: ConversationPlan.DatagramReceiving, announces: Bool,
    recorders: (TranscriptConnection) -> [Recorder]
  ) async throws(StreamError) {
    access = try await AccessControl(receiving.access, context)
    try await context.security.prepare()
    let reception = Reception(context: context, ready: receiving.ready)
    sockets = try await reception.openDatagrams(receiving, checksPrograms: false)
    let server = try await context.security.serve(sockets) { [weak self] sender, local in
      self?.accepts(sender, at: local) ?? false
    }
    arrivals = server.map { SecuredArrivals($0, on: sockets, loop: context.loop) }
    let connection = TranscriptConnection(local: sockets.count == 1 ? sockets[0].local : nil)
    self.recorders = recorders(connection)
    if announces { portFile = try reception.announce(sockets.map(\.local)) }
  }

  override fileprivate func send(
    _ bytes: [UInt8], by socket: DatagramSocket, to peer: SocketAddress?, by deadline: Deadline
  ) async throws(StreamError) {
    guard let arrivals, let peer, let index = sockets.firstIndex(where: { $0 === socket }) else {
      return try await super.send(bytes, by: socket, to: peer, by: deadline)
    }
    try await arrivals.send(bytes, on: index, to: peer, by: deadline)
  }

  override fileprivate func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    if let arrivals { return try arrivals.tryReceive(on: index, body) }
    return try super.tryReceive(on: index, body)
  }

  override fileprivate func waitReadable(by deadline: Deadline) async throws(StreamError) {
    if let arrivals { return try await arrivals.wait(by: deadline) }
    try await super.waitReadable(by: deadline)
  }

  override fileprivate func sayEnd() {
    arrivals?.end()
    arrivals = nil
  }

  override fileprivate func accepts(_ sender: SocketAddress?, _ socket: DatagramSocket) -> Bool {
    accepts(sender, at: socket.local)
  }

  private func accepts(_ sender: SocketAddress?, at local: SocketAddress) -> Bool {
    guard let refusal = access?.refusal(of: sender ?? .unnamed, at: local) else { return true }
    context.messages.note(refusal.text(of: sender ?? .unnamed))
    return false
  }

  override func fact(_ name: String) -> String? {
    switch name {
    case "address": sockets.first?.local.hostText
    case "port": sockets.first?.local.portNumber.map(String.init)
    default: super.fact(name)
    }
  }

  override fileprivate func end() {
    super.end()
    portFile?.remove()
  }
}
