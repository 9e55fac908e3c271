import Relaying
import Sockets
import TestSupport
import Testing

@testable import Serving

@Suite struct BrokerTests {
  private static func policy(_ queueLimit: Int = 1 << 20) -> Hub.Policy {
    var policy = Hub.Policy()
    policy.connectsMembers = true
    policy.queueLimit = queueLimit
    return policy
  }

  @Test func `what one says goes to all others and to the output`() async throws {
    try await onLoop { loop in
      let sink = Collector(on: loop)
      let server = try HubServer(
        Self.policy(), output: SharedOutput(to: sink, on: loop), on: loop)
      let clients = try await server.connect(3)
      try await clients[0].write([1])
      for client in clients[1...] { #expect(try await client.read(limit: 9) == [1]) }
      try await clients[2].write([2])
      for client in clients[..<2] { #expect(try await client.read(limit: 9) == [2]) }
      #expect(sink.bytes == [1, 2])
    }
  }

  @Test func `of fifty members one is stuck, one resets, one is slow, and nobody waits`()
    async throws
  {
    try await onLoop { loop in
      let server = try HubServer(Self.policy(200_000), on: loop)
      let clients = try await server.connect(50)
      let bytes = patternBytes(2_000_000)
      let speaker = clients[49]
      let good = await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          for start in stride(from: 0, to: bytes.count, by: 20_000) {
            _ = try? await speaker.write(Array(bytes[start..<start + 20_000]))
            // As fast as the others take it: they share this thread.
            _ = try? await clients[3].readExactly(20_000)
          }
          return true
        }
        group.addTask {
          _ = try? await clients[1].readExactly(10_000)
          clients[1].abort()
          return true
        }
        group.addTask {
          let some = try? await clients[2].readExactly(500_000)
          return some.map { $0.elementsEqual(bytes.prefix(500_000)) } == true
        }
        for client in clients[4..<49] {
          group.addTask { (try? await client.readExactly(bytes.count)) == bytes }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(good == 48)
      #expect(server.events.list.contains(.dropping(1)))
      #expect(!server.events.list.contains(.dropping(10)))
      try clients[0].close()
      // What it missed is told when it leaves.
      try await until(loop) {
        server.events.list.contains {
          if case .dropped(1, let count) = $0 { count > 500_000 } else { false }
        }
      }
    }
  }

  @Test func `a member that catches up is told how much it missed`() async throws {
    try await onLoop { loop in
      let events = HubEvents()
      let hub = Hub(Self.policy(1000), on: loop) { events.list.append($0) }
      let (speaker, listener) = (hub.join(1), hub.join(2))
      for _ in 0..<3 { try await speaker.write(patternBytes(600)) }
      #expect(events.list == [.dropping(2)])
      #expect(listener.droppedByteCount == 1200)
      #expect(try await listener.read(limit: 5000) == patternBytes(600))
      #expect(events.list == [.dropping(2), .dropped(2, byteCount: 1200)])
      try await speaker.write([7])
      #expect(try await listener.read(limit: 5000) == [7])
      try listener.close()
      try listener.close()
      #expect(hub.memberCount == 1)
      #expect(await streamError { try await listener.read(limit: 1) }?.isClosed == true)
    }
  }
}

@Suite struct ChatRoomTests {
  private static func read(_ member: ChatMember) async throws -> String {
    String(decoding: try await member.read(limit: 100_000, by: soon) ?? [], as: UTF8.self)
  }

  @Test func `lines go to the others under a name, with joins and leaves`() async throws {
    try await onLoop { loop in
      let sink = Collector(on: loop)
      let room = ChatRoom(output: SharedOutput(to: sink, on: loop), on: loop)
      let (anna, bert) = (room.join(1, name: "anna"), room.join(2, name: "bert"))
      #expect(try await Self.read(anna) == "* bert joined\n")
      try await anna.write(Array("hel".utf8))
      try await bert.write(Array("one\r\ntwo\nthr".utf8))
      #expect(try await Self.read(anna) == "bert: one\nbert: two\n")
      try await anna.write(Array("lo\n".utf8))
      #expect(try await Self.read(bert) == "anna: hello\n")
      try await bert.closeWrite(by: .never)
      try bert.close()
      try bert.close()
      #expect(try await Self.read(anna) == "bert: thr\n* bert left\n")
      #expect(room.memberCount == 1)
      #expect(
        sink.text == "* anna joined\n* bert joined\nbert: one\nbert: two\nanna: hello\n"
          + "bert: thr\n* bert left\n")
    }
  }

  static let lines: [(String, String)] = [
    ("\u{1b}[31mred\n", #"x: \x1b[31mred"# + "\n"),
    ("a\rx: b\n", #"x: a\x0dx: b"# + "\n"),
    ("\u{202e}x\n", #"x: \xe2\x80\xaex"# + "\n"),
    ("täst €\n", "x: täst €\n"),
    ("\n", "x: \n"),
  ]

  @Test(arguments: lines)
  func `nobody can act on a terminal or pass for another`(sent: String, shown: String)
    async throws
  {
    try await onLoop { loop in
      let room = ChatRoom(on: loop)
      let (listener, speaker) = (room.join(1, name: "l"), room.join(2, name: "x"))
      _ = try await Self.read(listener)
      try await speaker.write(Array(sent.utf8))
      #expect(try await Self.read(listener) == shown)
      #expect(room.join(3, name: "a\n\u{7}").name == #"a\x0a\x07"#)
    }
  }

  @Test func `a long line comes in parts, each under the name`() async throws {
    try await onLoop { loop in
      let room = ChatRoom(on: loop)
      let (listener, speaker) = (room.join(1, name: "l"), room.join(2, name: "x"))
      _ = try await Self.read(listener)
      let line = String(repeating: "a", count: ChatRoom.lineLimit + 3)
      try await speaker.write(Array((line + "\n").utf8))
      let parts = try await Self.read(listener).split(separator: "\n")
      #expect(parts.count == 2)
      #expect(parts.last == "x: aaa")
    }
  }

  @Test func `a full output keeps who speaks waiting, and loses no line`() async throws {
    try await onLoop { loop in
      let sink = Collector(on: loop)
      let room = ChatRoom(output: SharedOutput(to: sink, on: loop), on: loop)
      sink.isFull = true
      let speaker = room.join(1, name: "x")
      async let speaking: Void = {
        for _ in 0..<100 { try await speaker.write(patternBytes(999) + [10]) }
      }()
      await loop.sleep(until: soon)
      sink.open()
      try await speaking
      try await until(loop) { sink.text.split(separator: "\n").count >= 101 }
    }
  }
}
