package import Sockets

/// One entry of a list of who may connect, as it is written.
package enum AccessEntry: Sendable, Hashable {
  /// Everybody.
  case any
  /// One address or several in a row.
  case range(AddressRange)
  /// A host name, whose addresses are looked up when the list is read.
  case name(String)

  /// Reads `ADDRESS`, `ADDRESS/PREFIX`, `ADDRESS-ADDRESS`, `any`, or a host name.
  ///
  /// An IPv4 address inside an IPv6 one counts as the IPv4 address. A zone (`fe80::%eth0/64`) is
  /// part of the address; without one every interface's is meant.
  package init(_ text: String) throws(AccessError) {
    do throws(AccessError.Reason) {
      self = try Self.read(text)
    } catch {
      throw AccessError(entry: text, reason: error)
    }
  }

  private static func read(_ text: String) throws(AccessError.Reason) -> AccessEntry {
    if text.isEmpty { throw .empty }
    if text == "any" { return .any }
    if let address = ZonedAddress(text) { return .range(AddressRange(address)) }
    if let slash = text.firstIndex(of: "/") {
      guard let address = ZonedAddress(text[..<slash]) else { throw .prefixWithoutAddress }
      return .range(try AddressRange(address, prefix: text[text.index(after: slash)...]))
    }
    if let dash = text.firstIndex(of: "-"), let first = ZonedAddress(text[..<dash]) {
      guard let last = ZonedAddress(text[text.index(after: dash)...]) else { throw .badRangeEnd }
      return .range(try AddressRange(from: first, to: last))
    }
    try checkName(text)
    return .name(text)
  }

  /// What could be a mistyped address is no name: `getaddrinfo(3)` would make an address of `10.1`.
  private static func checkName(_ text: String) throws(AccessError.Reason) {
    if text.contains("%") { throw .badZone }
    let isName = text.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...57 ~= byte
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
    let last = text.split(separator: ".").last ?? ""
    let isNumber = last.hasPrefix("0x") || last.utf8.allSatisfy { UInt8(ascii: "0")...57 ~= $0 }
    if !isName || isNumber || text.hasPrefix("-") { throw .badAddress }
  }
}

/// Why an entry, or the file that it stands in, cannot be used.
package struct AccessError: Error {
  /// What is wrong.
  package enum Reason: Error {
    case empty
    case badAddress
    case badZone
    case prefixWithoutAddress
    case badPrefix(limit: Int)
    case badRangeEnd
    case mixedRange
    case reversedRange
    case unknownUser
    case unknownGroup
    /// The name's addresses cannot be found, or the file cannot be read.
    case failed(StreamError)
  }

  /// The entry as it is written; empty if the file is meant.
  package var entry: String
  package var reason: Reason
  /// Where it stands, if in a file; lines count from 1.
  package var file: String?
  package var line: Int?

  init(entry: String, reason: Reason) {
    self.entry = entry
    self.reason = reason
  }

  /// The reason in words: lower case, no full stop; nil if it is another error's.
  package var text: String? {
    switch reason {
    case .empty: "an entry is empty"
    case .badAddress: "neither an address nor a host name"
    case .badZone: "no such interface"
    case .prefixWithoutAddress: "what stands before / is no address"
    case .badPrefix(let limit): "the prefix is a number from 0 to " + String(limit)
    case .badRangeEnd: "the range does not end with an address"
    case .mixedRange: "both ends of a range are of one family and zone"
    case .reversedRange: "the range ends before it begins"
    case .unknownUser: "no such user"
    case .unknownGroup: "no such group"
    case .failed: nil
    }
  }
}
