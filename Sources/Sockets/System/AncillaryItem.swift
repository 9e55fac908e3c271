import CLinux
import Glibc

/// One piece of ancillary data of `sendmsg(2)` and `recvmsg(2)`: see `cmsg(3)`, `unix(7)`, `ip(7)`.
public enum AncillaryItem: Hashable, Sendable {
  /// Open descriptors, handed to another process: `SCM_RIGHTS`. Whoever receives them closes them.
  case descriptors([Int32])
  /// Who sent it, checked by the kernel: `SCM_CREDENTIALS`, asked for by `SO_PASSCRED`.
  case credentials(Credentials)
  /// When the kernel received it, in nanoseconds since 1970: `SCM_TIMESTAMPNS`.
  case timestamp(nanoseconds: Int64)
  /// The interface and the address that a datagram was sent to, or should leave from:
  /// `IP_PKTINFO`, `IPV6_PKTINFO`.
  case packetInfo(PacketInfo)
  /// Datagrams that this socket has dropped so far: `SO_RXQ_OVFL`.
  case dropCount(UInt32)
  /// The size of each of several datagrams that came as one, the last of which may be shorter:
  /// `UDP_GRO`.
  case segmentSize(Int)
  /// Anything else, as it is.
  case other(level: Int32, type: Int32, bytes: [UInt8])
}

/// Interface and own address of a datagram: `struct in_pktinfo` and `struct in6_pktinfo`.
public struct PacketInfo: Hashable, Sendable {
  /// Our address that it was sent to; the port is 0.
  public var address: SocketAddress
  /// The interface's index; 0 leaves the choice to the kernel.
  public var interface: UInt32

  /// Puts the two together.
  public init(address: SocketAddress, interface: UInt32) {
    self.address = address
    self.interface = interface
  }
}

extension AncillaryItem {
  static func encoded(_ items: [AncillaryItem]) -> [UInt8] {
    var control: [UInt8] = []
    for item in items {
      let (level, type, bytes) = item.parts
      let used = control.count
      control.append(contentsOf: repeatElement(0, count: linux_control_space(bytes.count)))
      linux_control_append(&control, control.count, used, level, type, bytes, bytes.count)
    }
    return control
  }

  static func decoded(_ control: UnsafeRawBufferPointer) -> [AncillaryItem] {
    var items: [AncillaryItem] = []
    forEach(in: control) { items.append($0) }
    return items
  }

  /// Decodes one after the other.
  static func forEach(in control: UnsafeRawBufferPointer, _ body: (AncillaryItem) -> Void) {
    var offset = 0
    var raw = linux_control_item()
    while linux_control_next(control.baseAddress, control.count, &offset, &raw) == 1 {
      body(AncillaryItem(raw))
    }
  }

  private var parts: (level: Int32, type: Int32, bytes: [UInt8]) {
    switch self {
    case .descriptors(let numbers):
      return (SOL_SOCKET, 1, bytesOf(numbers))
    case .credentials(let who):
      return (SOL_SOCKET, 2, bytesOf([UInt32(bitPattern: who.process), who.user, who.group]))
    case .timestamp(let nanoseconds):
      let time = [nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000]
      return (SOL_SOCKET, 35, bytesOf(time))
    case .packetInfo(let info):
      return info.parts
    case .dropCount(let count):
      return (SOL_SOCKET, 40, bytesOf([count]))
    case .segmentSize(let size):
      return (udpLevel, 104, bytesOf([Int32(clamping: size)]))
    case .other(let level, let type, let bytes):
      return (level, type, bytes)
    }
  }

  private init(_ raw: linux_control_item) {
    let bytes = UnsafeRawBufferPointer(start: raw.bytes, count: raw.size)
    switch (raw.level, raw.type) {
    case (SOL_SOCKET, 1):
      self = .descriptors(values(Int32.self, of: bytes))
    case (SOL_SOCKET, 2) where bytes.count >= 12:
      let numbers = values(UInt32.self, of: bytes)
      self = .credentials(
        Credentials(
          process: Int32(bitPattern: numbers[0]), user: numbers[1], group: numbers[2]))
    case (SOL_SOCKET, 35) where bytes.count >= 16:
      let seconds = bytes.loadUnaligned(as: Int64.self)
      let rest = bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self)
      self = .timestamp(nanoseconds: seconds * 1_000_000_000 + rest)
    case (SOL_SOCKET, 40) where bytes.count >= 4:
      self = .dropCount(bytes.loadUnaligned(as: UInt32.self))
    case (ipLevel, 8) where bytes.count >= 12:
      // ipi_ifindex, ipi_spec_dst (which local address received it), ipi_addr (the header's)
      let interface = bytes.loadUnaligned(as: UInt32.self)
      let address = IPv4Address(bytes, at: 8)
      self = .packetInfo(
        PacketInfo(address: .ipv4(address, port: 0), interface: interface))
    case (ipv6Level, 50) where bytes.count >= 20:
      let address = IPv6Address(bytes, at: 0)
      let interface = bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      self = .packetInfo(
        PacketInfo(address: .ipv6(address, port: 0, zone: 0), interface: interface))
    case (udpLevel, 104) where bytes.count >= 4:
      self = .segmentSize(Int(bytes.loadUnaligned(as: Int32.self)))
    default:
      self = .other(level: raw.level, type: raw.type, bytes: Array(bytes))
    }
  }
}

extension [AncillaryItem] {
  /// Closes the descriptors among them, for a receiver that has no use for any: a peer could fill
  /// our table with them.
  func closeDescriptors() {
    for item in self { item.closeDescriptors() }
  }
}

extension AncillaryItem {
  /// Closes the descriptors in it.
  func closeDescriptors() {
    guard case .descriptors(let numbers) = self else { return }
    for number in numbers { close(number) }
  }
}

extension PacketInfo {
  fileprivate var parts: (level: Int32, type: Int32, bytes: [UInt8]) {
    switch address {
    case .ipv4(let address, _):
      // For sending, ipi_spec_dst is the source address; the header's address is not used.
      return (ipLevel, 8, bytesOf([interface]) + address.bytes + [0, 0, 0, 0])
    case .ipv6(let address, _, _):
      return (ipv6Level, 50, address.bytes + bytesOf([interface]))
    default:
      return (ipLevel, 8, bytesOf([interface, 0, 0]))
    }
  }
}

private let ipLevel: Int32 = 0
private let ipv6Level: Int32 = 41
private let udpLevel: Int32 = 17

private func bytesOf<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
  values.withUnsafeBytes { Array($0) }
}

private func values<Value: BitwiseCopyable>(
  _ type: Value.Type, of bytes: UnsafeRawBufferPointer
) -> [Value] {
  let stride = MemoryLayout<Value>.stride
  return (0..<bytes.count / stride).map {
    bytes.loadUnaligned(fromByteOffset: $0 * stride, as: type)
  }
}
