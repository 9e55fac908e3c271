import Sockets

/// XMPP (RFC 6120, 5), of which only the names of tags are looked at: whatever else they may mean,
/// no more can come of them than a handshake that fails.
extension Opening {
  func openXMPP(name: String) async throws(StreamError) {
    try await sendXML(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        + "xmlns:stream='http://etherx.jabber.org/streams' to='\(Self.quotable(name))' "
        + "version='1.0'>")
    guard try await isOfferedInFeatures() else {
      throw notOffered("starttls is not among its features")
    }
    try await sendXML("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    let answer = try await tag()
    guard answer.name == "proceed" else { throw refusal(answer.text) }
    guard !answer.isClosed else { return }
    let end = try await tag()
    guard end.name == "/proceed" else { throw stranger(end.text) }
  }

  private func sendXML(_ text: String) async throws(StreamError) {
    try await send(Array(text.utf8))
  }

  /// Reads the stream's beginning up to the end of its features.
  private func isOfferedInFeatures() async throws(StreamError) -> Bool {
    var first = try await tag()
    if first.name == "?xml" { first = try await tag() }
    guard first.name == "stream" else { throw stranger(first.text) }
    var isOffered = false
    while true {
      let tag = try await tag()
      switch tag.name {
      case "starttls": isOffered = true
      case "features" where tag.isClosed, "/features": return isOffered
      case "error": throw refusal(try await text(from: tag))
      case "/stream": throw refusal(tag.text)
      default: break
      }
    }
  }

  private struct Tag {
    /// With what stands before it.
    let text: String
    /// Without the prefix of its namespace; an end begins with a slash.
    let name: String
    var isClosed: Bool { text.hasSuffix("/>") }
  }

  /// What comes up to the end of a tag.
  private func tag() async throws(StreamError) -> Tag {
    let bytes = try await take(through: UInt8(ascii: ">"))
    guard let start = bytes.lastIndex(of: UInt8(ascii: "<")) else { throw stranger(bytes) }
    let whole = bytes[start...].dropFirst()
    let isEnd = whole.first == UInt8(ascii: "/")
    let qualified = whole.dropFirst(isEnd ? 1 : 0).prefix { !Self.namesEnd.contains($0) }
    let name = qualified.split(separator: UInt8(ascii: ":")).last ?? qualified
    return Tag(
      text: note(bytes), name: (isEnd ? "/" : "") + String(decoding: name, as: UTF8.self))
  }

  /// What a tag's name ends before.
  private static let namesEnd = Array(" \t\r\n/>".utf8)

  /// An error with what is inside, as far as it can be shown.
  private func text(from error: Tag) async throws(StreamError) -> String {
    var text = error.text
    var last = error
    while !last.isClosed || last.name != "error", last.name != "/error", text.utf8.count < 1024 {
      last = try await tag()
      text += last.text
    }
    return text
  }

  /// A name that can stand in an attribute.
  private static func quotable(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case "'": text += "&apos;"
      default: text.append(character)
      }
    }
  }
}
