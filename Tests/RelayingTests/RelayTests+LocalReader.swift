import Relaying
import Sockets
import TestSupport
import Testing

extension RelayTests {
  // MARK: A local side whose reader may go while its writer stays: a program

  @Test(arguments: [Transport.tcp, .unixStream])
  func `where the reader of our output may go, the input is still sent and the rest thrown away`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), transport, on: loop) {
        $0.whenLocalReaderGone = .keepSending
      }
      relay.local.closeOutput()
      try await relay.peer.write(patternBytes(1_000_000))
      try await relay.local.input.write([1, 2])
      #expect(try await relay.peer.readExactly(2) == [1, 2])
      try await relay.peer.closeWrite(by: .never)
      try await relay.local.input.write([3])
      try await relay.local.input.closeWrite(by: .never)
      #expect(try await relay.peer.readToEnd() == [3])
      #expect(await relay.outcome == nil)
    }
  }

  @Test(arguments: [true, false])
  func `it is over when nobody is left on the local side`(readerGoesFirst: Bool) async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.whenLocalReaderGone = .keepSending
      }
      try await relay.local.input.write([1])
      if readerGoesFirst { relay.local.closeOutput() }
      await loop.yield()
      try await relay.local.input.closeWrite(by: .never)
      await loop.yield()
      relay.local.closeOutput()
      // The peer stays silent and open.
      #expect(await relay.outcome == nil)
      #expect(try await relay.peer.readToEnd() == [1])
    }
  }

  @Test func `a reset of the peer ends it then too`() async throws {
    try await onLoop { loop in
      let relay = try await RunningRelay(LocalSide(on: loop), .tcp, on: loop) {
        $0.whenLocalReaderGone = .keepSending
      }
      relay.local.closeOutput()
      try await relay.peer.write([1])
      relay.peer.abort()
      #expect(await relay.outcome?.subject.isLocal == false)
    }
  }
}
