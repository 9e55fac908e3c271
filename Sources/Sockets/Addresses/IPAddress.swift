import Glibc

/// An IPv4 address.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
  /// The address as a number: 127.0.0.1 is `0x7f000001`.
  public let number: UInt32

  /// Makes one from its number.
  public init(number: UInt32) { self.number = number }

  /// Makes one from its four bytes, in the order of the network.
  public init(bytes: [UInt8]) {
    number = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads four bytes of what the kernel filled in.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    number = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Reads the dotted form, all four numbers of it; nil if it is none.
  ///
  /// The corresponding C function is `inet_pton`.
  public init?(_ text: some StringProtocol) {
    var value = in_addr()
    guard inet_pton(AF_INET, String(text), &value) == 1 else { return nil }
    number = UInt32(bigEndian: value.s_addr)
  }

  /// 127.0.0.1.
  public static let loopback = IPv4Address(number: 0x7f00_0001)
  /// 0.0.0.0: every address of the host.
  public static let any = IPv4Address(number: 0)
  /// 255.255.255.255: every host of the network.
  public static let broadcast = IPv4Address(number: 0xffff_ffff)

  /// The four bytes, in the order of the network.
  public var bytes: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// Whether it is of 127.0.0.0/8.
  public var isLoopback: Bool { number >> 24 == 127 }
  /// Whether it is of 224.0.0.0/4.
  public var isMulticast: Bool { number >> 28 == 14 }

  /// The dotted form.
  public var description: String {
    var text = ""
    for shift: UInt32 in [24, 16, 8, 0] {
      if shift != 24 { text += "." }
      text += String((number >> shift) & 255)
    }
    return text
  }
}

/// An IPv6 address, without its zone.
public struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Makes one from its sixteen bytes.
  public init(bytes: [UInt8]) {
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads a form of RFC 4291 without brackets and zone; nil if it is none.
  ///
  /// The corresponding C function is `inet_pton`.
  public init?(_ text: some StringProtocol) {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, String(text), &bytes) == 1 else { return nil }
    self.init(bytes: bytes)
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads sixteen bytes of what the kernel filled in.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    self.init(
      high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
  }

  /// `::1`.
  public static let loopback = IPv6Address(high: 0, low: 1)
  /// `::`: every address of the host.
  public static let any = IPv6Address(high: 0, low: 0)

  /// The sixteen bytes.
  public var bytes: [UInt8] {
    [high, low].flatMap { half in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
    }
  }

  /// Whether it is `::1`.
  public var isLoopback: Bool { self == .loopback }
  /// Whether it is of ff00::/8.
  public var isMulticast: Bool { high >> 56 == 0xff }
  /// Whether it is of fe80::/10, where a zone is needed.
  public var isLinkLocal: Bool { high >> 54 == 0x3fa }
  /// The IPv4 address inside an address of ::ffff:0:0/96.
  public var mappedIPv4: IPv4Address? {
    high == 0 && low >> 32 == 0xffff ? IPv4Address(number: UInt32(truncatingIfNeeded: low)) : nil
  }

  /// The short form of RFC 5952.
  public var description: String {
    let bytes = bytes
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count))
    return text(upToZero: buffer)
  }
}
