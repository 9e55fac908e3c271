import Sockets

/// LDAP (RFC 4511, 4.14), whose messages are ASN.1 in BER.
extension Opening {
  /// What is asked for: StartTLS.
  private static let startTLS = Array("1.3.6.1.4.1.1466.20037".utf8)

  func openLDAP() async throws(StreamError) {
    let name = Element(0x80, Self.startTLS)
    let request = Element(0x77, name.bytes)
    try await send(Element(0x30, [0x02, 1, 1] + request.bytes).bytes)
    let message = try await takeMessage()
    var fields = ElementReader(bytes: message[...])
    guard let number = fields.next(0x02), let response = fields.next(0x78) else {
      throw stranger(message)
    }
    var parts = ElementReader(bytes: response)
    guard let code = parts.next(0x0a), let first = code.first, code.count == 1,
      parts.next(0x04) != nil, let words = parts.next(0x04)
    else { throw stranger(message) }
    guard first == 0 else {
      throw refusal("result code \(first) " + Self.escaped(Array(words)))
    }
    // 0 would be a notice, and no answer.
    guard number.elementsEqual([1]) else { throw stranger(message) }
  }

  /// What a message has inside.
  private func takeMessage() async throws(StreamError) -> [UInt8] {
    var bytes = try await take(2)
    guard bytes[0] == 0x30 else { throw stranger(bytes + pending) }
    var count = Int(bytes[1])
    if count >= 0x80 {
      let more = try await take(min(count - 0x80, 8))
      guard more.count <= 4 else { throw stranger(bytes + more + pending) }
      bytes += more
      count = more.reduce(0) { $0 << 8 | Int($1) }
    }
    let content = try await take(count)
    note(bytes + content)
    return content
  }
}

/// A value with its tag, to be sent; it is short.
private struct Element {
  let bytes: [UInt8]

  init(_ tag: UInt8, _ content: [UInt8]) { bytes = [tag, UInt8(content.count)] + content }
}

/// Takes elements one by one; what is not there as a whole is not there.
private struct ElementReader {
  var bytes: ArraySlice<UInt8>

  /// The content of the next element, if it has that tag.
  mutating func next(_ tag: UInt8) -> ArraySlice<UInt8>? {
    guard bytes.popFirst() == tag, var count = bytes.popFirst().map(Int.init) else { return nil }
    if count >= 0x80 {
      let size = count - 0x80
      guard size <= 4, size <= bytes.count else { return nil }
      count = bytes.prefix(size).reduce(0) { $0 << 8 | Int($1) }
      bytes = bytes.dropFirst(size)
    }
    guard count <= bytes.count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }
}
