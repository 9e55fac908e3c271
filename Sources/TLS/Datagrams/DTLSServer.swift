package import Sockets

/// A server's DTLS around bound datagram sockets: an association for each sender.
///
/// Of somebody who has not shown, by a cookie, that datagrams to its address reach it, nothing is
/// kept. Datagrams that are no DTLS, are forged or come twice are dropped.
package final class DTLSServer: DatagramLayer, @unchecked Sendable {
  /// How much is kept, and how long.
  package struct Limits: Sendable {
    /// Associations; beyond them the one that was silent the longest is ended.
    package var associations = 1024
    /// Handshakes that are under way; beyond them the oldest one is dropped.
    package var handshakes = 256
    /// How long a handshake may take.
    package var handshakeTime = Duration.seconds(30)

    /// As many as a server needs, and no more.
    package init() {}
  }

  /// Told of associations.
  package struct Observer: Sendable {
    /// Asked whether somebody may begin one with an address of ours.
    package var admits: @Sendable (SocketAddress, _ local: SocketAddress) -> Bool = { _, _ in true }
    package var begun: @Sendable (SocketAddress, TLSFacts) -> Void = { _, _ in }
    /// Told why keys could not be agreed on, or an association ended before its time.
    package var failed: @Sendable (SocketAddress, StreamError) -> Void = { _, _ in }
    /// Told that a peer has ended its association.
    package var ended: @Sendable (SocketAddress) -> Void = { _ in }

    /// Tells nobody.
    package init() {}
  }

  private let context: TLSContext
  private let sockets: [DatagramSocket]
  private var table: AssociationTable
  private let observer: Observer
  private let cookies: CookieJar
  private let plain = PlainSpace()
  /// What listens for those of whom nothing is kept.
  private var listening: DTLSAssociation
  /// What brought the last datagram, and may bring another one of it.
  private var current: (peer: AssociationTable.Peer, association: DTLSAssociation)?
  private var last = Datagram(byteCount: 0)
  /// Whether nothing was found for so long that others have to run before there is more.
  private var hasMore = false

  /// Serves on sockets, at least one.
  package convenience init(
    _ context: TLSContext, on sockets: [DatagramSocket], limits: Limits = Limits(),
    observer: Observer = Observer()
  ) throws(StreamError) {
    try self.init(context, on: sockets, limits: limits, observer: observer, firstPatience: nil)
  }

  /// Does so, with another time than OpenSSL's until the handshake's datagrams are sent again.
  init(
    _ context: TLSContext, on sockets: [DatagramSocket], limits: Limits, observer: Observer,
    firstPatience: Duration?
  ) throws(StreamError) {
    guard let cookies = CookieJar() else { throw TLSContext.mistake("there is no randomness") }
    (self.context, self.sockets, self.cookies, self.observer) = (
      context, sockets, cookies, observer
    )
    (self.firstPatience, table) = (firstPatience, AssociationTable(limits))
    CookieJar.install(in: context)
    listening = try Self.listener(context, sockets[0], cookies, firstPatience)
  }

  private let firstPatience: Duration?

  private static func listener(
    _ context: TLSContext, _ socket: DatagramSocket, _ cookies: CookieJar, _ patience: Duration?
  ) throws(StreamError) -> DTLSAssociation {
    let bio = DatagramBIO(DatagramBIO.Way(base: socket), cookies: cookies)
    bio.firstPatience = patience
    return try DTLSAssociation(context, bio, subject: .address(socket.local))
  }

  /// How many associations there are, and handshakes under way.
  package var associationCount: Int { table.established.count }
  package var handshakeCount: Int { table.shaking.count }

  /// What was agreed on with a peer; nil if there is no association.
  package func facts(of peer: SocketAddress) -> TLSFacts? {
    sockets.indices.lazy
      .compactMap { self.table.established[AssociationTable.Peer(index: $0, address: peer)] }
      .first?.facts
  }

  // MARK: Receiving

  /// Hands over the next datagram of an association, if one is there.
  ///
  /// - Throws: what a socket says; what goes wrong with one peer is told to the observer.
  package func tryReceive(
    on index: Int, _ body: (RawSpan, Datagram) throws(StreamError) -> Void
  ) throws(StreamError) -> Bool {
    sendAgain()
    var count = readMore(on: index)
    for _ in 0..<Self.droppedLimit where count == nil {
      let isThere = try sockets[index].tryReceive { (bytes, datagram) throws(StreamError) in
        last = datagram
        count = take(bytes, datagram, on: index)
      }
      if !isThere { return false }
    }
    hasMore = count == nil
    guard let count else { return false }
    var datagram = last
    datagram.byteCount = count
    try body(plain.first(count).bytes, datagram)
    return true
  }

  /// How many datagrams are dropped before others run.
  private static let droppedLimit = 64

  /// The size of another datagram in the one that came last.
  private func readMore(on index: Int) -> Int? {
    guard let (peer, association) = current, peer.index == index else { return nil }
    return read(association, of: peer)
  }

  /// The size of what a datagram of a socket becomes; nil if it is nothing that is handed over.
  private func take(_ bytes: RawSpan, _ datagram: Datagram, on index: Int) -> Int? {
    guard let sender = datagram.sender, datagram.isForUs else { return nil }
    let peer = AssociationTable.Peer(index: index, address: sender)
    if let hello = ClientHello(bytes) {
      if let known = table.association(of: peer, begunBy: hello) {
        return feed(bytes, to: known, of: peer)
      }
      return listen(bytes, hello, of: peer, to: datagram.destination)
    }
    // What belongs to one is dropped by the other.
    for association in table.associations(of: peer) {
      if let count = feed(bytes, to: association, of: peer) { return count }
    }
    return nil
  }

  private func feed(
    _ bytes: RawSpan, to association: DTLSAssociation, of peer: AssociationTable.Peer
  ) -> Int? {
    association.bio.lend(bytes) { read(association, of: peer) }
  }

  /// Reads what an association has, and notes what has become of it.
  private func read(_ association: DTLSAssociation, of peer: AssociationTable.Peer) -> Int? {
    do throws(StreamError) {
      let count = try association.read(into: plain.space)
      if association.isShaken, table.isShaking(association, of: peer) {
        establish(association, peer)
      }
      if association.hasPeerEnded { end(association, peer) }
      if count != nil { table.noteMove(of: association) }
      current = count == nil ? nil : (peer, association)
      return count
    } catch {
      if !error.isPassing || !association.isShaken { fail(association, peer, error) }
      return nil
    }
  }

  // MARK: Associations

  /// Answers a first message with a cookie; one that brings it back begins an association.
  private func listen(
    _ bytes: RawSpan, _ hello: ClientHello, of peer: AssociationTable.Peer,
    to destination: PacketInfo?
  ) -> Int? {
    let socket = sockets[peer.index]
    let local = destination?.address.with(port: socket.local.port ?? 0) ?? socket.local
    guard observer.admits(peer.address, local) else { return nil }
    let isTied = socket.peer != nil
    listening.bio.client = peer.address
    listening.bio.way = DatagramBIO.Way(
      base: socket, peer: isTied ? nil : peer.address, source: isTied ? nil : destination)
    guard listening.hasCookie(in: bytes) else { return nil }
    do throws(StreamError) {
      let next = try Self.listener(context, socket, cookies, firstPatience)
      let association = listening
      listening = next
      (association.hello, association.subject) = (hello, .address(peer.address))
      table.begin(association, of: peer)
      return read(association, of: peer)
    } catch {
      // There is no memory for one more; whoever wants it asks again.
      return nil
    }
  }

  private func establish(_ association: DTLSAssociation, _ peer: AssociationTable.Peer) {
    table.establish(association, of: peer)?.sayEnd()
    observer.begun(peer.address, association.facts)
  }

  private func end(_ association: DTLSAssociation, _ peer: AssociationTable.Peer) {
    // As the peer did: whoever waits for our end may leave.
    association.sayEnd()
    table.remove(association, of: peer)
    observer.ended(peer.address)
  }

  private func fail(
    _ association: DTLSAssociation, _ peer: AssociationTable.Peer, _ error: StreamError
  ) {
    current = nil
    table.remove(association, of: peer)
    observer.failed(peer.address, error)
  }

  /// Sends again what handshakes have lost, and gives up those that take too long.
  private func sendAgain() {
    guard table.nextEvent.hasPassed else { return }
    for (peer, association) in table.shaking {
      do throws(StreamError) {
        if table.isLate(association) {
          throw StreamError(.connect, .address(peer.address), .timedOut(.connect))
        }
        if association.nextTimeout.hasPassed { try association.handleTimeout() }
      } catch {
        fail(association, peer, error)
      }
    }
  }

  // MARK: Sending, and waits

  /// Encrypts a datagram for a peer and sends it.
  ///
  /// - Throws: `EMSGSIZE` for more than ``DTLSChannel/payloadLimit`` bytes; that there is no
  ///   association.
  package func trySend(
    _ bytes: RawSpan, on index: Int, to peer: SocketAddress
  ) throws(StreamError) -> Attempt {
    let key = AssociationTable.Peer(index: index, address: peer)
    guard let association = table.established[key] else {
      throw StreamError(
        .write, .address(peer), TLSFailure("its association has ended", .lost))
    }
    table.noteMove(of: association)
    return try association.send(bytes)
  }

  /// Suspends until receiving may be tried again on any socket; handshakes go on meanwhile.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    let ownDeadline = hasMore ? .now : deadline
    let wasAsked = !hasMore
    hasMore = false
    while true {
      sendAgain()
      do throws(StreamError) {
        return try await DatagramSocket.waitForAny(
          of: sockets, by: min(ownDeadline, table.nextEvent))
      } catch {
        guard case .timedOut = error.cause else { throw error }
        if ownDeadline.hasPassed, wasAsked { throw error }
        if ownDeadline.hasPassed { return }
      }
    }
  }

  /// Says to every peer that no more will come.
  package func end() {
    for association in table.established.values { association.sayEnd() }
    table.removeAll()
  }
}

extension Datagram {
  /// Whether it was sent to one address of ours, not to many.
  fileprivate var isForUs: Bool {
    guard let address = destination?.address else { return true }
    if case .ipv4(.broadcast, _) = address { return false }
    return !address.isMulticast
  }
}

extension StreamError {
  /// Whether it is of one datagram, and the association goes on.
  fileprivate var isPassing: Bool { if case .system = cause { true } else { false } }
}
