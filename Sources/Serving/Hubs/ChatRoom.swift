import ByteText
package import Sockets

/// Members that talk to each other by line, each under a name.
///
/// What a line contains cannot act on a terminal, and cannot pass for somebody else's line.
package final class ChatRoom: @unchecked Sendable {
  /// A longer line is passed on in parts, each under the name.
  static let lineLimit = 8 * 1024

  private let hub: Hub
  let output: SharedOutput?

  /// Makes an empty room; `output` gets every line too.
  package init(
    output: SharedOutput? = nil, queueLimit: Int = 1 << 20, on loop: EventLoop,
    observe: @escaping @Sendable (Hub.Event) -> Void = { _ in }
  ) {
    var policy = Hub.Policy()
    policy.connectsMembers = true
    policy.queueLimit = queueLimit
    hub = Hub(policy, on: loop, observe: observe)
    self.output = output
  }

  /// How many are there.
  package var memberCount: Int { hub.memberCount }

  /// Adds a member, which the others are told; closing it takes it out, which they are told too.
  package func join(_ number: Int, name: String) -> ChatMember {
    let member = ChatMember(hub.join(number), name: safeLine(name), in: self)
    say("* " + member.name + " joined", from: member.base)
    return member
  }

  /// Tells all but one something about him.
  func say(_ line: String, from member: HubMember) {
    pass(Array((line + "\n").utf8), from: member)
  }

  /// Passes lines on to all but one.
  func pass(_ lines: [UInt8], from member: HubMember) {
    hub.offer(lines, except: member)
    output?.append(lines)
  }

  func mayOffer(_ byteCount: Int, from member: HubMember) -> Bool {
    hub.mayOffer(byteCount, from: member)
  }

  func waitToOffer(_ member: HubMember, by deadline: Deadline) async {
    await hub.waitToOffer(member, by: deadline)
  }
}

/// One who talks in a room, as a stream: read what the others say, write what the client says.
package final class ChatMember: ByteStream, @unchecked Sendable {
  /// The name, without anything that could act on a terminal.
  package let name: String
  let base: HubMember
  private let room: ChatRoom
  private var splitter = MessageSplitter(.line, limit: ChatRoom.lineLimit)
  private var hasLeft = false

  init(_ base: HubMember, name: String, in room: ChatRoom) {
    self.base = base
    self.name = name
    self.room = room
  }

  /// How many bytes of others' lines it missed because its queue was full.
  package var droppedByteCount: Int { base.droppedByteCount }

  /// Appends what the others have said.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try base.tryRead(into: &buffer)
  }

  /// Suspends until reading may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitReadable(by: deadline)
  }

  /// Takes some of what the client says; each line goes to the others when it is whole.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if hasLeft { throw StreamError(.write, .standardInput, .closed) }
    if let output = room.output {
      try output.check()
      if output.isFull { return .wouldBlock }
    }
    // The shortest lines become the most text.
    guard room.mayOffer(Self.share * (name.utf8.count + 4), from: base) else { return .wouldBlock }
    let part = bytes.extracting(first: min(bytes.byteCount, Self.share))
    var text: [UInt8] = []
    splitter.take(part) { text += said($0) }
    if !text.isEmpty { room.pass(text, from: base) }
    return .moved(part.byteCount)
  }

  /// How much is taken at once.
  private static let share = 2048

  private func said(_ line: [UInt8]) -> [UInt8] {
    Array((name + ": " + safeLine(withoutLineEnd(line)) + "\n").utf8)
  }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    await room.waitToOffer(base, by: deadline)
    if Task.isCancelled { throw StreamError(.write, .standardInput, .cancelled) }
    try await room.output?.waitWritable(by: deadline)
  }

  /// Suspends until nobody reads the output any more; without an output, until the member leaves.
  package func waitReaderGone() async throws(StreamError) {
    if let output = room.output { return try await output.waitReaderGone() }
    try await base.waitReaderGone()
  }

  /// Says what the client's end has cut of a line.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    if let rest = splitter.takeRest() { room.pass(said(rest), from: base) }
  }

  /// Nothing.
  package func drain(by deadline: Deadline) async throws(StreamError) {}

  /// Leaves the room.
  package func close() throws(StreamError) { leave() }

  /// Leaves the room.
  package func abort() { leave() }

  private func leave() {
    guard !hasLeft else { return }
    hasLeft = true
    base.abort()
    room.say("* " + name + " left", from: base)
  }
}
