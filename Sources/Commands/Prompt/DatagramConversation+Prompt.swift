import ByteText
import Relaying
import Scripting
import Serving
import Sockets
import Terminal
import Transcripts

/// A person who sends datagrams to one address.
extension DatagramSendConversation: PromptConversation {
  var state: String {
    if exchange?.peer == nil { return PromptState.connecting }
    return context.prompt?.input.isEnded == true ? PromptState.halfClosed : PromptState.connected
  }

  var peers: [PromptPeer] {
    guard let exchange, let peer = exchange.peer else { return [] }
    let text =
      peer.shown + "  " + String(exchange.replyCount) + " datagrams in, "
      + String(exchange.sentCount) + " out"
    return [PromptPeer(number: 1, text: text, isChosen: true)]
  }

  var report: [String] { socket.map { SocketReport($0).lines } ?? ["nothing was sent yet"] }

  func choose(_ choice: PeerChoice) throws(UsageError) {
    if case .number(let number) = choice, number != 1 {
      throw UsageError("no peer " + String(number), hint: "/peers")
    }
  }

  func request(_ action: PromptAction) throws(UsageError) {
    try context.prompt?.takeDatagramAction(action)
  }
}

/// A person who answers whoever sends datagrams.
extension DatagramReceiveConversation: PromptConversation {
  var state: String { sockets.isEmpty ? PromptState.connecting : PromptState.listening }

  var peers: [PromptPeer] {
    let senders = receiver?.senders.list ?? []
    return senders.map { sender in
      let count = String(sender.count) + (sender.count == 1 ? " datagram" : " datagrams") + " in"
      let isChosen =
        switch target {
        case .all: true
        case .number(let number): number == sender.number
        case .last: sender.address == receiver?.senders.last?.address
        }
      return PromptPeer(
        number: sender.number, text: sender.address.shown + "  " + count, isChosen: isChosen)
    }
  }

  var report: [String] { sockets.flatMap { SocketReport($0).lines } }

  func choose(_ choice: PeerChoice) throws(UsageError) {
    switch choice {
    case .all: target = .all
    case .number(let number):
      guard peers.contains(where: { $0.number == number }) else {
        throw UsageError("no peer " + String(number), hint: "/peers")
      }
      target = .number(number)
    }
  }

  func request(_ action: PromptAction) throws(UsageError) {
    try context.prompt?.takeDatagramAction(action)
  }

  /// Sends what is typed, to whoever was chosen; until the person has no more to say.
  func serve(_ prompt: Prompt, _ receiver: DatagramReceiver, _ output: DatagramOutput) async {
    prompt.input.hides = { hides in
      for recorder in output.recorders { recorder.hidesSent = hides }
    }
    while true {
      guard let message = prompt.input.takeMessage() else {
        if prompt.input.isEnded || Task.isCancelled { return }
        // A cancellation ends the loop above.
        try? await prompt.input.waitReadable(by: .never)
        continue
      }
      do throws(StreamError) {
        try receiver.send(message, to: target) { bytes, peer, local in
          output.noteSent(bytes, to: peer, from: local)
        }
        prompt.redrawSoon()
      } catch {
        prompt.complain(error.text(context.timeouts))
      }
    }
  }
}

extension Prompt {
  /// What a person can want of datagrams: no more of them, or to leave.
  fileprivate func takeDatagramAction(_ action: PromptAction) throws(UsageError) {
    switch action {
    case .halfClose, .endOfInput: input.end()
    case .quit: leave(.quit)
    case .close, .reset, .reconnect, .startTLS:
      throw UsageError("datagrams have no connection", hint: "/quit")
    }
  }
}
