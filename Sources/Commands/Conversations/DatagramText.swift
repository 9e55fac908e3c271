import Relaying
import Sockets

/// Converts datagrams between the peer's character set and ours, each by itself: half a character at
/// the end of one never meets the beginning of another's.
final class DatagramText: @unchecked Sendable {
  private let encoding: ConversationPlan.Encoding
  /// How many bytes could not be converted and were replaced.
  private(set) var replacementCount = 0

  init?(_ encoding: ConversationPlan.Encoding?) {
    guard let encoding else { return nil }
    self.encoding = encoding
  }

  /// What a peer's datagram is for us; before an error, as much of it as is good.
  func received(_ bytes: [UInt8]) -> (text: [UInt8], failure: StreamError?) {
    convert(bytes, from: encoding.peer, to: encoding.local, .standardOutput)
  }

  /// What a datagram of ours is for the peer; one that cannot be converted is not sent.
  func sent(_ bytes: [UInt8], _ subject: StreamError.Subject) throws(StreamError) -> [UInt8] {
    let (text, failure) = convert(bytes, from: encoding.local, to: encoding.peer, subject)
    if let failure { throw failure }
    return text
  }

  private func convert(
    _ bytes: [UInt8], from source: String, to target: String, _ subject: StreamError.Subject
  ) -> (text: [UInt8], failure: StreamError?) {
    // The names were tried when the options were read.
    guard
      let converter = CharacterSetConverter(
        from: source, to: target, onError: encoding.errors, subject: subject)
    else { return (bytes, nil) }
    var text: [UInt8] = []
    do throws(StreamError) {
      try converter.convert(bytes.span.bytes, into: &text)
      try converter.finish(into: &text)
    } catch {
      return (text, error)
    }
    replacementCount += converter.replacements
    return (text, nil)
  }
}

extension ConversationContext {
  /// For outputs and inputs that carry datagrams, which are converted one by one.
  var withoutEncoding: ConversationContext {
    var context = self
    context.plan.input.encoding = nil
    return context
  }
}

extension Messages {
  /// Tells what could not be converted.
  func tellReplacements(of text: DatagramText?) {
    guard let count = text?.replacementCount, count > 0 else { return }
    say(String(count) + " bytes could not be converted and were replaced")
  }
}
