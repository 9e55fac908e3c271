/// What begins an association: as much of a `ClientHello` as tells one from another (RFC 6347,
/// 4.3.2).
struct ClientHello: Hashable {
  /// The 32 random bytes of the client, the same with and without a cookie.
  let random: [UInt8]

  /// Reads it; nil if a datagram is anything else, or only a part of one.
  init?(_ datagram: RawSpan) {
    let random = datagram.withUnsafeBytes { bytes -> [UInt8]? in
      guard bytes.count >= Self.randomEnd, bytes[0] == Self.handshakeKind,
        bytes[1] == 0xfe, bytes[3] == 0, bytes[4] == 0, bytes[Self.recordHeader] == Self.helloKind,
        bytes[Self.fragmentOffset..<Self.fragmentOffset + 3].allSatisfy({ $0 == 0 })
      else { return nil }
      return Array(bytes[Self.randomEnd - 32..<Self.randomEnd])
    }
    guard let random else { return nil }
    self.random = random
  }

  private static let handshakeKind: UInt8 = 22
  private static let helloKind: UInt8 = 1
  private static let recordHeader = 13
  private static let fragmentOffset = recordHeader + 6
  /// Behind the headers of record and message, two bytes of version, and itself.
  private static let randomEnd = recordHeader + 12 + 2 + 32
}
