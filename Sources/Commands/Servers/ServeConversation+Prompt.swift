import Relaying
import Scripting
import Serving
import Sockets
import Terminal
import Transcripts

/// A person who talks with several clients.
extension ServeConversation: PromptConversation {
  /// Does what is asked for until the person leaves.
  func obey(_ prompt: Prompt) async -> Result<Void, StreamError>? {
    while let action = await prompt.nextAction() {
      if action == .quit { return .success(()) }
    }
    return nil
  }

  var state: String {
    clients.isEmpty ? PromptState.listening : PromptState.connected
  }

  var peers: [PromptPeer] {
    clients.values.sorted { $0.number < $1.number }.map { client in
      let amounts =
        amountText(client.flows.received.bytesWritten) + " in, "
        + amountText(client.flows.sent.bytesWritten) + " out"
      return PromptPeer(
        number: client.number, text: client.socket.peer.shown + "  " + amounts,
        isChosen: chosen == nil || chosen == client.number)
    }
  }

  var report: [String] {
    let chosen = chosenClients
    return chosen.isEmpty ? ["not connected"] : chosen.flatMap { SocketReport($0.socket).lines }
  }

  private var chosenClients: [Client] {
    clients.values.filter { chosen == nil || chosen == $0.number }
      .sorted { $0.number < $1.number }
  }

  func choose(_ choice: PeerChoice) throws(UsageError) {
    switch choice {
    case .all: chosen = nil
    case .number(let number):
      guard clients[number] != nil else {
        throw UsageError("no peer " + String(number), hint: "/peers")
      }
      chosen = number
    }
    guard let hub, let input = context.prompt?.input else { return }
    // What was typed before goes to whom it was typed for; if he has gone, to whom is chosen now.
    if hub.hasAudience || hub.target == nil, !input.isEmpty {
      input.add(.source(Turn { [chosen] in hub.target = chosen }, ended: { _ in }))
    } else {
      hub.target = chosen
    }
  }

  func request(_ action: PromptAction) throws(UsageError) {
    switch action {
    case .halfClose, .endOfInput: context.prompt?.input.end()
    case .quit: context.prompt?.leave(.quit)
    case .close, .reset:
      let chosen = chosenClients
      if chosen.isEmpty { throw UsageError("not connected") }
      for client in chosen { action == .reset ? reset(client) : leave(client) }
    case .reconnect: throw UsageError("clients come by themselves")
    case .startTLS: throw UsageError("this sockcat has no TLS")
    }
  }

  /// Closes a client's connection as soon as everything that was typed for it is acknowledged.
  private func leave(_ client: Client) {
    leaving.insert(client.number)
    guard let hub, let input = context.prompt?.input else { return }
    let end: @Sendable () -> Void = { [number = client.number] in hub.end(number) }
    if input.isEmpty { end() } else { input.add(.source(Turn(end), ended: { _ in })) }
  }

  private func reset(_ client: Client) {
    client.socket.abort()
    client.end(with: StreamError(.read, .address(client.socket.peer), .cancelled))
  }
}

/// Does something when what was typed before has been taken, and gives nothing itself.
private final class Turn: ByteSource {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    body()
    return .endOfFile
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {}
}
