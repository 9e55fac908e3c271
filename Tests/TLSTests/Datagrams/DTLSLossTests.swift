import Sockets
import TestSupport
import Testing

@testable import TLS

@Suite struct DTLSLossTests {
  typealias Fate = LossyRelay.Fate

  /// What becomes of the first datagrams of client and server: with and without a cookie, server's
  /// and client's keys, and what ends the handshake.
  static let misfortunes: [(out: [Fate], back: [Fate])] = [
    ([.isLost], []), ([], [.isLost]), ([.passes, .isLost], []), ([], [.passes, .isLost]),
    ([.passes, .passes, .isLost], []), ([], [.passes, .passes, .isLost]),
    ([.isLost, .passes, .isLost, .passes, .isLost], [.isLost, .passes, .isLost]),
    (
      Array(repeating: .isDoubled, count: 12), Array(repeating: .isDoubled, count: 12)
    ),
    ([.passes, .isDelayed, .passes, .isDelayed], [.passes, .isDelayed, .passes]),
    ([.isDoubled, .isDelayed, .isDoubled], [.isDelayed, .isDoubled, .isLost]),
  ]

  @Test(arguments: misfortunes.indices)
  func `a handshake gets over what is lost, doubled and reordered`(_ index: Int) async throws {
    let (out, back) = Self.misfortunes[index]
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let relay = try LossyRelay(to: echo.socket.local, out: out, back: back, on: loop)
      try await echo.serve {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try? await relay.run() }  // it ends by being cancelled
          let client = try echo.client(to: relay.address)
          try await client.handshake(by: .after(.seconds(20)))
          try await self.exchangeUntilAnswered(client)
          #expect(echo.server.associationCount == 1)
          #expect(echo.server.handshakeCount == 0)
          #expect(echo.notes.lines == ["begun DTLSv1.2"])
          group.cancelAll()
        }
      }
    }
  }

  /// Asks until an answer comes, as the relay may lose one that comes with what ends the handshake.
  private func exchangeUntilAnswered(_ client: DTLSChannel) async throws {
    for _ in 0..<10 {
      try await client.send([1])
      do throws(StreamError) {
        #expect(try await client.receive(by: .after(.milliseconds(200))) == [1])
        return
      } catch {
        guard case .timedOut = error.cause else { throw error }
      }
    }
    Issue.record("no answer came")
  }

  @Test func `datagrams that are lost, doubled and reordered later are each handed over once`()
    async throws
  {
    try await onLoop { loop async throws in
      let echo = try DTLSEcho(on: loop)
      let calm = [Fate](repeating: .passes, count: 3)
      let relay = try LossyRelay(
        to: echo.socket.local, out: calm + [.isDoubled, .isLost, .isDelayed, .passes], back: [],
        on: loop)
      try await echo.serve {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try? await relay.run() }  // it ends by being cancelled
          let client = try await echo.shakenClient(to: relay.address)
          for number in 1...4 as ClosedRange<UInt8> { try await client.send([number]) }
          #expect(try await client.receive() == [1])
          #expect(try await client.receive() == [4])
          #expect(try await client.receive() == [3])
          #expect(echo.received.map(\.bytes) == [[1], [4], [3]])
          group.cancelAll()
        }
      }
    }
  }
}
