import CLinux
import Glibc
import SystemPackage

/// What the kernel takes as an address: `struct sockaddr` of each family as one value.
///
/// It prints as people write it (``Endpoint``). An IPv4 address inside an IPv6 one
/// (`::ffff:127.0.0.1`) becomes the IPv4 address when it comes from the kernel.
public enum SocketAddress: Hashable, Sendable {
  /// An IPv4 address and a port: `struct sockaddr_in`.
  case ipv4(IPv4Address, port: UInt16)
  /// An IPv6 address, a port, and the interface's index where the address needs one:
  /// `struct sockaddr_in6`.
  case ipv6(IPv6Address, port: UInt16, zone: UInt32)
  /// A Unix socket's path, at most 107 bytes: `struct sockaddr_un`.
  case unix(path: [UInt8])
  /// A name in Linux's abstract name space, at most 107 bytes.
  case abstract(name: [UInt8])
  /// A Unix socket that was never bound.
  case unnamed
  /// Context and port of a virtual machine socket: `struct sockaddr_vm`.
  case vsock(cid: UInt32, port: UInt32)
  /// An address of a family that this library does not know.
  case other(family: Int32)

  /// The family, as `socket(2)` wants it.
  public var family: AddressFamily {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    case .unix, .abstract, .unnamed: .unix
    case .vsock: .vsock
    case .other(let family): AddressFamily(rawValue: family)
    }
  }

  /// The port; nil where the family has none.
  public var port: UInt16? {
    switch self {
    case .ipv4(_, let port), .ipv6(_, let port, _): port
    default: nil
    }
  }

  /// Whether only this host reaches it: 127.0.0.0/8, `::1`, Unix sockets.
  public var isLocal: Bool {
    switch self {
    case .ipv4(let address, _): address.isLoopback
    case .ipv6(let address, _, _): address.isLoopback
    case .unix, .abstract, .unnamed: true
    case .vsock, .other: false
    }
  }

  /// Whether it is a multicast group.
  public var isMulticast: Bool {
    switch self {
    case .ipv4(let address, _): address.isMulticast
    case .ipv6(let address, _, _): address.isMulticast
    default: false
    }
  }

  /// The same address with another port; unchanged where the family has none.
  public func with(port: UInt16) -> SocketAddress {
    switch self {
    case .ipv4(let address, _): .ipv4(address, port: port)
    case .ipv6(let address, _, let zone): .ipv6(address, port: port, zone: zone)
    default: self
    }
  }

  /// The longest path or abstract name, in bytes: `sun_path` without its closing zero.
  public static let unixPathLimit = 107
}

extension SocketAddress: CustomStringConvertible {
  /// `127.0.0.1:80`, `[::1]:80`, `unix:/path`, `unix:@name`, `vsock:2:80`.
  public var description: String {
    switch self {
    case .vsock(let cid, let port): "vsock:\(String(cid)):\(String(port))"
    default: port.map { hostText + ":" + String($0) } ?? hostText
    }
  }

  /// The address without its port; IPv6 in brackets.
  public var hostText: String {
    switch self {
    case .ipv4(let address, _): address.description
    case .ipv6(let address, _, let zone): "[" + address.description + zoneText(zone) + "]"
    case .unix(let path): "unix:" + String(decoding: path, as: UTF8.self)
    case .abstract(let name): "unix:@" + String(decoding: name, as: UTF8.self)
    case .unnamed: "unix:(unnamed)"
    case .vsock(let cid, _): "vsock:" + String(cid)
    case .other(let family): "family " + String(family)
    }
  }
}

private func zoneText(_ zone: UInt32) -> String {
  guard zone != 0 else { return "" }
  var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
  guard if_indextoname(zone, &name) != nil else { return "%" + String(zone) }
  return "%" + text(upToZero: name)
}

