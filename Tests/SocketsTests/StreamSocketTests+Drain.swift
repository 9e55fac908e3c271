import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

extension StreamSocketTests {
  @Test func `drain returns when everything is acknowledged`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      try await near.write([1, 2, 3])
      try await near.closeWrite(by: .never)
      try await near.drain(by: .after(.seconds(5)))
      let left = try near.withSocket { socket throws(Errno) in try socket.unacknowledgedByteCount()
      }
      #expect(left == 0)
      #expect(try await far.readToEnd() == [1, 2, 3])
    }
  }

  @Test func `drain returns also when the peer ended first`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      try await far.closeWrite(by: .never)
      #expect(try await near.readToEnd() == [])
      try await near.write([1])
      try await near.closeWrite(by: .never)
      try await near.drain(by: .after(.seconds(5)))
      #expect(try await far.readToEnd() == [1])
    }
  }

  @Test func `drain ends in time with the bytes in doubt when nobody reads`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      while true {
        _ = try near.fill()
        let isFull = await streamError {
          try await near.waitWritable(by: .after(.milliseconds(20)))
        }
        if isFull != nil { break }
      }
      try await near.closeWrite(by: .never)
      let error = await streamError { try await near.drain(by: .after(.milliseconds(10))) }
      #expect(error?.operation == .acknowledge)
      guard case .acknowledgement(let count)? = error?.timeout else {
        Issue.record("no timeout but \(String(describing: error))")
        return
      }
      #expect(count > 0)
      // And the rest can be waited for again.
      async let received = far.readToEnd()
      try await near.drain(by: .never)
      #expect(try await received.count >= count)
    }
  }

  @Test func `drain fails when the peer resets, whoever met it first`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      while true {
        _ = try near.fill()
        let isFull = await streamError {
          try await near.waitWritable(by: .after(.milliseconds(20)))
        }
        if isFull != nil { break }
      }
      try await near.closeWrite(by: .never)
      async let reading = streamError { try await near.read(limit: 1) }
      async let draining = streamError { try await near.drain(by: .never) }
      await loop.yield()
      far.abort()
      #expect(await reading?.errno == .connectionReset)
      #expect(await draining?.errno == .connectionReset)
      #expect(await streamError { try await near.drain(by: .never) }?.errno == .connectionReset)
    }
  }

  @Test func `drain does not succeed when our side closes`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      while true {
        _ = try near.fill()
        let isFull = await streamError {
          try await near.waitWritable(by: .after(.milliseconds(20)))
        }
        if isFull != nil { break }
      }
      try await near.closeWrite(by: .never)
      async let draining = streamError { try await near.drain(by: .never) }
      await loop.yield()
      try near.close()
      #expect(await draining?.isClosed == true)
      try far.close()
    }
  }

  @Test(arguments: [SocketType.stream, .sequencedPacket])
  func `drain is nothing on Unix sockets`(type: SocketType) async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(type: type, on: loop)
      try await near.write([1])
      try await near.closeWrite(by: .never)
      try await near.drain(by: .never)
      #expect(try await far.readToEnd() == [1])
    }
  }

  @Test func `an aborted connection is reset`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      near.abort()
      #expect(await streamError { try await far.readToEnd() }?.errno == .connectionReset)
    }
  }
}
