import Relaying
import Serving
import Sockets
import SystemPackage

/// Places where datagrams come in.
extension Reception {
  /// Binds every address of the endpoint, and joins the groups.
  func openDatagrams(
    _ receiving: ConversationPlan.DatagramReceiving, checksPrograms: Bool
  ) async throws(StreamError) -> [DatagramSocket] {
    var groups: [SocketAddress] = []
    for group in receiving.groups where !groups.contains(group.address) {
      groups.append(group.address)
    }
    let bound = try await bind(type: .datagram, groups: groups)
    if checksPrograms {
      try ProgramPermission.check(
        bound.map(\.address), receiving.access, context.plan.tls, alwaysByName: false)
    }
    let sockets = try bound.map { socket throws(StreamError) in try datagramSocket(socket) }
    for group in receiving.groups { try join(group, on: sockets) }
    return sockets
  }

  private func datagramSocket(_ bound: BoundSocket) throws(StreamError) -> DatagramSocket {
    if bound.type != .datagram {
      let text = "a stream socket; sockcat listen takes it"
      throw StreamError(
        .open, .endpoint(context.plan.endpoint.description), .layer(Verdict(.usage, text)))
    }
    let socket = try DatagramSocket(bound, on: context.loop)
    if context.plan.settings.receiveBuffer == nil {
      socket.growReceiveBuffer(to: Self.receiveBuffer)
    }
    return socket
  }

  /// Room for what comes while others have the processor.
  ///
  /// Some ten milliseconds of what a fast sender sends; the kernel takes the memory only while
  /// datagrams wait in it.
  static let receiveBuffer: Int32 = 16 * 1024 * 1024

  private func join(
    _ group: ConversationPlan.DatagramReceiving.Group, on sockets: [DatagramSocket]
  ) throws(StreamError) {
    let concerned = sockets.filter { $0.local.family == group.address.family }
    guard !concerned.isEmpty else {
      let text = "no socket of its family; give an address of that family to receive on"
      throw StreamError(
        .setOption("MCAST_JOIN_GROUP"), .address(group.address), .layer(Verdict(.usage, text)))
    }
    for socket in concerned {
      do throws(Errno) {
        try socket.withSocket { socket throws(Errno) in
          try socket.join(group.address, on: group.interface, from: group.source)
        }
      } catch {
        throw StreamError(.setOption("MCAST_JOIN_GROUP"), .address(group.address), .system(error))
      }
    }
  }
}