extension SocketAddress {
  /// Hands the address to a call in the kernel's form.
  public func withSockAddr<Result, Failure: Error>(
    _ body: (UnsafeRawPointer, UInt32) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var storage = sockaddr_storage()
    return try withUnsafeMutableBytes(of: &storage) { bytes throws(Failure) in
      guard let start = bytes.baseAddress else { preconditionFailure("storage has an address") }
      return try body(start, write(to: bytes))
    }
  }

  /// Lets a call fill in an address and reads it.
  static func filled(
    _ body: (UnsafeMutableRawPointer, inout UInt32) throws(Errno) -> Void
  ) throws(Errno) -> SocketAddress {
    try optionallyFilled(body) ?? .unnamed
  }

  /// Like `filled`, for calls that may leave the address empty.
  static func optionallyFilled(
    _ body: (UnsafeMutableRawPointer, inout UInt32) throws(Errno) -> Void
  ) throws(Errno) -> SocketAddress? {
    var storage = sockaddr_storage()
    return try withUnsafeMutableBytes(of: &storage) { bytes throws(Errno) in
      guard let start = bytes.baseAddress else { preconditionFailure("storage has an address") }
      var size = UInt32(bytes.count)
      try body(start, &size)
      return size == 0
        ? nil
        : SocketAddress(UnsafeRawBufferPointer(rebasing: bytes[..<min(Int(size), bytes.count)]))
    }
  }

  private func write(to bytes: UnsafeMutableRawBufferPointer) -> UInt32 {
    bytes.storeBytes(of: UInt16(truncatingIfNeeded: family.rawValue), as: UInt16.self)
    switch self {
    case .ipv4(let address, let port):
      bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      bytes.storeBytes(of: address.number.bigEndian, toByteOffset: 4, as: UInt32.self)
      return UInt32(MemoryLayout<sockaddr_in>.size)
    case .ipv6(let address, let port, let zone):
      bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      UnsafeMutableRawBufferPointer(rebasing: bytes[8..<24]).copyBytes(from: address.bytes)
      bytes.storeBytes(of: zone, toByteOffset: 24, as: UInt32.self)
      return UInt32(MemoryLayout<sockaddr_in6>.size)
    case .unix(let path):
      let path = path.prefix(Self.unixPathLimit)
      UnsafeMutableRawBufferPointer(rebasing: bytes[2..<109]).copyBytes(from: path)
      return UInt32(2 + path.count + 1)
    case .abstract(let name):
      let name = name.prefix(Self.unixPathLimit)
      UnsafeMutableRawBufferPointer(rebasing: bytes[3..<110]).copyBytes(from: name)
      return UInt32(3 + name.count)
    case .vsock(let cid, let port):
      return linux_vsock_address(bytes.baseAddress, cid, port)
    case .unnamed, .other:
      return 2
    }
  }

  init(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else {
      self = .unnamed
      return
    }
    let family = Int32(bytes.loadUnaligned(as: UInt16.self))
    switch AddressFamily(rawValue: family) {
    case .ipv4 where bytes.count >= 8:
      self = .ipv4(IPv4Address(bytes, at: 4), port: Self.port(bytes))
    case .ipv6 where bytes.count >= 28:
      let address = IPv6Address(bytes, at: 8)
      if let mapped = address.mappedIPv4 {
        self = .ipv4(mapped, port: Self.port(bytes))
      } else {
        let zone = bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
        self = .ipv6(address, port: Self.port(bytes), zone: zone)
      }
    case .unix where bytes.count > 2 && bytes[2] == 0:
      self = .abstract(name: Array(bytes[3...]))
    case .unix where bytes.count > 2:
      self = .unix(path: Array(bytes[2...].prefix { $0 != 0 }))
    case .unix:
      self = .unnamed
    case .vsock where bytes.count >= 16:
      var (cid, port): (UInt32, UInt32) = (0, 0)
      linux_vsock_parts(bytes.baseAddress, &cid, &port)
      self = .vsock(cid: cid, port: port)
    default:
      self = .other(family: family)
    }
  }

  private static func port(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
  }
}
