import ByteText
import Glibc
import Serving
import Sockets

/// Who may come, as the lists say it now; they can be read again while clients are served.
final class AccessControl: @unchecked Sendable {
  private let sources: AccessList.Sources
  private let context: ConversationContext
  private var list = AccessList()
  /// Whether clients of our own user alone are served, where no list allows others.
  var isForOwnUser = false

  /// Reads the lists.
  init(_ sources: AccessList.Sources, _ context: ConversationContext) async throws(StreamError) {
    self.sources = sources
    self.context = context
    guard !sources.isEmpty else { return }
    do throws(AccessError) {
      list = try await AccessList(sources, on: context.loop)
    } catch {
      throw Self.failure(error)
    }
  }

  /// Whether anybody is allowed by name.
  var allowsByName: Bool { list.allowsByName }

  /// Why a client may not be served; nil if it may.
  func refusal(of socket: StreamSocket) -> AccessRefusal? {
    if let refusal = list.refusal(of: socket) { return refusal }
    return isForOwnUser && !list.allowsByName ? PeerOwner.refusal(of: socket) : nil
  }

  /// Why the sender of a datagram may not be served; nil if it may.
  func refusal(of sender: SocketAddress, at local: SocketAddress) -> AccessRefusal? {
    if let refusal = list.refusal(of: sender) { return refusal }
    guard isForOwnUser, !list.allowsByName else { return nil }
    return PeerOwner.refusal(ofSender: sender, at: local)
  }

  /// Reads the files again; what cannot be read leaves everything as it was, and is said.
  ///
  /// False if there are none.
  func reload() async -> Bool {
    guard !sources.allowFiles.isEmpty || !sources.denyFiles.isEmpty else { return false }
    do throws(AccessError) {
      list = try await AccessList(sources, on: context.loop)
      context.messages.note("the lists of who may come were read again")
    } catch {
      context.messages.say(
        Self.failure(error).text(context.timeouts) + "; the lists stay as they were")
    }
    return true
  }

  private static func failure(_ error: AccessError) -> StreamError {
    var subject = error.file.map { safeLine($0) } ?? ""
    if let line = error.line { subject += ":" + String(line) }
    if case .failed(let failure) = error.reason {
      guard error.file != nil, !error.entry.isEmpty else { return failure }
      return StreamError(
        .read, .file(subject), .layer(Verdict(.unresolved, failure.text())))
    }
    let place = subject.isEmpty ? StreamError.Subject.endpoint("access lists") : .file(subject)
    let text = "\"" + safeLine(error.entry) + "\": " + (error.text ?? "")
    return StreamError(.convert, place, .layer(Verdict(.usage, text)))
  }
}

extension AccessList.Sources {
  /// Whether nothing was written.
  var isEmpty: Bool {
    [allow, deny, allowFiles, denyFiles, allowUsers, allowGroups].allSatisfy(\.isEmpty)
  }
}

extension AccessRefusal {
  /// Says who was refused, and why.
  func text(of peer: SocketAddress) -> String {
    "refused " + (peer == .unnamed ? "a client that has gone" : peer.shown) + ": " + reason
  }

  /// The same of a connection, and whose it is where the kernel tells.
  func text(of socket: StreamSocket) -> String {
    guard socket.local.family == .unix, let user = PeerOwner.user(of: socket) else {
      return text(of: socket.peer)
    }
    return "refused " + socket.peer.shown + " of user " + String(user) + ": " + reason
  }

  private var reason: String {
    switch self {
    case .denied(let entry): "denied by " + safeLine(entry)
    case .notAllowed: "not among those who are allowed"
    case .foreignUser(let user?):
      "a program is for our own user alone, and this is user " + String(user)
    case .foreignUser(nil): "a program is for our own user alone, and whose this is is not known"
    }
  }
}

/// A program is never handed to strangers.
enum ProgramPermission {
  /// Refuses a program on an address that strangers reach, unless the user has said who may come.
  ///
  /// `always` is for what even a local stranger must not get: commands from the peer.
  static func check(
    _ addresses: [SocketAddress], _ sources: AccessList.Sources, _ tls: ConversationPlan.TLS,
    alwaysByName always: Bool
  ) throws(StreamError) {
    if sources.allowsByName || tls.demandsClients { return }
    let isOpen: (SocketAddress) -> Bool = { address in
      always ? address.family != .unix || isAbstract(address) : !address.isLocal
    }
    guard let open = addresses.first(where: isOpen) else { return }
    let text =
      always
      ? "commands from the peer need to be allowed outright"
      : "a program is not handed to strangers, who can reach this address"
    throw StreamError(.listen, .address(open), .layer(ProgramRefused(text: text)))
  }

  private static func isAbstract(_ address: SocketAddress) -> Bool {
    if case .abstract = address { true } else { false }
  }
}

/// A program was to be handed to strangers.
struct ProgramRefused: LayerError {
  let text: String
  var failure: FailureClass { .policy }
}
