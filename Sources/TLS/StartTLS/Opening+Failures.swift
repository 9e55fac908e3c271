import Sockets

/// Why TLS does not begin, in words.
extension Opening {
  /// The peer has been asked, and does not want to.
  func refusal(_ said: String) -> StreamError {
    failure("the peer refuses TLS: " + Self.quoted(said))
  }

  /// The peer does not have it among what it can do.
  func notOffered(_ reason: String) -> StreamError {
    failure("the peer offers no TLS: " + reason, hint: otherPort)
  }

  /// The peer speaks something else.
  func stranger(_ said: String) -> StreamError {
    failure(
      "the peer does not speak \(spoken.title), but says " + Self.quoted(said),
      hint: "\(spoken.title) is usually at port \(spoken.port)")
  }

  /// The same, of bytes that are no line.
  func stranger(_ said: [UInt8]) -> StreamError {
    if let error = speaksTLS(said) { return error }
    return stranger(Self.escaped(said))
  }

  /// The peer has no more to say.
  var ended: StreamError {
    if let error = speaksTLS(pending) { return error }
    // So do peers that wait for TLS and tell nobody why they go.
    let hint = totalCount == 0 ? Self.tlsAtOnce : nil
    let last = pending.isEmpty ? "" : ", its last words being " + Self.quoted(Self.escaped(pending))
    return failure("the peer ended before TLS began" + last, hint: hint)
  }

  /// More has come than is kept.
  func tooMuch(_ place: String, _ limit: Int) -> StreamError {
    failure("the peer says more than \(limit) bytes \(place)")
  }

  /// Bytes have come in clear behind the go-ahead.
  func injected(_ bytes: [UInt8]) -> StreamError {
    let count = bytes.count == 1 ? "1 byte" : "\(bytes.count) bytes"
    return failure(
      "\(count) came in clear behind the go-ahead, as if TLS protected them: "
        + Self.quoted(Self.escaped(bytes)))
  }

  /// An alert, which is what a peer answers that has waited for TLS.
  private func speaksTLS(_ said: [UInt8]) -> StreamError? {
    guard said.starts(with: [21, 3]) else { return nil }
    return failure("the peer speaks TLS from the start", hint: Self.tlsAtOnce)
  }

  private static let tlsAtOnce = "--tls without --starttls"

  private var otherPort: String? {
    spoken.tlsPort.map { "--tls at port \($0), where TLS begins at once" }
  }

  private func failure(_ text: String, hint: String? = nil) -> StreamError {
    StreamError(.connect, subject, TLSFailure(text, hint: hint))
  }

  /// As much of escaped text as a message has room for.
  private static func quoted(_ text: String) -> String {
    let most = 160
    let shown = text.unicodeScalars.prefix(most)
    return "\"" + String(shown) + "\"" + (shown.endIndex == text.endIndex ? "" : "…")
  }
}
