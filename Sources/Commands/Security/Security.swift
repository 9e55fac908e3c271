import ByteText
import Glibc
import Sockets
import TLS

/// TLS of one conversation: its settings, read once, and what is said of it.
final class Security: @unchecked Sendable {
  let plan: ConversationPlan
  let messages: Messages
  private let loop: EventLoop
  private var ready: TLSContext?
  private var hasAnnounced = false
  /// The settings once all files were read.
  private var read: TLSSettings?

  init(_ plan: ConversationPlan, _ messages: Messages, on loop: EventLoop) {
    (self.plan, self.messages, self.loop) = (plan, messages, loop)
  }

  /// Whether connections begin with it.
  var isOn: Bool { plan.tls.isOn }

  /// Whether something is to be read before anybody is there, also of TLS that begins later.
  ///
  /// A question on the terminal, and a pipe's contents, are for all connections and come once.
  var isReadFirst: Bool {
    isOn || !plan.tls.settings.identities.isEmpty || plan.tls.settings.mayWaitForWriters
  }

  /// Reads certificates and keys, so that what is wrong with them is known before anybody is there.
  func prepare() async throws(StreamError) {
    if isReadFirst { _ = try await context() }
  }

  /// What all connections have in common; of datagrams too.
  func context() async throws(StreamError) -> TLSContext {
    if let ready { return ready }
    var settings = try await readSettings()
    settings.warn = { [messages] in messages.say(safeLine($0)) }
    let context =
      plan.isClient
      ? try TLSContext(client: settings, isDatagram: plan.isDatagram)
      : try TLSContext(server: settings, names: ownNames, isDatagram: plan.isDatagram)
    ready = context
    return context
  }

  /// Asks for what the keys are encrypted with; before anybody else reads the terminal.
  func askPassPhrases() async throws(StreamError) {
    if isReadFirst { _ = try await readSettings() }
  }

  private func readSettings() async throws(StreamError) -> TLSSettings {
    if let read { return read }
    var settings = plan.tls.settings
    if settings.mayWaitForWriters {
      settings = try await offload { [settings] () throws(StreamError) in
        var settings = settings
        try settings.readFiles()
        return settings
      }
    }
    for index in settings.identities.indices
    where try TLSIdentity.isEncrypted(&settings.identities[index]) {
      let files = settings.identities[index]
      settings.identities[index].passPhrase = try await passPhrase(
        of: files.key ?? files.certificate)
    }
    read = settings
    return settings
  }

  private func passPhrase(of file: String) async throws(StreamError) -> [UInt8]? {
    guard let path = plan.tls.passPhraseFile else {
      return try await PassPhrase.ask(file, on: loop)
    }
    return try await offload { () throws(StreamError) in try PassPhrase.read(from: path) }
  }

  /// Reads on a thread of its own, so that signals and timeouts hold while nobody writes.
  private func offload<Result: Sendable>(
    _ read: @escaping @Sendable () throws(StreamError) -> Result
  ) async throws(StreamError) -> Result {
    guard let result = try await loop.offload(read) else {
      throw StreamError(.read, .endpoint(""), .cancelled)
    }
    return result
  }

  /// The names that clients on this host and elsewhere know us by.
  private var ownNames: [String] {
    let given = plan.peerName.map { [$0] } ?? []
    let others = ["localhost", hostName(), "127.0.0.1", "::1"].compactMap(\.self)
    return given + others.filter { !given.contains($0) }
  }

  // MARK: Connections

  /// Puts TLS around a connection, after the handshake; nil where it is not wanted at once.
  func secured(
    _ socket: StreamSocket, by deadline: Deadline? = nil
  ) async throws(StreamError) -> TLSStream? {
    guard isOn else { return nil }
    return try await secure(socket, by: deadline)
  }

  /// Puts TLS around a connection, after the handshake.
  ///
  /// A client asks for the name, or for that of the endpoint.
  func secure(
    _ socket: StreamSocket, name: String? = nil, by deadline: Deadline? = nil
  ) async throws(StreamError) -> TLSStream {
    let name = name ?? plan.tls.name ?? plan.peerName
    let subject = subject(socket)
    let end = min(
      deadline ?? .never, plan.isClient ? .never : .after(plan.tls.handshakeTimeout))
    let context = try await context()
    if plan.isClient, name == nil, plan.tls.settings.trust.needsName {
      throw StreamError(
        .connect, subject,
        .layer(Verdict(.usage, "there is no name that the certificate could be for")))
    }
    if let opening = plan.tls.opening {
      try await opening.open(
        on: socket, name: name ?? "localhost", subject: subject, by: end,
        observe: { [messages] isSent, line in
          messages.note((isSent ? "> " : "< ") + safeLine(line))
        })
    }
    if !plan.isClient { announce([socket.local]) }
    let stream = try TLSStream(
      context, over: socket, name: plan.isClient ? name : nil, subject: subject)
    try await stream.handshake(by: end)
    tell(stream.facts)
    return stream
  }

  private func subject(_ socket: StreamSocket) -> StreamError.Subject {
    if socket.peer == .unnamed { return .endpoint(plan.endpoint.description) }
    return .address(socket.peer)
  }

  // MARK: What is said

  /// Says of a certificate that was made on the spot how clients can know it, once.
  func announce(_ addresses: [SocketAddress]) {
    guard let made = ready?.madeCertificate, !hasAnnounced, let first = addresses.first else {
      return
    }
    hasAnnounced = true
    messages.say(
      "a certificate was made, valid until " + made.end + ", in memory only; its key is "
        + made.keyPin.description,
      hint: "sockcat " + (plan.isDatagram ? "udp-send " : "connect ") + reachable(first)
        + " --tls --tls-pin " + made.keyPin.description)
  }

  private func hostName() -> String? {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0, name[0] != 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// An address as somebody else would write it.
  private func reachable(_ address: SocketAddress) -> String {
    switch address {
    case .ipv4(.any, let port), .ipv6(.any, let port, _):
      return (hostName() ?? "localhost") + ":" + String(port)
    default: return safeLine(address.description)
    }
  }

  /// Says what was agreed on, and of a peer that nobody verified how it can be known.
  func tell(_ facts: TLSFacts) {
    if plan.isClient, plan.tls.settings.trust.isBlind, let own = facts.chain.first {
      messages.say(
        "the peer is not verified; its key is " + own.keyPin.description,
        hint: "--tls-pin " + own.keyPin.description + ", instead of --insecure")
    }
    if messages.isVerbose { for line in facts.lines { messages.note(line) } }
  }
}
