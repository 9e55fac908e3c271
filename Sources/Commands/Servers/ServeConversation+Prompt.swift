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
        isChosen: hub?.target == nil || hub?.target == client.number)
    }
  }

  var report: [String] {
    let chosen = chosenClients
    return chosen.isEmpty ? ["not connected"] : chosen.flatMap { SocketReport($0.socket).lines }
  }

  private var chosenClients: [Client] {
    clients.values.filter { hub?.target == nil || hub?.target == $0.number }
      .sorted { $0.number < $1.number }
  }

  func choose(_ choice: PeerChoice) throws(UsageError) {
    switch choice {
    case .all: hub?.target = nil
    case .number(let number):
      guard clients[number] != nil else {
        throw UsageError("no peer " + String(number), hint: "/peers")
      }
      hub?.target = number
    }
  }

  func request(_ action: PromptAction) throws(UsageError) {
    switch action {
    case .halfClose: context.prompt?.input.end()
    case .quit: context.prompt?.leave(.quit)
    case .close, .reset:
      let chosen = chosenClients
      if chosen.isEmpty { throw UsageError("not connected") }
      for client in chosen {
        if action == .reset { client.socket.abort() }
        client.end(with: StreamError(.read, .address(client.socket.peer), .cancelled))
      }
    case .reconnect: throw UsageError("clients come by themselves")
    case .startTLS: throw UsageError("this sockcat has no TLS")
    }
  }
}
