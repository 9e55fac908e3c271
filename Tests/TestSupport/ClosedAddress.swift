public import Sockets

/// An address of UDP where nobody is; the kernel says so at once.
///
/// It stays so as long as this is held: a socket has it that takes datagrams from one other address
/// alone, so that no other test is given it meanwhile.
public final class ClosedAddress: Sendable {
  /// The address, on loopback.
  public let address: SocketAddress
  private let socket: SocketDescriptor

  /// Takes one of the kernel's choice.
  public init() throws {
    let socket = try SocketDescriptor(family: .ipv4, type: .datagram)
    try socket.bind(to: .ipv4(IPv4Address(bytes: [127, 0, 0, 31]), port: 0))
    try socket.connect(to: .ipv4(IPv4Address(bytes: [127, 0, 0, 32]), port: 9))
    address = try socket.localName()
    self.socket = socket
  }
}
