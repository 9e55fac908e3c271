package import Sockets

/// Members that get the same bytes, each by a bounded queue of its own.
///
/// A member is a stream: reading it gives what was sent to all, writing to it is what the member's
/// client says, which goes to our output, or to the other members too. So a member is the local side
/// of a relay whose peer is the client. A piece that is sent is kept once for all who wait for it.
package final class Hub: @unchecked Sendable {
  /// What happens to a member whose queue is full, and stays so.
  package enum SlowMember: Sendable, Hashable {
    /// After this long it is disconnected. Until then the others go on, as far as
    /// ``Policy/overflowLimit`` allows.
    case disconnect(after: Duration)
    /// Everybody waits for it.
    case wait
  }

  /// What a user decided.
  package struct Policy: Sendable {
    /// How much may wait for a member, in bytes.
    package var queueLimit = 1 << 20
    /// How much more may wait for a member whose queue is full, until it is disconnected; what is
    /// sent to all is kept once, for however many of them.
    package var overflowLimit = 16 << 20
    /// What a source does about a slow member.
    package var slowMember = SlowMember.disconnect(after: .seconds(5))
    /// Whether what one member's client says goes to the others: a broker.
    ///
    /// Nobody waits for a slow member then: what its queue has no room for is dropped, as a whole.
    package var connectsMembers = false

    /// One source for all.
    package init() {}
  }

  /// What happens to members.
  package enum Event: Sendable, Hashable {
    /// Its queue was full for too long.
    case disconnected(Int)
    /// From now on pieces are dropped.
    case dropping(Int)
    /// It has caught up, or left; so many bytes were dropped since `dropping`.
    case dropped(Int, byteCount: Int)
  }

  /// How many members were disconnected because they were too slow.
  package private(set) var disconnectedCount = 0
  /// Whether the source has ever given a byte.
  ///
  /// For a relay that begins: input that has none yet may still end before its first byte, and then
  /// counts as none; later arrivals get the end of one that had some.
  package private(set) var hasGivenBytes = false
  /// Whether the source has ended, for the members that are there and all that come.
  package private(set) var hasEnded = false

  package let policy: Policy
  let loop: EventLoop
  let output: SharedOutput?
  private let observe: @Sendable (Event) -> Void
  /// Whom alone the source's bytes go to; nil is everybody.
  ///
  /// While he is not there, the source waits.
  package var target: Int? {
    didSet { arrival.wakeAll() }
  }
  private var members: [Int: HubMember] = [:]
  private let arrival: Wakeup
  /// Told when a member that others wait for has taken something, or has left.
  private let room: Wakeup

  /// Makes one without members; `output` gets what their clients say.
  package init(
    _ policy: Policy = Policy(), output: SharedOutput? = nil, on loop: EventLoop,
    observe: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.policy = policy
    self.output = output
    self.loop = loop
    self.observe = observe
    arrival = Wakeup(on: loop)
    room = Wakeup(on: loop)
  }

  /// How many members there are.
  package var memberCount: Int { members.count }

  /// Adds a member under a number that no other has; closing it takes it out.
  ///
  /// What its client says goes to `output` instead of everybody's, if it has one of its own.
  /// `disconnect` is called when it is too slow, to end its client, of which a full connection
  /// would otherwise tell nobody.
  package func join(
    _ number: Int, output: (any ByteSink)? = nil,
    disconnect: @escaping @Sendable () -> Void = {}
  ) -> HubMember {
    precondition(members[number] == nil, "two members of one number")
    let member = HubMember(
      number, in: self, output: output ?? self.output, disconnect: disconnect)
    members[number] = member
    arrival.wakeAll()
    return member
  }

  func leave(_ member: HubMember) {
    members[member.number] = nil
    tellDropped(member)
    room.wakeAll()
  }

  // MARK: One source for all

  /// Sends what a source gives to all, until its end, which is every member's too.
  ///
  /// The source is read only while there is a member, and no faster than the slowest one takes it.
  ///
  /// - Throws: what the source says, or `.cancelled`.
  package func feed(from source: any ByteSource) async throws(StreamError) {
    while true {
      while !hasAudience {
        await arrival.wait()
        if Task.isCancelled { throw StreamError(.read, .standardInput, .cancelled) }
      }
      switch try step(source) {
      case .empty: try await source.waitReadable(by: .never)
      case .ended: return end()
      case .piece(let piece):
        hasGivenBytes = true
        try await send(piece)
      }
    }
  }

  /// Whether somebody is there for what the source gives.
  package var hasAudience: Bool { target.map { members[$0] != nil } ?? !members.isEmpty }

  /// Ends what one member reads, behind what waits for it.
  package func end(_ number: Int) { members[number]?.end() }

  /// Ends what the members read, now and for those who come.
  package func end() {
    hasEnded = true
    for member in members.values { member.wake() }
  }

  private enum Step {
    case ended, empty
    case piece([UInt8])
  }

  private func step(_ source: any ByteSource) throws(StreamError) -> Step {
    try loop.scratch.withSpace(limit: readLimit) { (space) throws(StreamError) in
      switch try source.tryRead(into: &space) {
      case .endOfFile: .ended
      case .wouldBlock: .empty
      case .moved: .piece(space.bytes.withUnsafeBytes { Array($0) })
      }
    }
  }

  private func send(_ piece: [UInt8]) async throws(StreamError) {
    var slow: [HubMember] = []
    for member in members.values where target == nil || target == member.number {
      if !member.hasRoom(for: piece.count, within: policy.queueLimit) { watch(member, piece.count) }
      if member.hasRoom(for: piece.count, within: limit) {
        member.append(piece)
      } else {
        slow.append(member)
      }
    }
    for member in slow {
      while !member.hasRoom(for: piece.count, within: limit), !member.hasLeft {
        await room.wait()
        if Task.isCancelled { throw StreamError(.read, .standardInput, .cancelled) }
      }
      member.append(piece)
    }
    // A source that always has more must not keep the members from taking it.
    await loop.yield()
  }

  private var limit: Int {
    policy.slowMember == .wait ? policy.queueLimit : policy.queueLimit + policy.overflowLimit
  }

  /// Disconnects a member whose queue lacks room if it stays so for too long from now on.
  private func watch(_ member: HubMember, _ missing: Int) {
    guard case .disconnect(let length) = policy.slowMember,
      let fullness = member.beginFullness(lackingRoomFor: missing)
    else { return }
    Task(executorPreference: loop) { [weak self, loop] in
      await loop.sleep(until: .after(length))
      if member.isStillFull(fullness) { self?.disconnect(member) }
    }
  }

  private func disconnect(_ member: HubMember) {
    guard !member.hasLeft else { return }
    disconnectedCount += 1
    observe(.disconnected(member.number))
    member.disconnect()
  }

  func memberTook(_ member: HubMember) {
    room.wakeAll()
    member.endFullness()
    if member.isEmpty { tellDropped(member) }
  }

  // MARK: From one member to the others

  /// How long a member whose queue is full keeps the others waiting before it misses something.
  static let patience = Duration.milliseconds(200)

  /// How much one member's client says before the others get a turn to take it.
  static let turnLimit = 64 * 1024

  /// Whether all others have room for so many bytes, or have been waited for.
  func mayOffer(_ byteCount: Int, from sender: HubMember) -> Bool {
    if sender.offeredInTurn >= Self.turnLimit { return false }
    return members.values.allSatisfy {
      $0 === sender || $0.isDropping || $0.takesOffer(of: byteCount)
    }
  }

  /// Lets the others take what was offered.
  func waitToOffer(_ sender: HubMember, by deadline: Deadline) async {
    sender.offeredInTurn = 0
    await loop.yield()
    if !mayOffer(Self.turnLimit, from: sender) {
      await room.wait(by: min(deadline, .after(Self.patience)))
    }
  }

  /// Hands a piece to all but one; who has no room for it misses it.
  func offer(_ piece: [UInt8], except sender: HubMember) {
    sender.offeredInTurn += piece.count
    for member in members.values where member !== sender {
      if !member.isDropping, member.hasRoom(for: piece.count, within: policy.queueLimit) {
        member.append(piece)
        continue
      }
      if !member.isDropping { observe(.dropping(member.number)) }
      member.drop(piece.count)
    }
  }

  private func tellDropped(_ member: HubMember) {
    let count = member.endDropping()
    if count > 0 { observe(.dropped(member.number, byteCount: count)) }
  }
}
