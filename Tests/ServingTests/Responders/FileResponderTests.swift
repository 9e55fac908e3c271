import Glibc
import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

@Suite struct FileResponderTests {
  @Test(arguments: [0, 1, 3_000_017])
  func `each client gets the whole file from its start, and is read to its end`(
    size: Int
  ) async throws {
    let directory = try TemporaryDirectory()
    let content = patternBytes(size)
    try directory.write(content, to: "file")
    let path = directory.path(of: "file")
    try await onLoop { loop in
      let running = try RunningServer(FileResponder(path: path), on: loop)
      let clients = [try await running.connect(), try await running.connect()]
      for client in clients {
        try await client.write([1, 2, 3])
        let isSame = try await client.readToEnd() == content
        #expect(isSame)
      }
      #expect(running.server.activeCount == 2)
      for client in clients { try await client.closeWrite(by: .never) }
      try await until(loop) { running.server.activeCount == 0 }
      #expect(running.events.endedWell(1))
      #expect(running.events.accepted[1].flows.sent.bytesWritten == size)
      #expect(running.events.accepted[1].flows.received.bytesRead == 3)
    }
  }

  @Test func `a file that cannot be opened is named, and the next client finds it`() async throws {
    try await onLoop { loop in
      let directory = try TemporaryDirectory()
      let path = directory.path(of: "later")
      let running = try RunningServer(FileResponder(path: path), on: loop)
      #expect(try await running.connect().readToEnd() == [])
      try await until(loop) { running.events.ended.count == 1 }
      #expect(running.events.error(of: 1)?.subject == .file(path))
      #expect(running.events.error(of: 1)?.errno == .noSuchFileOrDirectory)
      try directory.write([5], to: "later")
      #expect(try await running.connect().readToEnd() == [5])
    }
  }

  @Test func `a directory is no file`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      #expect(await serving(FileResponder(path: "/tmp"), far).value?.errno == .isDirectory)
      #expect(try await near.readToEnd() == [])
    }
  }

  @Test func `a device without an end is sent as long as the client takes it`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(FileResponder(path: "/dev/zero"), far)
      let isZero = try await near.readExactly(2_000_000).allSatisfy { $0 == 0 }
      #expect(isZero)
      near.abort()
      #expect(await task.value != nil)
    }
  }
}
