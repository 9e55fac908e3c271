package import Sockets

/// An address as it is written in a list: without a port, perhaps with a zone.
struct ZonedAddress {
  /// Four bytes or sixteen, in the order of the network.
  let bytes: [UInt8]
  /// The interface's index; 0 is any.
  let zone: UInt32

  /// Reads an address, IPv6 with or without brackets; nil if it is none.
  init?(_ text: some StringProtocol) {
    var text = Substring(text)
    if let address = IPv4Address(text) {
      (bytes, zone) = (address.bytes, 0)
      return
    }
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bare = parts.first, let address = IPv6Address(bare) else { return nil }
    if parts.count == 2 {
      guard let index = NetworkInterface.index(of: String(parts[1])) else { return nil }
      zone = index
    } else {
      zone = 0
    }
    bytes = address.bytes
  }
}

/// Addresses of one family in a row.
package struct AddressRange: Sendable, Hashable {
  private let first: [UInt8]
  private let last: [UInt8]
  private let zone: UInt32

  init(_ address: ZonedAddress) {
    self.init(address.bytes, address.bytes, zone: address.zone)
  }

  /// All with the same first bits.
  init(_ address: ZonedAddress, prefix: Substring) throws(AccessError.Reason) {
    let limit = address.bytes.count * 8
    let isNumber =
      (1...3).contains(prefix.utf8.count)
      && prefix.utf8.allSatisfy { UInt8(ascii: "0")...57 ~= $0 }
    guard isNumber, let length = Int(prefix), length <= limit else {
      throw .badPrefix(limit: limit)
    }
    var (first, last) = (address.bytes, address.bytes)
    for index in first.indices {
      let mask = UInt8(truncatingIfNeeded: 0xff00 >> max(0, min(8, length - index * 8)))
      first[index] &= mask
      last[index] |= ~mask
    }
    self.init(first, last, zone: address.zone)
  }

  /// From one to another, both included.
  init(from start: ZonedAddress, to end: ZonedAddress) throws(AccessError.Reason) {
    let first = Self.unmapped(start.bytes)
    let last = Self.unmapped(end.bytes)
    let isOneZone = start.zone == 0 || end.zone == 0 || start.zone == end.zone
    guard first.count == last.count, isOneZone else { throw .mixedRange }
    if last.lexicographicallyPrecedes(first) { throw .reversedRange }
    self.init(first, last, zone: max(start.zone, end.zone))
  }

  /// Where both ends are IPv4 addresses inside IPv6 ones, those are meant.
  private init(_ first: [UInt8], _ last: [UInt8], zone: UInt32) {
    let (plainFirst, plainLast) = (Self.unmapped(first), Self.unmapped(last))
    let isIPv4 = plainFirst.count == 4 && plainLast.count == 4
    (self.first, self.last) = isIPv4 ? (plainFirst, plainLast) : (first, last)
    self.zone = zone
  }

  private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.count == 16 ? IPv6Address(bytes: bytes).mappedIPv4?.bytes ?? bytes : bytes
  }

  /// Whether an address of a peer is among them.
  package func contains(_ address: SocketAddress) -> Bool {
    switch address {
    case .ipv4(let address, _): contains(address.bytes)
    case .ipv6(let address, _, let zone):
      if let mapped = address.mappedIPv4 {
        contains(mapped.bytes)
      } else {
        (self.zone == 0 || self.zone == zone) && contains(address.bytes)
      }
    default: false
    }
  }

  private func contains(_ bytes: [UInt8]) -> Bool {
    bytes.count == first.count && !bytes.lexicographicallyPrecedes(first)
      && !last.lexicographicallyPrecedes(bytes)
  }
}
