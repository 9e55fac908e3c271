import Relaying
import Sockets

extension ConversationPlan {
  /// Whether the conversation is one that a person can hold, if a terminal is there: nothing else was
  /// named as its input or output.
  var suitsPrompt: Bool {
    guard case .standard = input.origin, script == nil, input.format == .raw, output.file == nil,
      !output.isRawOnTerminal
    else { return false }
    switch kind {
    case .connect(let connect):
      return !connect.isProbe && connect.program == nil && connect.relay.sends
        && connect.relay.receives
    case .listen(let listen):
      let isForStreams = listen.serving.map { $0.answer.isStreams && $0.folder == nil } ?? true
      return isForStreams && listen.relay.sends && listen.relay.receives
    case .sendDatagrams(let send):
      return (send.framing == nil || send.framing == .line) && send.exchange.receives
        && send.exchange.countLimit == nil
    case .receiveDatagrams(let receive): return receive.program == nil
    }
  }
}
