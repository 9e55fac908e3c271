import Glibc
import SystemPackage
import TestSupport

@testable import Sockets

extension SocketDescriptor {
  /// Sends an array, with ancillary data, to an address.
  @discardableResult
  func send(
    _ bytes: [UInt8], to address: SocketAddress? = nil, ancillary: [AncillaryItem] = []
  ) throws(Errno) -> Int {
    try sendMessage(bytes.span.bytes, to: address, ancillary: ancillary)
  }
}

/// Sends a datagram of one byte with a pipe's writing end, which nobody else keeps, and returns where
/// the pipe is read.
func sendDescriptor(from sender: DatagramSocket) throws -> Int32 {
  let pipe = try makePipe()
  _ = try sender.withSocket { socket throws(Errno) in
    try socket.send([1], ancillary: [.descriptors([pipe.write])])
  }
  close(pipe.write)
  _ = fcntl(pipe.read, F_SETFL, O_NONBLOCK)
  return pipe.read
}

/// Whether nobody has the writing end of a pipe open, which is closed then.
func hasNoWriter(_ number: Int32) -> Bool {
  defer { close(number) }
  var byte: UInt8 = 0
  return read(number, &byte, 1) == 0
}

/// One message and its bytes.
func receive(
  on socket: borrowing SocketDescriptor, limit: Int = 65536, flags: MessageFlags = []
) throws -> (bytes: [UInt8], sender: SocketAddress?, message: ReceivedMessage) {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 16)
  defer { memory.deallocate() }
  var space = OutputRawSpan(buffer: memory, initializedCount: 0)
  let message = try socket.receiveMessage(into: &space, flags: flags)
  return (Array(memory[..<space.byteCount]), message.sender, message)
}

/// A UDP socket and one that is connected to it.
struct UDPPair: ~Copyable {
  let client: SocketDescriptor
  let server: SocketDescriptor

  init(_ address: SocketAddress = .ipv4(.loopback, port: 0)) throws(Errno) {
    let server = try SocketDescriptor(family: address.family, type: .datagram)
    let client = try SocketDescriptor(family: address.family, type: .datagram)
    try server.bind(to: address)
    try client.connect(to: server.localName())
    self.client = client
    self.server = server
  }
}
