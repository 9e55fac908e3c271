import Sockets
import SystemPackage

/// From an endpoint to a socket that sends datagrams there.
struct DatagramDeparture: Sendable {
  private let sending: ConversationPlan.DatagramSending
  private let context: ConversationContext

  init(_ sending: ConversationPlan.DatagramSending, _ context: ConversationContext) {
    (self.sending, self.context) = (sending, context)
  }

  private var plan: ConversationPlan { context.plan }

  /// The endpoint's addresses, those that can be reached from where we are to send.
  func addresses() async throws(StreamError) -> [SocketAddress] {
    let all = try await Resolver(on: context.loop).addresses(
      of: plan.endpoint, family: plan.family, type: .datagram)
    guard let source = sending.source else { return all }
    let reachable = all.filter { $0.family == source.family }
    if reachable.isEmpty { throw StreamError(.bind, .address(source), .noAddress) }
    return reachable
  }

  /// A socket for one of them.
  func socket(to address: SocketAddress) throws(StreamError) -> DatagramSocket {
    try DatagramSocket(
      to: address, from: sending.source,
      isConnected: !address.isMulticast && !plan.settings.broadcast, settings: plan.settings,
      on: context.loop)
  }

  /// The connected datagram socket that an `fd:N` names.
  func inheritedSocket() throws(StreamError) -> DatagramSocket? {
    guard case .descriptor(let number) = plan.endpoint else { return nil }
    if sending.source != nil { throw refusal("--source needs a socket that udp-send opens itself") }
    let bound: BoundSocket
    do throws(Errno) {
      let facts = try InheritedSocket.facts(of: number)
      bound = try BoundSocket(inheriting: SocketDescriptor(owning: number), type: facts.type)
    } catch {
      throw StreamError(.open, .endpoint(plan.endpoint.description), .system(error))
    }
    guard bound.type == .datagram else { throw refusal("it is no datagram socket") }
    let socket = try DatagramSocket(bound, on: context.loop)
    if socket.peer == nil { throw refusal("it is not connected, udp-send would not know where to") }
    return socket
  }

  private func refusal(_ text: String) -> StreamError {
    StreamError(.open, .endpoint(plan.endpoint.description), .layer(Verdict(.usage, text)))
  }
}
