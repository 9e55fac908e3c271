import ByteText
import Relaying
import Scripting
import Serving
import Sockets
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

  /// A server's handshakes go on only while it receives, which in a script nobody does unasked.
  fileprivate func refuseTLS() throws(StreamError) {
    guard context.security.isOn else { return }
    throw StreamError(
      .open, subject, .layer(Verdict(.usage, "--tls: datagrams of a script are in clear")))
  }

  func send(_ bytes: [UInt8], by deadline: Deadline) async throws(StreamError) {
    guard let target else {
      let text = "nobody has sent anything yet, so there is nobody to answer"
      throw StreamError(.write, subject, .layer(Verdict(.usage, text)))
    }
    try await target.socket.send(
      bytes, to: target.socket.peer == nil ? target.peer : nil, by: deadline)
    for recorder in recorders {
      recorder.record(
        datagram: bytes.span.bytes, .sent, peer: target.peer, local: target.socket.local)
    }
  }

  func receive(by deadline: Deadline) async throws(StreamError) -> [UInt8] {
    while true {
      for socket in sockets {
        if let bytes = try take(from: socket) { return bytes }
      }
      guard !sockets.isEmpty else { throw StreamError(.read, subject, .closed) }
      try await DatagramSocket.waitForAny(of: sockets, by: deadline)
    }
  }

  private func take(from socket: DatagramSocket) throws(StreamError) -> [UInt8]? {
    var taken: [UInt8]?
    while taken == nil {
      let isThere = try socket.tryReceive { [self] bytes, datagram throws(StreamError) in
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
  /// Finds it and gets a socket ready; of several addresses the first that can be sent to.
  func open(
    _ sending: ConversationPlan.DatagramSending,
    recorders: (TranscriptConnection) -> [Recorder]
  ) async throws(StreamError) {
    try refuseTLS()
    let departure = DatagramDeparture(sending, context)
    let socket = try await socket(from: departure)
    let peer = socket.peer ?? target?.peer
    sockets = [socket]
    target = (socket, peer)
    self.recorders = recorders(TranscriptConnection(peer: peer, local: socket.local))
  }

  private func socket(from departure: DatagramDeparture) async throws(StreamError) -> DatagramSocket
  {
    if let inherited = try departure.inheritedSocket() { return inherited }
    var failure: StreamError?
    for address in try await departure.addresses() {
      do throws(StreamError) {
        let socket = try departure.socket(to: address)
        target = (socket, address)
        return socket
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? StreamError(.connect, subject, .noAddress)
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

  /// Receives from now on.
  func open(
    _ receiving: ConversationPlan.DatagramReceiving, announces: Bool,
    recorders: (TranscriptConnection) -> [Recorder]
  ) async throws(StreamError) {
    try refuseTLS()
    access = try await AccessControl(receiving.access, context)
    let reception = Reception(context: context, ready: receiving.ready)
    sockets = try await reception.openDatagrams(receiving, checksPrograms: false)
    let connection = TranscriptConnection(local: sockets.count == 1 ? sockets[0].local : nil)
    self.recorders = recorders(connection)
    if announces { portFile = try reception.announce(sockets.map(\.local)) }
  }

  override fileprivate func accepts(_ sender: SocketAddress?, _ socket: DatagramSocket) -> Bool {
    guard let refusal = access?.refusal(of: sender ?? .unnamed, at: socket.local) else {
      return true
    }
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
