import Sockets

/// Associations by their peers: those that hold, and those whose handshake is under way.
///
/// A peer can have one of each. So a new beginning, which anybody can replay who has recorded it,
/// ends nothing before it has proved itself.
struct AssociationTable {
  /// Who is on the other side, and which socket of ours hears it.
  struct Peer: Hashable {
    let index: Int
    let address: SocketAddress
  }

  private(set) var established: [Peer: DTLSAssociation] = [:]
  private(set) var shaking: [Peer: DTLSAssociation] = [:]
  private let limits: DTLSServer.Limits
  private var clock: UInt64 = 0

  init(_ limits: DTLSServer.Limits) { self.limits = limits }

  /// The one that a client's first message has begun, if it comes once more.
  func association(of peer: Peer, begunBy hello: ClientHello) -> DTLSAssociation? {
    associations(of: peer).first { $0.hello == hello }
  }

  /// A peer's, the one that holds first.
  func associations(of peer: Peer) -> [DTLSAssociation] {
    [established[peer], shaking[peer]].compactMap(\.self)
  }

  func isShaking(_ association: DTLSAssociation, of peer: Peer) -> Bool {
    shaking[peer] === association
  }

  /// Begins a handshake; of too many the oldest is dropped.
  mutating func begin(_ association: DTLSAssociation, of peer: Peer) {
    if shaking[peer] == nil, shaking.count >= limits.handshakes,
      let oldest = shaking.min(by: { $0.value.begun < $1.value.begun })
    {
      shaking[oldest.key] = nil
    }
    shaking[peer] = association
  }

  /// Has one hold whose handshake is done; the one for which there is no more room
  /// then is the result.
  mutating func establish(_ association: DTLSAssociation, of peer: Peer) -> DTLSAssociation? {
    shaking[peer] = nil
    noteMove(of: association)
    // The peer of a replaced one would take its end for one of the new association.
    if established.updateValue(association, forKey: peer) != nil { return nil }
    guard established.count > limits.associations,
      let silent = established.min(by: { $0.value.lastMoved < $1.value.lastMoved })
    else { return nil }
    established[silent.key] = nil
    return silent.value
  }

  /// Notes that one is in use.
  mutating func noteMove(of association: DTLSAssociation) {
    clock += 1
    association.lastMoved = clock
  }

  mutating func remove(_ association: DTLSAssociation, of peer: Peer) {
    if shaking[peer] === association { shaking[peer] = nil }
    if established[peer] === association { established[peer] = nil }
  }

  mutating func removeAll() { (established, shaking) = ([:], [:]) }

  /// Whether a handshake takes too long.
  func isLate(_ association: DTLSAssociation) -> Bool {
    (association.begun + limits.handshakeTime).hasPassed
  }

  /// When something is to be sent again, or given up.
  var nextEvent: Deadline {
    shaking.values.reduce(.never) {
      min($0, $1.nextTimeout, $1.begun + limits.handshakeTime)
    }
  }
}
